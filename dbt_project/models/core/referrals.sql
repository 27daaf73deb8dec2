{{ config(replaces='source_days') }}

with

referrals as (

    select * from {{ ref('stg_referrals') }}

),

contacts as (

    select * from {{ ref('contacts') }}
    where {{ is_pending('referrals') }}

),

final as (

    select
        referrals.contact_key,
        contacts.day,
        contacts.channel,
        referrals.outcome,
        referrals.source,
        referrals.delivery_id
    from referrals
    inner join contacts
        on
            referrals.contact_key = contacts.contact_key
            and referrals.delivery_id = contacts.delivery_id
            and referrals.contact_line = contacts.line

)

select * from final
order by day
