-- Each cube against a recount of core, member by member, on the judged days. A cube is shown on the
-- mart that reads it.
with contacts as (
    select * from core.contacts
    semi join judged_days using (day)
),

victims as (
    select * from core.victims
    semi join judged_days using (day)
),

referrals as (
    select * from core.referrals
    semi join judged_days using (day)
),

persons as (
    select
        day,
        channel,
        relation,
        contact_age_group,
        contact_sex,
        anonymous,
        count(*) as counted
    from contacts
    group by grouping sets (
        (day, channel, relation),
        (day, channel, contact_age_group),
        (day, channel, contact_sex),
        (day, channel, anonymous)
    )
),

recounted as (
    select 'contacts_by_channel' as mart, day, channel as item, count(*) as counted
    from contacts
    group by all
    union all by name
    select
        'contacts_by_hour' as mart,
        day,
        concat_ws(', ', channel, hour) as item,
        count(*) as counted
    from contacts
    group by all
    union all by name
    select
        'contact_persons' as mart,
        day,
        concat_ws(', ', channel, dimension, member) as item,
        counted
    from (
        unpivot persons on relation, contact_age_group, contact_sex, anonymous
        into name dimension value member
    )
    union all by name
    select
        'contacts_by_violence_form' as mart,
        day,
        concat_ws(', ', channel, violence_form) as item,
        count(distinct contact_key) as counted
    from victims
    group by all
    union all by name
    select
        'victims_by_category' as mart,
        day,
        concat_ws(', ', category, violence_form) as item,
        count(*) as counted
    from victims
    group by all
    union all by name
    select
        'victims_by_age' as mart,
        day,
        concat_ws(', ', age_band, sex) as item,
        count(*) as counted
    from victims
    group by all
    union all by name
    select 'victims_by_context' as mart, day, context as item, count(*) as counted
    from victims
    group by all
    union all by name
    select 'referrals_by_outcome' as mart, day, outcome as item, count(*) as counted
    from referrals
    group by all
    union all by name
    select
        'referrals_by_outcome' as mart,
        day,
        outcome || ', contacts' as item,
        count(distinct contact_key) as counted
    from referrals
    group by all
),

cubes as (
    select 'contacts_by_channel' as mart, day, channel as item, contacts as kept
    from core.contacts_by_channel_daily
    union all
    select 'contacts_by_hour' as mart, day, concat_ws(', ', channel, hour) as item, contacts
    from core.contacts_by_hour_daily
    union all
    select
        'contact_persons' as mart,
        day,
        concat_ws(', ', channel, dimension, member) as item,
        contacts
    from core.contact_persons_daily
    union all
    select
        'contacts_by_violence_form' as mart,
        day,
        concat_ws(', ', channel, violence_form) as item,
        contacts
    from core.contacts_by_violence_form_daily
    union all
    select
        'victims_by_category' as mart,
        day,
        concat_ws(', ', category, violence_form) as item,
        victims
    from core.victims_by_category_daily
    union all
    select 'victims_by_age' as mart, day, concat_ws(', ', age_band, sex) as item, victims
    from core.victims_by_age_daily
    union all
    select 'victims_by_context' as mart, day, context as item, victims
    from core.victims_by_context_daily
    union all
    select 'referrals_by_outcome' as mart, day, outcome as item, referrals
    from core.referrals_by_outcome_daily
    union all
    select 'referrals_by_outcome' as mart, day, outcome || ', contacts' as item, contacts
    from core.referrals_by_outcome_daily
),

judged_cubes as (
    select
        mart,
        day,
        item,
        sum(kept) as kept
    from cubes
    semi join judged_days using (day)
    group by all
)

select
    mart,
    day,
    item,
    recounted.counted as expected,
    judged_cubes.kept as found
from recounted
full outer join judged_cubes using (mart, day, item)
