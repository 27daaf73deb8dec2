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
    where {{ is_pending('referrals') }}

)

select * from final
