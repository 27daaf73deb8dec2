with

contacts as (

    select * from {{ ref('contacts') }}
    where day in ({{ pending_days('contacts_by_hour_daily') }})

),

final as (

    select
        day,
        channel,
        hour,
        count(*) as contacts
    from contacts
    group by all

)

select * from final
order by day
