with

contacts as (

    select * from {{ ref('contacts') }}
    where day in ({{ pending_days('contacts_by_channel_daily') }})

),

final as (

    select
        day,
        channel,
        count(*) as contacts
    from contacts
    group by all

)

select * from final
order by day
