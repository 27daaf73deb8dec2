with dated as (
    select delivery_id, day, line from raw.contacts where is_news_day(day)
    union all
    select delivery_id, day, line from raw.web_visits
    union all
    select delivery_id, day, line from raw.ad_delivery
)

select
    news.source,
    news.file_name,
    min(dated.line) as first_line,
    max(dated.day) as day,
    0 as expected,
    count(*) as found
from dated
inner join news using (delivery_id)
cross join night
where dated.day > night.as_of_day
group by all
