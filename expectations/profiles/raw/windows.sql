-- What is compared with what: windows of four weeks, and the last one and two of each source, with
-- the thirteen weeks before, and short deliveries with the seventeen before. Where the service
-- changed in between, the baseline begins at the change; where nothing usual is left after it, the
-- window is marked as a new service.
create or replace temp table compared_windows as
with newest as (
    select
        source,
        max(day) as last_day
    from covered
    semi join (select distinct source from composition) as composed using (source)
    group by all
),

-- only windows in which something is news
four_weeks as (
    select distinct
        covered.source,
        null::bigint as delivery_id,
        newest.last_day,
        ((newest.last_day - covered.day) // 28)::integer as step
    from covered
    inner join newest on covered.source = newest.source
    where covered.is_news
),

latest_days as (
    select
        source,
        max(last_day) as latest_day
    from raw.deliveries
    where status = 'loaded'
    group by all
),

framed as (
    select
        source,
        delivery_id,
        last_day,
        4 * step as first_week,
        4 * step + 3 as last_week,
        last_day - 28 * step - 27 as first_day,
        last_day - 28 * step as final_day,
        13 as weeks_before
    from four_weeks
    union all by name
    -- small files, day after day: together they show what none of them can
    select distinct
        four_weeks.source,
        four_weeks.delivery_id,
        four_weeks.last_day,
        0 as first_week,
        latest.weeks - 1 as last_week,
        four_weeks.last_day - 7 * latest.weeks + 1 as first_day,
        four_weeks.last_day as final_day,
        13 as weeks_before
    from four_weeks
    cross join (select unnest([1, 2]) as weeks) as latest
    where four_weeks.step = 0
    union all by name
    select
        news.source,
        news.delivery_id,
        newest.last_day,
        (newest.last_day - news.last_day) // 7 as first_week,
        (newest.last_day - news.first_day) // 7 as last_week,
        news.first_day,
        news.last_day as final_day,
        17 as weeks_before
    from news
    inner join newest using (source)
    where news.status = 'loaded' and news.last_day - news.first_day <= 31
),

with_change as (
    select
        framed.*,
        latest_days.latest_day,
        max(service_changes.day) as changed_on
    from framed
    inner join latest_days on framed.source = latest_days.source
    left join service_changes
        on
            service_changes.day between framed.first_day - 7 * framed.weeks_before + 1
            and framed.final_day
    group by all
)

select
    row_number() over () as window_id,
    * exclude (changed_on),
    last_week + 1 as base_from,
    -- the oldest week that lies wholly after the change
    if(
        (last_day - changed_on - 6) // 7 - last_week >= 4,
        (last_day - changed_on - 6) // 7,
        last_week + weeks_before
    ) as base_to,
    coalesce((last_day - changed_on - 6) // 7 - last_week < 4, false) as is_new_service
from with_change;
