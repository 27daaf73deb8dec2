{{ config(replaces='source_days', entity='ad_delivery') }}

-- depends_on: {{ ref('stg_touched_days') }}

with

news as (

    select * from {{ ref('stg_ad_delivery') }}

),

final as (

    select
        day,
        campaign_id,
        impressions,
        reach,
        clicks,
        spend,
        currency,
        source,
        delivery_id
    from news
    where not is_withdrawn

)

select * from final
