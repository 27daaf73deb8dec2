select
    news.source,
    web_visits.site,
    min(web_visits.day) as day,
    news.file_name,
    0 as expected,
    count(*) as found
from raw.web_visits as web_visits
inner join news using (delivery_id)
where web_visits.visitors > web_visits.visits
group by all
