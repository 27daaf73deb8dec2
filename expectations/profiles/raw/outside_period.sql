select
    news.source,
    news.file_name,
    news.first_day,
    news.last_day,
    0 as expected,
    count(*) as found
from raw.contacts as contacts
inner join news using (delivery_id)
where
    is_news_day(contacts.day)
    and news.replaces_period
    and contacts.day not between news.first_day and news.last_day
group by all
