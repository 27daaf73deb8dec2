-- What came for each source and day; missing is not zero.
create temp table days_counted as
select source, site, day
from (
    select distinct channel::varchar as source, null::varchar as site, local::date as day
    from rows
    left join covering on rows.channel = covering.of_channel and rows.local::date = covering.day
    where person = 1 and reason is null and delivery >= coalesce(covering.rank, 0)
    union all
    select distinct 'web', site, day from web_rows
    union all
    select distinct 'campaigns', null, starts_on from campaigns
    union all
    select distinct 'ads', null, day from ad_rows
);

create temp table days_covered as
select distinct
    source, site, unnest(generate_series(first_day, last_day, interval 1 day))::date as day
from deliveries
where status = 'loaded';

create temp table days_due as
select source, site, unnest(generate_series(date '2012-03-01', last_due, interval 1 day))::date as day
from (
    values
        ('phone', null::varchar, getvariable('today') - 1),
        ('mail', null, getvariable('today') - 1),
        ('chat', null, getvariable('today') - 1),
        ('web', 'adults', getvariable('today') - 1),
        ('web', 'minors', getvariable('today') - 1),
        -- a year's calendar is due 31 days after the year
        ('campaigns', null, make_date(year(getvariable('today') - 31), 1, 1) - 1)
) as rhythm (source, site, last_due);

create temp table completeness as
select
    source,
    site,
    day,
    case
        when bool_or(found = 'counted') then 'received'
        when bool_or(found = 'covered') then 'confirmed_zero'
        else 'missing'
    end as status
from (
    select *, 'counted' as found from days_counted
    union all
    select *, 'covered' from days_covered
    union all
    select *, 'due' from days_due
)
where day <= getvariable('today')
group by all;

create temp table years as
select
    year(day)::integer as year,
    count(distinct day)::integer as days_of_service,
    count(distinct day) filter (status = 'missing')::integer as days_missing,
    days_of_service < make_date(year(day) + 1, 1, 1) - make_date(year(day), 1, 1) as is_partial,
    not is_partial and days_missing = 0 as is_complete,
    is_complete and coalesce(lag(is_complete) over (order by year(day)), false) as is_comparable
from completeness
where source in ('phone', 'mail', 'chat')
group by year(day);
