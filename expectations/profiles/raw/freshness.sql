-- A source that only delivers empty days looks quiet. How many records would its own pace of the
-- 91 days before have brought since its newest one?
with newest as (
    select
        source,
        site,
        max(day) filter (where volume > 0) as newest_day,
        max(day) as covered_until,
        max_by(file_name, day) as file_name
    from daily_volume
    group by all
),

pace as (
    select
        newest.*,
        avg(daily_volume.volume) as per_day
    from newest
    inner join daily_volume
        on
            newest.source = daily_volume.source
            and newest.site is not distinct from daily_volume.site
            and daily_volume.day between newest.newest_day - 90 and newest.newest_day
    group by all
)

select
    source,
    site,
    newest_day as day,
    covered_until,
    file_name,
    round((covered_until - newest_day) * per_day, 1) as expected,
    0 as found,
    round((covered_until - newest_day) * per_day, 1) as measure
from pace
