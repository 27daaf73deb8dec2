with

victims as (

    select * from {{ ref('victims') }}
    where day in ({{ pending_days('contacts_by_violence_form_daily') }})

),

final as (

    select
        day,
        channel,
        violence_form,
        count(distinct contact_key) as contacts
    from victims
    group by all

)

select * from final
order by day
