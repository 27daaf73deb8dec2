-- What border 1 judges: every delivery that no release includes yet, as of the night's clock, and
-- for each source the days that they cover. Everything that follows reads no further back than the
-- baselines need, so that a night's checks cost what its deliveries cost.
create or replace temp table night as
select
    as_of,
    as_of_day
from raw.runs
order by started_at desc
limit 1;

create or replace temp table news as
select *
from raw.deliveries
where load_number > getvariable('last_load_number') and not superseded;

create or replace temp table judged as
select
    source,
    site,
    min(first_day) as first_day,
    max(last_day) as last_day
from news
where status = 'loaded'
group by all;

-- the delivery that a day's figures come from; a day that none covers is missing, not zero
create or replace temp table covered as
select
    delivery.source,
    delivery.site,
    delivery.replaces_period,
    covered.day::date as day,
    max_by(delivery.delivery_id, (delivery.received_at, delivery.delivery_id)) as delivery_id,
    max_by(delivery.file_name, (delivery.received_at, delivery.delivery_id)) as file_name,
    bool_or(delivery.load_number > getvariable('last_load_number')) as is_news
from raw.deliveries as delivery
inner join judged
    on
        judged.source = delivery.source
        and judged.site is not distinct from delivery.site
        and delivery.last_day >= judged.first_day - 119
        and delivery.first_day <= judged.last_day
cross join unnest(range(
    greatest(delivery.first_day, judged.first_day - 119),
    least(delivery.last_day, judged.last_day) + 1,
    interval 1 day
)) as covered (day)
where delivery.status = 'loaded' and not delivery.superseded
group by all;

create or replace temp table daily_volume as
select
    covered.source,
    covered.site,
    covered.day,
    covered.file_name,
    covered.is_news,
    count(distinct contacts.contact_key) as volume
from covered
semi join raw.sources
    on raw.sources.source = covered.source and raw.sources.is_contact_source
left join raw.contacts as contacts
    on
        contacts.source = covered.source
        and contacts.day = covered.day
        and contacts.contact_kind = 'contact'
        and (not covered.replaces_period or contacts.delivery_id = covered.delivery_id)
group by all

union all by name

select
    covered.source,
    covered.site,
    covered.day,
    covered.file_name,
    covered.is_news,
    coalesce(max_by(web_visits.visits, (web_visits.version_at, web_visits.delivery_id)), 0)
        as volume
from covered
semi join raw.sources
    on raw.sources.source = covered.source and list_contains(raw.sources.entity_list, 'web_visits')
left join raw.web_visits as web_visits
    on
        web_visits.source = covered.source
        and web_visits.site = covered.site
        and web_visits.day = covered.day
group by all;
