with compared as (
    select
        *,
        median(volume) over weekday_before as expected,
        count(*) over weekday_before as usual_days
    from daily_volume
    window weekday_before as (
        partition by source, site, isodow(day)
        order by day
        rows between 8 preceding and 1 preceding
    )
)

select
    source,
    site,
    day,
    file_name,
    expected,
    volume as found,
    -- a website's analytics fail for a day more easily than a service closes
    if(volume = 0, if(is_contact_source, expected, expected / 3), 0) as measure
from compared
where is_news and usual_days >= 4
