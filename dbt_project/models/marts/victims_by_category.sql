with
years as (select * from {{ ref('years') }}),

codes as ({{ codes_of('category') }}),

counted as (
    select year(day) as year, category, sum(victims)::bigint as victims
    from {{ ref('victims_by_category_daily') }}
    group by all
),

every_code as (
    select
        years.year,
        years.is_comparable,
        codes.code as category,
        codes.position,
        codes.code_group,
        coalesce(counted.victims, 0) as victims
    from years
    cross join codes
    left join counted on years.year = counted.year and codes.code = counted.category
),

shared as ({{ with_shares('every_code', 'victims', per='year') }}),

compared as (
    select
        *,
        {{ previous_year('victims', per='category') }} as previous_victims,
        if(
            code_group = 'missing', null,
            row_number() over (
                partition by year order by code_group = 'missing' asc, victims desc, position asc
            )
        ) as rank
    from shared
),

final as (
    select
        year,
        category,
        victims,
        share_pct,
        share_pct_rounded,
        previous_victims,
        {{ growth_pct('victims', 'previous_victims', 'is_comparable') }} as growth_pct,
        rank::integer as rank
    from compared
)

select * from final
order by year, category
