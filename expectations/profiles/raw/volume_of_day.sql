-- Each day against the same weekday of up to eight weeks before, on the square-root scale on which
-- counts of any size spread alike (Anscombe 1948): 1 is the spread of pure chance. The spread is
-- the median absolute deviation of the eight weeks' own distances; it is at least that of chance,
-- and at least 15% of the volume (of websites 20%), as large sources vary by more than chance. In the weeks after a
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
    group by all
),

counted as (
    select
        *,
        coalesce(
            len(list_filter(usual_days, lambda usual_day: usual_day >= changed_on)),
            len(usual_days)
        ) as days_of_service
    from since_change
),

chosen as (
    select
        *,
        changed_on is not null and days_of_service < 4 as is_new_service,
        list_aggregate(
            if(
                changed_on is not null and days_of_service >= 4,
                usual_volumes[-days_of_service:],
                usual_volumes
            ), 'median'
        ) as expected
    from counted
),

scaled as (
    select
        *,
        2 * sqrt(volume + 0.375) - 2 * sqrt(expected + 0.375) as distance
    from chosen
),

spread as (
    select
        *,
        1.4826 * mad(distance) over (
            partition by source, site
            order by day
            rows between 56 preceding and 1 preceding
        ) as usual_spread
    from scaled
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
        -- a website that nobody visited was down, or its analytics were: zero_day warns of it
        or (not is_contact_source and volume = 0),
        0,
        round(
            abs(distance) / greatest(
                1,
                coalesce(usual_spread, 1),
                if(is_contact_source, 0.15, 0.2) * sqrt(expected)
            ), 2
        )
    ) as measure
from spread
where is_news and len(usual_volumes) >= 4
