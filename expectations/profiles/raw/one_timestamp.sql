with times as (
    select
        contacts.delivery_id,
        contacts.started_at::time as time_of_day,
        count(*) as contacts
    from raw.contacts as contacts
    inner join news using (delivery_id)
    where
        is_news_day(contacts.day)
        and contacts.started_at is not null
        and hash(contacts.contact_key) % news.one_in = 0
    group by all
)

select
    news.source,
    news.file_name,
    sum(times.contacts) as expected,
    max(times.contacts) as found,
    round(100 * max(times.contacts) / sum(times.contacts), 1) as measure
from times
inner join news using (delivery_id)
group by all
having sum(times.contacts) >= 20
