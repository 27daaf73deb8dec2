-- The share of each source in all contacts in the last four weeks, over days on which every contact
-- source is covered.
with contact_days as (
    select
        daily_volume.source,
        daily_volume.day,
        sum(daily_volume.volume) as contacts,
        bool_or(daily_volume.is_news) as is_news
    from daily_volume
    semi join (select source from raw.sources where is_contact_source) as contact_sources
        using (source)
    group by all
),

known_days as (
    select
        *,
        sum(contacts) over (partition by day) as all_contacts,
        count(*) over (partition by day) as sources
    from contact_days
),

whole_days as (
    select *
    from known_days
    qualify sources = max(sources) over ()
),

bounds as (
    select
        max(day) as last_day
    from whole_days
    where is_news
),

windows as (
    select
        last_day - 27 as first_day,
        last_day as final_day
    from bounds
    where not exists (
        select 1
        from service_changes
        where service_changes.day between bounds.last_day - 117 and bounds.last_day
    )
),

counted as (
    select
        windows.*,
        whole_days.source,
        sum(whole_days.contacts) filter (where whole_days.day >= windows.first_day) as found,
        sum(whole_days.contacts) filter (where whole_days.day < windows.first_day) as usual,
        sum(whole_days.all_contacts) filter (where whole_days.day >= windows.first_day)
            as all_found,
        sum(whole_days.all_contacts) filter (where whole_days.day < windows.first_day)
            as all_usual
    from windows
    inner join whole_days
        on whole_days.day between windows.first_day - 91 and windows.final_day
    group by all
)

select
    source,
    first_day,
    final_day as last_day,
    round(usual * all_found / all_usual, 1) as expected,
    found,
    if(
        abs(found - usual * all_found / all_usual)
        > 4.26 * sqrt(usual * all_found / all_usual * (1 + all_found / all_usual)),
        round(abs(found / all_found - usual / all_usual) / sqrt(usual / all_usual), 3), 0
    ) as measure
from counted
where usual * all_found / all_usual >= 5
