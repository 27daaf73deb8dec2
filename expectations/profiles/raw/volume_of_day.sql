-- Each day against the same weekday of up to eight weeks before, on the square-root scale on which
-- counts of any size spread alike (Anscombe 1948): 1 is the spread of pure chance. Larger sources
-- vary by more than chance, so the spread is at least 15% of the volume. In the weeks after a
-- change of the service, which has no usual days yet, only a day that nearly vanished counts.
with compared as (
    select
        *,
        list(volume) over weekday_before as usual_volumes,
        list(day) over weekday_before as usual_days
    from daily_volume
    window weekday_before as (
        partition by source, site, isodow(day)
        order by day
        rows between 8 preceding and 1 preceding
    )
),

since_change as (
    select
        compared.*,
        max(service_changes.day) as changed_on
    from compared
    left join service_changes
        on service_changes.day between compared.day - 56 and compared.day
    where compared.is_news and len(compared.usual_volumes) >= 4
    group by all
),

chosen as (
    select
        *,
        len(list_filter(usual_days, lambda usual_day: usual_day >= changed_on)) between 0 and 3
            as is_new_service,
        if(
            len(list_filter(usual_days, lambda usual_day: usual_day >= changed_on)) >= 4,
            usual_volumes[-len(list_filter(usual_days, lambda usual_day: usual_day >= changed_on)):],
            usual_volumes
        ) as usual
    from since_change
),

scaled as (
    select
        *,
        list_aggregate(usual, 'median') as expected,
        1.4826 * list_aggregate([2 * sqrt(volume_before + 0.375) for volume_before in usual], 'mad')
            as spread
    from chosen
)

select
    source,
    site,
    day,
    file_name,
    expected,
    volume as found,
    if(
        (is_new_service and volume > 0.25 * expected)
        -- a quiet website whose analytics failed for a day is left to zero_day
        or (not is_contact_source and volume = 0 and expected < 40),
        0,
        round(
            abs(2 * sqrt(volume + 0.375) - 2 * sqrt(expected + 0.375))
            / greatest(1, spread, 0.15 * sqrt(expected)), 2
        )
    ) as measure
from scaled
