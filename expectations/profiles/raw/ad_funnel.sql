select
    news.source,
    news.file_name,
    min(ad_delivery.day) as day,
    0 as expected,
    count(*) as found
from raw.ad_delivery as ad_delivery
inner join news using (delivery_id)
where ad_delivery.clicks > ad_delivery.impressions or ad_delivery.reach > ad_delivery.impressions
group by all
