with

referrals as (

    select * from {{ source('raw', 'referrals') }}

),

final as (

    select
        contact_key,
        delivery_id,
        contact_line,
        day,
        outcome,
        source
    from referrals
    where day in ({{ pending_days('referrals') }})

)

select * from final
