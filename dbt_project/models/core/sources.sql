{{ config(materialized='table') }}

with

sources as (

    select * from {{ ref('stg_sources') }}

),

final as (

    select
        source,
        site,
        entity_list,
        rhythm,
        due_from,
        due_after_days,
        is_contact_source,
        channel,
        codes_not_recorded,
        as_of_day,
        is_sample,
        scale
    from sources

)

select * from final
