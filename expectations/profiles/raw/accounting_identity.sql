-- A row that was loaded stands in raw: each of a site or an advertisement for itself. Of contacts,
-- which may fill several rows, there must be one at least, and no more than there were rows.
with held as (
    select
        delivery_id,
        true as is_contacts,
        sum(contacts) as records
    from news_contacts
    group by all
    union all by name
    select
        delivery_id,
        false as is_contacts,
        count(*) as records
    from (
        select delivery_id from raw.web_visits
        union all
        select delivery_id from raw.ad_delivery
        union all
        select delivery_id from raw.campaigns
    )
    semi join news using (delivery_id)
    group by all
)

select
    news.source,
    news.file_name,
    news.rows_in as expected,
    case
        when news.rows_loaded + news.rows_rejected <> news.rows_in
            then news.rows_loaded + news.rows_rejected
        when held.is_contacts and held.records < news.rows_loaded
            then news.rows_in
        else coalesce(held.records, 0) + news.rows_rejected
    end as found
from news
left join held using (delivery_id)
