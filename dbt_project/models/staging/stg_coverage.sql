{{ config(materialized='table') }}

-- a table for the same reason as stg_deliveries
with

deliveries as (

    select * from {{ ref('stg_deliveries') }} where status = 'loaded'

),

covered_days as (

    select
        source,
        site,
        unnest(generate_series(first_day, last_day, interval 1 day))::date as day,
        delivery_id,
        delivery_rank,
        replaces_period,
        superseded,
        changed_at_load
    from deliveries

),

final as (

    select
        source,
        site,
        day,
        arg_max(delivery_id, delivery_rank) filter (not superseded) as delivery_id,
        max(delivery_rank) filter (not superseded and replaces_period) as covering_rank,
        max(changed_at_load) filter (replaces_period) as changed_at_load
    from covered_days
    group by all

)

select * from final
