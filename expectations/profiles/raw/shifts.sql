-- How far the shares of each window moved against its baseline.
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
),

-- how many standard deviations chance alone goes beyond in one of 100,000 comparisons, and in
-- fewer the more are made: half a deviation is a tenth of the chance. A first night compares as
-- much as forty later ones, and is to be stopped by chance no more often than one of them
chance as (
    select 4.26 + 0.47 * log10(greatest(count(*), 200) / 200) as deviations
    from distances
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
    -- the quantile of chi-square, after Wilson and Hilferty (1931)
    if(
        distances.chi_square > distances.freedom * pow(
            1 - 2 / (9 * distances.freedom)
            + chance.deviations * sqrt(2 / (9 * distances.freedom)), 3
        ),
        round(distances.effect, 3), 0
    ) as effect
from distances
cross join chance
inner join compared_windows using (window_id)
left join news on compared_windows.delivery_id = news.delivery_id
left join covered
    on compared_windows.source = covered.source and compared_windows.final_day = covered.day;
