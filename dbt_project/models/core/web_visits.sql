{{ config(replaces='source_days', entity='web_visits') }}

-- depends_on: {{ ref('stg_touched_days') }}

with

news as (

    select * from {{ ref('stg_web_visits') }}

),

final as (

    select
        day,
        site,
        visitors,
        visits,
        source,
        delivery_id
    from news
    where not is_withdrawn

)

select * from final
