with
years as (select * from {{ ref('years') }}),

bands as ({{ codes_of('age_band') }}),

counted as (
    select year(day) as year, age_band, sum(victims)::bigint as victims
    from {{ ref('victims_by_age_daily') }}
    group by all
),

every_code as (
    select
        years.year,
        bands.code as age_band,
        bands.code_group as age_group,
        bands.position,
        coalesce(counted.victims, 0) as victims
    from years
    cross join bands
    left join counted on years.year = counted.year and bands.code = counted.age_band
),

shared as ({{ with_shares('every_code', 'victims', per='year') }}),

final as (
    select year, age_band, age_group, victims, share_pct, share_pct_rounded
    from shared
)

select * from final
order by year, age_band
