-- Contacts were counted on a day that core.dates does not have: marts would leave them out.
{{ config(meta={'shown_on': 'dates'}) }}

with

counted as (

    select
        day,
        sum(contacts) as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by day

),

final as (

    select * from counted
    anti join {{ ref('dates') }} using (day)

)

select * from final
