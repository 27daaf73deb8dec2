with

victims as (

    select * from {{ ref('victims') }}
    where day in ({{ pending_days('victims_by_context_daily') }})

),

final as (

    select
        day,
        context,
        count(*) as victims
    from victims
    group by all

)

select * from final
order by day
