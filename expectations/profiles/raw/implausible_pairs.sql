-- Child maltreatment concerns minors; partner violence and elder abuse concern adults. The bands
-- are named here because the code lists reach the warehouse only after this border.
with judged_victims as (
    select
        victims.delivery_id,
        victims.category,
        count(*) as victims,
        count(*) filter (
            (victims.age_band = 'adult') = (victims.category = 'child_maltreatment')
        ) as implausible
    from raw.victims as victims
    inner join news using (delivery_id)
    where
        is_news_day(victims.day)
        and hash(victims.contact_key) % news.one_in = 0
        and victims.category in (
            'child_maltreatment', 'intimate_partner_violence', 'elder_abuse'
        )
        and victims.age_band in (
            'under_6', '6_to_12', '13_to_17', 'minor_unknown', 'adult'
        )
    group by all
)

select
    news.source,
    news.file_name,
    judged_victims.category,
    judged_victims.victims as expected,
    judged_victims.implausible as found,
    round(100 * judged_victims.implausible / judged_victims.victims, 1) as measure
from judged_victims
inner join news using (delivery_id)
where judged_victims.implausible >= 3
