{{ config(materialized='table') }}

with

completeness as (

    select * from {{ ref('completeness_daily') }}

),

contact_sources as (

    select source from {{ ref('stg_sources') }} where is_contact_source

),

-- a calendar or an advertising export may reach further than anything that was ever counted
bounds as (

    select
        min(day) as first_day,
        max(day) as last_day
    from completeness
    semi join contact_sources using (source)

),

days as (

    select unnest(generate_series(first_day, last_day, interval 1 day))::date as day from bounds

),

final as (

    select
        day,
        year(day)::integer as year,
        month(day)::integer as month,
        isodow(day)::integer as iso_weekday
    from days

)

select * from final
order by day
