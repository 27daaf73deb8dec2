{{ config(materialized='table') }}

with

news as (

    select * from {{ ref('stg_campaigns') }}

),

final as (

    select
        campaign_id,
        name,
        theme,
        kind,
        medium,
        starts_on,
        ends_on,
        source,
        delivery_id
    from news
    where not is_withdrawn

)

select * from final
