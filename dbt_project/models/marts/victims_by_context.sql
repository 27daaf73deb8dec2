with
years as (select * from {{ ref('years') }}),

contexts as ({{ codes_of('context') }}),

counted as (
    select year(day) as year, context, sum(victims)::bigint as victims
    from {{ ref('victims_by_context_daily') }}
    group by all
),

every_code as (
    select
        years.year,
        contexts.code as context,
        contexts.code_group as context_group,
        contexts.position,
        contexts.code_group != 'missing' as is_known,
        coalesce(counted.victims, 0) as victims
    from years
    cross join contexts
    left join counted on years.year = counted.year and contexts.code = counted.context
),

shared as ({{ with_shares('every_code', 'victims', per='year', counts='is_known') }}),

final as (
    select
        year,
        context,
        context_group,
        victims,
        denominator as known_victims,
        share_pct as share_of_known_pct
    from shared
)

select * from final
order by year, context
