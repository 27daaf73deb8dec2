-- Each day against the same weekday of up to eight weeks before, on the square-root scale on which
-- counts of any size spread alike (Anscombe 1948): 1 is the spread of pure chance.
with compared as (
    select
        *,
        list(volume) over weekday_before as usual_volumes
    from daily_volume
    window weekday_before as (
        partition by source, site, isodow(day)
        order by day
        rows between 8 preceding and 1 preceding
    )
),

scaled as (
    select
        *,
        list_aggregate(usual_volumes, 'median') as usual,
        [2 * sqrt(usual_volume + 0.375) for usual_volume in usual_volumes] as usual_scaled
    from compared
    where is_news and len(usual_volumes) >= 4
)

select
    source,
    site,
    day,
    file_name,
    usual as expected,
    volume as found,
    round(
        abs(2 * sqrt(volume + 0.375) - 2 * sqrt(usual + 0.375))
        / greatest(1, 1.4826 * list_aggregate(usual_scaled, 'mad')), 2
    ) as measure
from scaled
