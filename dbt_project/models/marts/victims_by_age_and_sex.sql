with
years as (select * from {{ ref('years') }}),

bands as ({{ codes_of('age_band') }}),

sexes as ({{ codes_of('sex') }}),

counted as (
    select year(day) as year, age_band, sex, sum(victims)::bigint as victims
    from {{ ref('victims_by_age_daily') }}
    group by all
),

every_code as (
    select
        years.year,
        bands.code as age_band,
        bands.code_group as age_group,
        sexes.code as sex,
        sexes.position,
        sexes.code_group != 'missing' as is_known,
        coalesce(counted.victims, 0) as victims
    from years
    cross join bands
    cross join sexes
    left join counted
        on
            years.year = counted.year
            and bands.code = counted.age_band
            and sexes.code = counted.sex
),

shared as ({{ with_shares('every_code', 'victims', per='year, age_band', counts='is_known') }}),

final as (
    select
        year,
        age_band,
        sex,
        age_group,
        victims,
        denominator as known_victims,
        share_pct as share_of_known_pct
    from shared
)

select * from final
order by year, age_band, sex
