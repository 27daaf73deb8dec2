with

victims as (

    select * from {{ ref('victims') }}
    where day in ({{ pending_days('victims_by_age_daily') }})

),

final as (

    select
        day,
        age_band,
        sex,
        count(*) as victims
    from victims
    group by all

)

select * from final
order by day
