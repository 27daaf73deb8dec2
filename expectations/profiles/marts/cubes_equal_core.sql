-- Each cube against a recount of core, member by member, on the judged days; members that agree are
-- left out. A cube is shown on the mart that reads it.
with contacts as (
    select * replace (coalesce(hour, -1) as hour) from core.contacts
    semi join judged_days using (day)
    where is_judged_day(day)
),

victims as (
    select * from core.victims
    semi join judged_days using (day)
    where is_judged_day(day)
),

referrals as (
    select * from core.referrals
    semi join judged_days using (day)
    where is_judged_day(day)
),

person_members as (
    select
        day,
        channel,
        relation,
        contact_age_group,
        contact_sex,
        anonymous,
        count(*) as contacts
    from contacts
    group by grouping sets (
        (day, channel, relation),
        (day, channel, contact_age_group),
        (day, channel, contact_sex),
        (day, channel, anonymous)
    )
),

persons as (
    unpivot person_members on relation, contact_age_group, contact_sex, anonymous
    into name dimension value member
),

contacts_by_hour_daily as (
    select * replace (coalesce(hour, -1) as hour) from core.contacts_by_hour_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

contacts_by_channel_daily as (
    select * from core.contacts_by_channel_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

contact_persons_daily as (
    select * from core.contact_persons_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

contacts_by_violence_form_daily as (
    select * from core.contacts_by_violence_form_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

victims_by_category_daily as (
    select * from core.victims_by_category_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

victims_by_age_daily as (
    select * from core.victims_by_age_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

victims_by_context_daily as (
    select * from core.victims_by_context_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

referrals_by_outcome_daily as (
    select * from core.referrals_by_outcome_daily
    semi join judged_days using (day)
    where is_judged_day(day)
),

differences as (
    select
        'contacts_by_channel' as mart,
        day,
        channel as item,
        recounted.counted as expected,
        kept.contacts as found
    from (
        select
            day,
            channel,
            count(*) as counted
        from contacts
        group by all
    ) as recounted
    full outer join contacts_by_channel_daily as kept
        using (day, channel)
    where recounted.counted is distinct from kept.contacts
    union all
    select
        'contacts_by_hour' as mart,
        day,
        concat_ws(', ', channel, hour) as item,
        recounted.counted as expected,
        kept.contacts as found
    from (
        select
            day,
            channel,
            hour,
            count(*) as counted
        from contacts
        group by all
    ) as recounted
    full outer join contacts_by_hour_daily as kept
        using (day, channel, hour)
    where recounted.counted is distinct from kept.contacts
    union all
    select
        'contact_persons' as mart,
        day,
        concat_ws(', ', channel, dimension, member) as item,
        recounted.counted as expected,
        kept.contacts as found
    from (
        select
            day,
            channel,
            dimension,
            member,
            sum(contacts) as counted
        from persons
        group by all
    ) as recounted
    full outer join contact_persons_daily as kept
        using (day, channel, dimension, member)
    where recounted.counted is distinct from kept.contacts
    union all
    select
        'contacts_by_violence_form' as mart,
        day,
        concat_ws(', ', channel, violence_form) as item,
        recounted.counted as expected,
        kept.contacts as found
    from (
        select
            day,
            channel,
            violence_form,
            count(distinct contact_key) as counted
        from victims
        group by all
    ) as recounted
    full outer join contacts_by_violence_form_daily as kept
        using (day, channel, violence_form)
    where recounted.counted is distinct from kept.contacts
    union all
    select
        'victims_by_category' as mart,
        day,
        concat_ws(', ', category, violence_form) as item,
        recounted.counted as expected,
        kept.victims as found
    from (
        select
            day,
            category,
            violence_form,
            count(*) as counted
        from victims
        group by all
    ) as recounted
    full outer join victims_by_category_daily as kept
        using (day, category, violence_form)
    where recounted.counted is distinct from kept.victims
    union all
    select
        'victims_by_age' as mart,
        day,
        concat_ws(', ', age_band, sex) as item,
        recounted.counted as expected,
        kept.victims as found
    from (
        select
            day,
            age_band,
            sex,
            count(*) as counted
        from victims
        group by all
    ) as recounted
    full outer join victims_by_age_daily as kept
        using (day, age_band, sex)
    where recounted.counted is distinct from kept.victims
    union all
    select
        'victims_by_context' as mart,
        day,
        context as item,
        recounted.counted as expected,
        kept.victims as found
    from (
        select
            day,
            context,
            count(*) as counted
        from victims
        group by all
    ) as recounted
    full outer join victims_by_context_daily as kept
        using (day, context)
    where recounted.counted is distinct from kept.victims
    union all
    select
        'referrals_by_outcome' as mart,
        day,
        outcome as item,
        recounted.counted as expected,
        kept.referrals as found
    from (
        select
            day,
            outcome,
            count(*) as counted
        from referrals
        group by all
    ) as recounted
    full outer join referrals_by_outcome_daily as kept
        using (day, outcome)
    where recounted.counted is distinct from kept.referrals
    union all
    select
        'referrals_by_outcome' as mart,
        day,
        outcome || ', contacts' as item,
        recounted.counted as expected,
        kept.contacts as found
    from (
        select
            day,
            outcome,
            count(distinct contact_key) as counted
        from referrals
        group by all
    ) as recounted
    full outer join referrals_by_outcome_daily as kept
        using (day, outcome)
    where recounted.counted is distinct from kept.contacts
)

select * from differences
union all
select
    mart,
    null as day,
    'days judged' as item,
    count(*) as expected,
    count(*) as found
from judged_days
cross join (
    select unnest([
        'contacts_by_channel', 'contacts_by_hour', 'contact_persons', 'contacts_by_violence_form',
        'victims_by_category', 'victims_by_age', 'victims_by_context', 'referrals_by_outcome'
    ]) as mart
) as marts
group by mart
