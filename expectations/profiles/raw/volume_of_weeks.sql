-- Two or four weeks, or a delivery of two weeks and more, against the six weeks before, as a number of
-- doublings or halvings beyond what chance explains (twice the standard error of a log ratio of
-- counts). Six weeks follow a trend that thirteen would take for damage. Sources of whom fewer than
-- 40 are expected are left to the rules of the single day.
with volumes as (
    select
        compared_windows.window_id,
        sum(daily_volume.volume) filter (
            where daily_volume.day between
            compared_windows.first_day and compared_windows.final_day
        ) as found,
        count(*) filter (
            where daily_volume.day between
            compared_windows.first_day and compared_windows.final_day
        ) as days_found,
        sum(daily_volume.volume) filter (where daily_volume.day < compared_windows.first_day)
            as usual,
        count(*) filter (where daily_volume.day < compared_windows.first_day) as days_usual
    from compared_windows
    inner join daily_volume
        on
            compared_windows.source = daily_volume.source
            and daily_volume.day between greatest(
                compared_windows.first_day - 42,
                compared_windows.last_day - (7 * compared_windows.base_to + 6)::integer
            ) and compared_windows.final_day
    where not compared_windows.is_new_service
    group by all
),

scaled as (
    select
        *,
        usual * days_found / days_usual as expected
    from volumes
    where days_found >= 14 and days_usual >= 28
)

select
    compared_windows.source,
    compared_windows.first_day,
    compared_windows.final_day as last_day,
    covered.file_name,
    round(scaled.expected, 1) as expected,
    scaled.found,
    round(greatest(
        0,
        abs(log2((scaled.found + 0.5) / scaled.expected))
        - 2 * 1.4427 * sqrt(1 / greatest(scaled.found, 1) + 1 / scaled.usual)
    ), 3) as measure
from scaled
inner join compared_windows using (window_id)
left join covered
    on compared_windows.source = covered.source and compared_windows.final_day = covered.day
where scaled.expected >= 40
