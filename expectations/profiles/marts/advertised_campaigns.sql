-- Advertising of a campaign that the calendar lacks, or spells otherwise, is in no mart.
select
    'contacts_around_campaigns' as mart,
    year(ad_delivery.day) as year,
    ad_delivery.source as item,
    min(ad_delivery.day) as day,
    0 as expected,
    count(distinct ad_delivery.campaign_id) as found
from core.ad_delivery as ad_delivery
anti join core.campaigns as campaigns using (campaign_id)
group by all
