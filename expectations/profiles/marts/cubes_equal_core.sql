-- Each cube against a recount of core, member by member, on the judged days; members that agree are
-- left out. A cube is shown on the mart that reads it.
with contacts as (
    select * replace (coalesce(hour, -1) as hour) from judged(core.contacts)
),

victims as (
    from judged(core.victims)
),

referrals as (
    from judged(core.referrals)
),

persons as (
    unpivot (
        select day, channel, relation, contact_age_group, contact_sex, anonymous, count(*) as counted
        from contacts
        group by grouping sets (
            (day, channel, relation),
            (day, channel, contact_age_group),
            (day, channel, contact_sex),
            (day, channel, anonymous)
        )
    )
    on relation, contact_age_group, contact_sex, anonymous
    into name dimension value member
),

hours_kept as (
    select * replace (coalesce(hour, -1) as hour) from judged(core.contacts_by_hour_daily)
),

compared as (
    select 'contacts_by_channel' as mart, day, channel as item, counted as expected, contacts as found
    from (select day, channel, count(*) as counted from contacts group by all)
    full outer join judged(core.contacts_by_channel_daily) using (day, channel)
    union all
    select 'contacts_by_hour', day, concat_ws(', ', channel, hour), counted, contacts
    from (select day, channel, hour, count(*) as counted from contacts group by all)
    full outer join hours_kept using (day, channel, hour)
    union all
    select 'contact_persons', day, concat_ws(', ', channel, dimension, member), counted, contacts
    from persons
    full outer join judged(core.contact_persons_daily) using (day, channel, dimension, member)
    union all
    select
        'contacts_by_violence_form', day, concat_ws(', ', channel, violence_form), counted, contacts
    from (
        select day, channel, violence_form, count(distinct contact_key) as counted
        from victims group by all
    )
    full outer join judged(core.contacts_by_violence_form_daily)
        using (day, channel, violence_form)
    union all
    select 'victims_by_category', day, concat_ws(', ', category, violence_form), counted, victims
    from (select day, category, violence_form, count(*) as counted from victims group by all)
    full outer join judged(core.victims_by_category_daily) using (day, category, violence_form)
    union all
    select 'victims_by_age', day, concat_ws(', ', age_band, sex), counted, victims
    from (select day, age_band, sex, count(*) as counted from victims group by all)
    full outer join judged(core.victims_by_age_daily) using (day, age_band, sex)
    union all
    select 'victims_by_context', day, context, counted, victims
    from (select day, context, count(*) as counted from victims group by all)
    full outer join judged(core.victims_by_context_daily) using (day, context)
    union all
    select 'referrals_by_outcome', day, outcome, counted, referrals
    from (select day, outcome, count(*) as counted from referrals group by all)
    full outer join judged(core.referrals_by_outcome_daily) using (day, outcome)
    union all
    select 'referrals_by_outcome', day, outcome || ', contacts', counted, contacts
    from (
        select day, outcome, count(distinct contact_key) as counted from referrals group by all
    )
    full outer join judged(core.referrals_by_outcome_daily) using (day, outcome)
)

select * from compared
where expected is distinct from found
union all
select mart, null as day, 'days judged' as item, count(*) as expected, count(*) as found
from judged_days
cross join (
    select unnest([
        'contacts_by_channel', 'contacts_by_hour', 'contact_persons', 'contacts_by_violence_form',
        'victims_by_category', 'victims_by_age', 'victims_by_context', 'referrals_by_outcome'
    ]) as mart
)
group by mart
