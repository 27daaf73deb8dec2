{{ config(replaces='source_days') }}

with

victims as (

    select * from {{ ref('stg_victims') }}

),

contacts as (

    select * from {{ ref('contacts') }}
    where {{ is_pending('victims') }}

),

final as (

    select
        victims.contact_key,
        victims.victim_number,
        contacts.day,
        contacts.channel,
        victims.category,
        victims.violence_form,
        victims.age_band,
        victims.sex,
        victims.context,
        victims.source,
        victims.delivery_id
    from victims
    inner join contacts
        on
            victims.contact_key = contacts.contact_key
            and victims.delivery_id = contacts.delivery_id
            and victims.contact_line = contacts.line

)

select * from final
order by day
