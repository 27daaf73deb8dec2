with found_codes as (
    unpivot (
        select
            delivery_id,
            line,
            contact_kind,
            channel,
            relation,
            contact_age_group,
            contact_sex,
            anonymous
        from raw.contacts
        semi join news using (delivery_id)
        where
            is_news_day(day)
            and 'unmapped' in (
                contact_kind, channel, relation, contact_age_group, contact_sex, anonymous
            )
    ) on contact_kind, channel, relation, contact_age_group, contact_sex, anonymous
    into name column_name value code
    union all by name
    unpivot (
        select
            delivery_id,
            line,
            category,
            violence_form,
            age_band,
            sex,
            context
        from raw.victims
        semi join news using (delivery_id)
        where
            is_news_day(day)
            and 'unmapped' in (category, violence_form, age_band, sex, context)
    ) on category, violence_form, age_band, sex, context
    into name column_name value code
    union all by name
    select
        delivery_id,
        line,
        'outcome' as column_name,
        outcome as code
    from raw.referrals
    semi join news using (delivery_id)
    where is_news_day(day) and outcome = 'unmapped'
    union all by name
    select
        delivery_id,
        line,
        'kind' as column_name,
        kind as code
    from raw.campaigns
    semi join news using (delivery_id)
    union all by name
    select
        delivery_id,
        line,
        'site' as column_name,
        site as code
    from raw.web_visits
    semi join news using (delivery_id)
)

select
    news.source,
    news.file_name,
    found_codes.column_name,
    min(found_codes.line) as first_line,
    0 as expected,
    count(*) as found
from found_codes
inner join news using (delivery_id)
where found_codes.code = 'unmapped'
group by all
