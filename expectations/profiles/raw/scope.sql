-- What border 1 judges: every delivery that no release includes yet, as of the night's clock, and
-- for each source the days that they cover. Nothing here reads further back than its baseline
-- needs, so that a night's checks cost what its deliveries cost.
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

-- what the service did differently from a day on: usual figures of before say little about after
create or replace temp table service_changes as
select distinct starts_on as day
from raw.campaigns
where kind = 'service_change';

-- the delivery that a day's figures come from; a day that none covers is missing, not zero
create or replace temp table covered as
with days as (
    select
        deliveries.source,
        deliveries.site,
        deliveries.replaces_period,
        deliveries.received_at,
        deliveries.delivery_id,
        deliveries.file_name,
        deliveries.load_number > getvariable('last_load_number') as is_news,
        unnest(generate_series(
            greatest(deliveries.first_day, judged.first_day - 119, sources.due_from),
            least(deliveries.last_day, judged.last_day),
            interval 1 day
        ))::date as day
    from raw.deliveries as deliveries
    inner join judged
        on
            deliveries.source = judged.source
            and deliveries.site is not distinct from judged.site
            and deliveries.last_day >= judged.first_day - 119
            and deliveries.first_day <= judged.last_day
    -- a file of the first year reaches back to days on which there was no service yet
    inner join raw.sources as sources
        on
            deliveries.source = sources.source
            and deliveries.site is not distinct from sources.site
    where deliveries.status = 'loaded' and not deliveries.superseded
)

select
    source,
    site,
    day,
    bool_or(replaces_period) as replaces_period,
    bool_or(is_news) as is_news,
    max_by(delivery_id, (received_at, delivery_id)) as delivery_id,
    max_by(file_name, (received_at, delivery_id)) as file_name
from days
group by all;

-- the contacts of those days, as they stand after this night: once per record
create or replace temp table entries as
with arrived as (
    select
        covered.source,
        covered.day,
        covered.delivery_id as covering_id,
        contacts.* exclude (source, day, is_ambiguous_hour)
    from raw.contacts as contacts
    inner join covered on contacts.source = covered.source and contacts.day = covered.day
    where not covered.replaces_period or contacts.delivery_id = covered.delivery_id
),

repeated as (
    select contact_key
    from arrived
    group by contact_key
    having count(*) > 1
)

select *
from arrived
anti join repeated using (contact_key)
union all by name
select *
from arrived
semi join repeated using (contact_key)
qualify row_number() over (partition by contact_key order by version_at desc, delivery_id desc) = 1;

create or replace temp table daily_volume as
with counted as (
    select
        source,
        null as site,
        day,
        count(*) as volume
    from entries
    where contact_kind = 'contact'
    group by all
    union all
    select
        source,
        site,
        day,
        max_by(visits, (version_at, delivery_id))
    from raw.web_visits
    semi join covered using (source, site, day)
    group by all
)

select
    covered.*,
    measured.is_contact_source,
    coalesce(counted.volume, 0) as volume
from covered
inner join (
    select distinct
        source,
        is_contact_source
    from raw.sources
    where is_contact_source or list_contains(entity_list, 'web_visits')
) as measured using (source)
left join counted
    on
        covered.source = counted.source
        and covered.site is not distinct from counted.site
        and covered.day = counted.day;
