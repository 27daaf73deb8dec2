-- Two contacts that begin in the same second, last as long and were told by the same kind of person
-- are one contact under two ids. Whether one is looked at depends on its content, not on its id, so
-- that both of a pair are or none.
with judged_days as (
    select
        covered.source,
        covered.day,
        covered.replaces_period,
        news.delivery_id,
        news.one_in
    from covered
    inner join news using (delivery_id)
),

arrived as (
    select
        judged_days.delivery_id,
        judged_days.replaces_period,
        judged_days.one_in,
        contacts.contact_key,
        contacts.version_at,
        contacts.delivery_id as read_from,
        hash(
            contacts.started_at, contacts.duration_s, contacts.relation,
            contacts.contact_age_group, contacts.contact_sex, contacts.anonymous
        ) as content
    from raw.contacts as contacts
    inner join judged_days
        on contacts.source = judged_days.source and contacts.day = judged_days.day
    where
        is_news_day(contacts.day)
        and contacts.contact_kind = 'contact'
        and contacts.started_at is not null
        and (not judged_days.replaces_period or contacts.delivery_id = judged_days.delivery_id)
),

chosen as (
    select *
    from arrived
    where content % one_in = 0
),

latest as (
    select
        delivery_id,
        contact_key,
        content
    from chosen
    where replaces_period
    union all
    select
        delivery_id,
        contact_key,
        max_by(content, (version_at, read_from)) as content
    from chosen
    where not replaces_period
    group by all
),

counted as (
    select
        delivery_id,
        count(distinct content) as contacts,
        count(distinct contact_key) as ids
    from latest
    group by all
)

select
    news.source,
    news.first_day as day,
    news.file_name,
    counted.contacts as expected,
    counted.ids as found,
    round(100 * (counted.ids - counted.contacts) / counted.contacts, 1) as measure
from counted
inner join news using (delivery_id)
where counted.ids - counted.contacts >= 3
