with times as (
    select
        delivery_id,
        started_at::time as time_of_day,
        count(*) as contacts
    from raw.contacts
    semi join news using (delivery_id)
    where started_at is not null
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
