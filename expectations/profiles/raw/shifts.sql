-- How far shares moved: windows of four weeks, and the last one and two of each source, against the
-- thirteen weeks before, and short deliveries against the seventeen before. Where the service changed in between, the baseline begins at the
-- change; where nothing usual is left after it, the window is marked as a new service.
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

create or replace temp table shifts as
with window_weeks as (
    select
        window_id,
        source,
        delivery_id,
        unnest(range(first_week, last_week + 1)) as week
    from compared_windows
),

baseline_weeks as (
    select
        window_id,
        source,
        unnest(range(base_from, base_to + 1)) as week
    from compared_windows
),

weekly as (
    select
        source,
        week,
        dimension,
        member,
        records
    from composition
    where delivery_id is null
),

found_members as (
    select
        window_weeks.window_id,
        weekly.dimension,
        weekly.member,
        sum(weekly.records) as found
    from window_weeks
    inner join weekly using (source, week)
    where window_weeks.delivery_id is null
    group by all
    union all
    select
        compared_windows.window_id,
        composition.dimension,
        composition.member,
        sum(composition.records) as found
    from compared_windows
    inner join composition using (source, delivery_id)
    group by all
),

usual_members as (
    select
        baseline_weeks.window_id,
        weekly.dimension,
        weekly.member,
        sum(weekly.records) as usual
    from baseline_weeks
    inner join weekly using (source, week)
    group by all
),

compared as (
    select
        window_id,
        dimension,
        member,
        coalesce(found, 0) as found,
        coalesce(usual, 0) as usual,
        sum(coalesce(found, 0)) over (partition by window_id, dimension) as all_found,
        sum(coalesce(usual, 0)) over (partition by window_id, dimension) as all_usual
    from found_members
    full outer join usual_members using (window_id, dimension, member)
),

-- members of which fewer than 5 are expected are judged together; what is usual is not known from
-- less than half as many records as are compared with it, as in the first weeks of a service
expected_members as (
    select
        window_id,
        dimension,
        if(usual * all_found / all_usual >= 5, member, 'rare ones together') as member,
        sum(found) as found,
        sum(usual * all_found / all_usual) as expected,
        any_value(all_found) as all_found,
        any_value(all_usual) as all_usual
    from compared
    where all_found >= 20 and all_usual >= greatest(60, all_found / 2)
    group by all
),

squared as (
    select
        *,
        pow(found - expected, 2) / greatest(expected, 5) as squared,
        -- what chance makes of it: the baseline is a sample too, and victims and outcomes of one
        -- contact resemble each other, so that they count for half
        (1 + all_found / all_usual) * if(dimension in (
            'category', 'violence_form', 'age_band', 'sex', 'context', 'age_and_sex',
            'category_and_form', 'outcome'
        ), 2, 1) as by_chance
    from expected_members
),

distances as (
    select
        window_id,
        dimension,
        max_by(member, abs(found - expected) / sqrt(greatest(expected, 5))) as member,
        max_by(found, abs(found - expected) / sqrt(greatest(expected, 5))) as found,
        max_by(expected, abs(found - expected) / sqrt(greatest(expected, 5))) as expected,
        -- the share of records that would have to change their code
        round(sum(abs(found - expected)) / 2 / any_value(all_found), 3) as moved,
        -- Cohen's w beyond what chance alone brings, so that it means the same whatever the number
        -- of records: 0.1 is small, 0.3 medium, 0.5 large
        sqrt(greatest(
            0, sum(squared) - any_value(by_chance) * greatest(count(*) - 1, 1)
        ) / any_value(all_found)) as effect,
        sum(squared / by_chance) as chi_square,
        greatest(count(*) - 1, 1) as freedom
    from squared
    group by window_id, dimension
)

select
    compared_windows.source,
    compared_windows.first_day,
    compared_windows.final_day as last_day,
    coalesce(news.file_name, covered.file_name) as file_name,
    -- the last four weeks of the source, not a correction of older ones
    compared_windows.delivery_id is null
    and compared_windows.final_day = compared_windows.latest_day
    and compared_windows.last_week = 3 as is_latest,
    compared_windows.is_new_service,
    compared_windows.delivery_id is null and compared_windows.last_week < 3 as is_short,
    distances.dimension,
    distances.member,
    round(distances.expected, 1) as expected,
    distances.found,
    distances.moved,
    -- chance alone goes beyond this in one of 100,000 comparisons (Wilson and Hilferty 1931)
    if(
        distances.chi_square > distances.freedom * pow(
            1 - 2 / (9 * distances.freedom) + 4.26 * sqrt(2 / (9 * distances.freedom)), 3
        ),
        round(distances.effect, 3), 0
    ) as effect
from distances
inner join compared_windows using (window_id)
left join news on compared_windows.delivery_id = news.delivery_id
left join covered
    on compared_windows.source = covered.source and compared_windows.final_day = covered.day;
