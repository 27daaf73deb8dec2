with

victims as (

    select * from {{ source('raw', 'victims') }}

),

final as (

    select
        contact_key,
        delivery_id,
        contact_line,
        victim_number,
        day,
        category,
        violence_form,
        age_band,
        sex,
        context,
        source
    from victims
    where {{ is_pending('victims') }}

)

select * from final
