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

-- a share needs no more than some hundred records: of a large delivery, one contact in `one_in` is
-- looked at, chosen by a hash, wherever a rule is about shares
create or replace temp table news as
select
    *,
    greatest(1, rows_loaded // 1000)::ubigint as one_in
from raw.deliveries
where load_number > getvariable('last_load_number') and not superseded;

-- what is judged of each source: the news, the weeks that they are compared with, and the rest of
-- the four weeks that they lie in; a correction of an old day does not bring the years in between
create or replace temp table judged as
with windows as (
    select
        source,
        site,
        first_day - 126 as first_day,
        last_day + 27 as last_day
    from news
    where status = 'loaded'
),

reached as (
    select
        *,
        max(last_day) over (
            partition by source, site
            order by first_day, last_day
            rows between unbounded preceding and 1 preceding
        ) as reached_day
    from windows
),

numbered as (
    select
        *,
        count(*) filter (reached_day is null or first_day > reached_day + 1) over (
            partition by source, site
            order by first_day, last_day
        ) as stretch
    from reached
)

select
    source,
    site,
    min(first_day) as first_day,
    max(last_day) as last_day
from numbered
group by source, site, stretch;

-- what the service did differently from a day on: usual figures of before say little about after
create or replace temp table service_changes as
select distinct starts_on as day
from raw.campaigns
where kind = 'service_change';

-- the delivery that a day's figures come from, as core ranks them; a day that none covers is missing, not zero
create or replace temp table covered as
with days as (
    select
        deliveries.source,
        deliveries.site,
        deliveries.replaces_period,
        deliveries.received_at,
        deliveries.modified_at,
        deliveries.delivery_id,
        deliveries.file_name,
        deliveries.load_number > getvariable('last_load_number') as is_news,
        unnest(generate_series(
            greatest(deliveries.first_day, judged.first_day, sources.due_from),
            least(deliveries.last_day, judged.last_day),
            interval 1 day
        ))::date as day
    from raw.deliveries as deliveries
    inner join judged
        on
            deliveries.source = judged.source
            and deliveries.site is not distinct from judged.site
            and deliveries.last_day >= judged.first_day
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
    max_by(delivery_id, (received_at, modified_at, delivery_id)) as delivery_id,
    max_by(file_name, (received_at, modified_at, delivery_id)) as file_name
from days
group by all;

-- on which days the contacts of the news lie, and how many
create or replace temp table news_contacts as
select
    delivery_id,
    day,
    count(*) as contacts
from raw.contacts
semi join news using (delivery_id)
group by all;

-- the days that the news is about: those that it covers, and those of its records wherever they lie
create or replace temp table news_days as
select distinct day
from news_contacts
union
select day
from covered
where is_news;

-- the days on which an id of the news may have been used before: two years, and a month to come
create or replace temp table old_id_days as
select distinct unnest(generate_series(day - 800, day + 31, interval 1 day))::date as day
from news_days;
