-- How records are composed, week by week back from the newest judged day of each source: the frame
-- of every rule that compares a share with what it used to be. Deliveries of up to a month are also
-- kept apart, so that one damaged day is not lost among 27 sound ones.
create or replace temp table composition as
with short_news as (
    select delivery_id
    from news
    where status = 'loaded' and last_day - first_day <= 31
),

newest as (
    select
        source,
        max(day) as last_day
    from covered
    group by all
),

contacts as (
    select
        entries.source,
        entries.contact_key,
        entries.covering_id,
        entries.delivery_id as read_from,
        entries.line as read_line,
        (newest.last_day - entries.day) // 7 as week,
        short_news.delivery_id,
        entries.contact_kind,
        entries.relation,
        entries.contact_age_group,
        entries.contact_sex,
        entries.anonymous,
        coalesce(entries.hour::varchar, 'none') as hour,
        case
            when entries.duration_s is null then 'none'
            when entries.duration_s < 60 then 'under 1 minute'
            when entries.duration_s < 300 then 'under 5 minutes'
            when entries.duration_s < 900 then 'under 15 minutes'
            when entries.duration_s < 1800 then 'under 30 minutes'
            when entries.duration_s < 3600 then 'under 1 hour'
            else 'longer'
        end as duration
    from entries
    inner join newest using (source)
    left join short_news on entries.delivery_id = short_news.delivery_id
),

victims as (
    select
        contacts.source,
        contacts.week,
        contacts.delivery_id,
        contacts.contact_key,
        victims.category,
        victims.violence_form,
        victims.age_band,
        victims.sex,
        victims.context
    from raw.victims as victims
    inner join contacts
        on
            victims.contact_key = contacts.contact_key
            and victims.delivery_id = contacts.read_from
            and victims.contact_line = contacts.read_line
    where contacts.contact_kind = 'contact'
),

referrals as (
    select
        contacts.source,
        contacts.week,
        contacts.delivery_id,
        contacts.contact_key,
        referrals.outcome
    from raw.referrals as referrals
    inner join contacts
        on
            referrals.contact_key = contacts.contact_key
            and referrals.delivery_id = contacts.read_from
            and referrals.contact_line = contacts.read_line
    where contacts.contact_kind = 'contact'
),

contact_members as (
    select
        source,
        week,
        delivery_id,
        relation,
        contact_age_group,
        contact_sex,
        anonymous,
        hour,
        duration,
        count(*) as records
    from contacts
    where contact_kind = 'contact'
    group by grouping sets (
        (source, week, delivery_id, relation),
        (source, week, delivery_id, contact_age_group),
        (source, week, delivery_id, contact_sex),
        (source, week, delivery_id, anonymous),
        (source, week, delivery_id, hour),
        (source, week, delivery_id, duration)
    )
),

victim_members as (
    select
        source,
        week,
        delivery_id,
        category,
        violence_form,
        age_band,
        sex,
        context,
        count(*) as records
    from victims
    group by grouping sets (
        (source, week, delivery_id, category),
        (source, week, delivery_id, violence_form),
        (source, week, delivery_id, age_band),
        (source, week, delivery_id, sex),
        (source, week, delivery_id, context)
    )
),

victims_per_contact as (
    select
        contacts.source,
        contacts.week,
        contacts.delivery_id,
        coalesce(counted.victims, 0) as victims
    from contacts
    left join (
        select contact_key, count(*) as victims from victims group by contact_key
    ) as counted using (contact_key)
    where contacts.contact_kind = 'contact'
),

outcomes_per_contact as (
    select
        contacts.source,
        contacts.week,
        contacts.delivery_id,
        coalesce(counted.outcomes, 0) as outcomes
    from contacts
    left join (
        select contact_key, count(*) as outcomes from referrals group by contact_key
    ) as counted using (contact_key)
    where contacts.contact_kind = 'contact'
)

unpivot contact_members
on relation, contact_age_group, contact_sex, anonymous, hour, duration
into name dimension value member
union all by name
unpivot victim_members
on category, violence_form, age_band, sex, context
into name dimension value member
union all by name
select
    source,
    week,
    delivery_id,
    'outcome' as dimension,
    outcome as member,
    count(*) as records
from referrals
group by all
union all by name
select
    source,
    week,
    delivery_id,
    'contact_kind' as dimension,
    contact_kind as member,
    count(*) as records
from contacts
group by all
union all by name
select
    source,
    week,
    delivery_id,
    'victims_in_contact' as dimension,
    least(victims, 4)::varchar as member,
    count(*) as records
from victims_per_contact
group by all
union all by name
select
    source,
    week,
    delivery_id,
    'outcomes_in_contact' as dimension,
    least(outcomes, 3)::varchar as member,
    count(*) as records
from outcomes_per_contact
group by all;
