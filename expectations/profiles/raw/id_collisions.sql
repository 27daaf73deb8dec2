-- A record keeps its id and its day. When many ids of a delivery were seen on other days, a source
-- system has begun to count anew, and its new records would overwrite old ones.
with arrived as materialized (
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

elsewhere as (
    select distinct
        arrived.delivery_id,
        arrived.contact_key
    from raw.contacts as contacts
    inner join arrived on contacts.contact_key = arrived.contact_key
    where
        is_day_of_old_ids(contacts.day)
        and contacts.day != arrived.day
        and contacts.delivery_id not in (select delivery_id from raw.deliveries where superseded)
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
