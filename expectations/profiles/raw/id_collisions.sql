-- A record keeps its id and its day. When many ids of a delivery were seen on other days, a source
-- system has begun to count anew, and its new records would overwrite old ones.
with arrived as (
    select
        contacts.contact_key,
        contacts.day,
        contacts.delivery_id
    from raw.contacts as contacts
    inner join news using (delivery_id)
    where
        is_news_day(contacts.day)
        and hash(contacts.contact_key) % news.one_in = 0
),

arrived_count as (
    select
        delivery_id,
        count(*) as ids
    from arrived
    group by all
),

bounds as (
    select
        min(day) - 800 as first_day,
        max(day) + 31 as last_day
    from arrived
),

elsewhere as (
    select distinct
        arrived.delivery_id,
        arrived.contact_key
    from arrived
    inner join raw.contacts as contacts on arrived.contact_key = contacts.contact_key
    semi join (select delivery_id from raw.deliveries where not superseded) as known
        on contacts.delivery_id = known.delivery_id
    where
        contacts.day != arrived.day
        and contacts.day between (select first_day from bounds) and (select last_day from bounds)
)

select
    news.source,
    news.file_name,
    any_value(arrived_count.ids) as expected,
    count(*) as found,
    round(100 * count(*) / any_value(arrived_count.ids), 1) as measure
from elsewhere
inner join arrived_count using (delivery_id)
inner join news using (delivery_id)
group by news.source, news.file_name
having count(*) >= 5
