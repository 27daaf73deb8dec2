-- Visits or a campaign's day stand in raw, withdrawn by nothing, and core does not hold them.
{{ config(meta={'shown_on': 'web_visits'}) }}

with

deliveries as (

    select * from {{ ref('stg_deliveries') }} where status = 'loaded' and not superseded

),

coverage as (

    select * from {{ ref('stg_coverage') }}

),

{% for entity, key in [('web_visits', 'site'), ('ad_delivery', 'campaign_id')] -%}
missing_{{ entity }} as (

    select
        '{{ entity }}' as model,
        raw_rows.day,
        count(*) as records
    from {{ source('raw', entity) }} as raw_rows
    anti join {{ ref(entity) }} using ({{ key }}, day)
    inner join deliveries on raw_rows.delivery_id = deliveries.delivery_id
    left join coverage
        on
            deliveries.source = coverage.source
            and deliveries.site is not distinct from coverage.site
            and raw_rows.day = coverage.day
    where
        raw_rows.day in ({{ tested_days(entity) }})
        and coalesce(deliveries.delivery_rank >= coverage.covering_rank, true)
    group by all

),

{% endfor -%}
final as (

    select * from missing_web_visits
    union all
    select * from missing_ad_delivery

)

select * from final
