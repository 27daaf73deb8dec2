-- Two contacts that begin in the same second, last as long and were told by the same kind of person
-- are one contact under two ids.
with alike as (
    select
        source,
        day,
        covering_id,
        count(distinct contact_key) as ids
    from entries
    semi join (select source, day from covered where is_news) as news_days using (source, day)
    where contact_kind = 'contact' and started_at is not null
    group by
        source, day, covering_id,
        started_at, duration_s, relation, contact_age_group, contact_sex, anonymous
)

select
    alike.source,
    min(alike.day) filter (where alike.ids > 1) as day,
    deliveries.file_name,
    count(*) as expected,
    sum(alike.ids) as found,
    round(100 * (sum(alike.ids) - count(*)) / count(*), 1) as measure
from alike
inner join raw.deliveries as deliveries on alike.covering_id = deliveries.delivery_id
group by alike.source, deliveries.file_name
having sum(alike.ids) - count(*) >= 3
