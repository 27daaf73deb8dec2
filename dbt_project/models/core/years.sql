{{ config(materialized='table') }}
{%- set website = "list_contains(sources.entity_list, 'web_visits')" %}

with

dates as (

    select * from {{ ref('dates') }}

),

missing_days as (

    {{ missing_days() }}

),

awaited_days as (

    {{ awaited_days() }}

),

website_missing_days as (

    {{ missing_days(website) }}

),

website_awaited_days as (

    {{ awaited_days(website) }}

),

days as (

    select
        dates.year,
        count(*)::integer as days_of_service,
        count(missing_days.day)::integer as days_missing,
        count(awaited_days.day)::integer as days_awaited,
        count(website_missing_days.day)::integer as website_days_missing,
        count(website_awaited_days.day)::integer as website_days_awaited
    from dates
    left join missing_days on dates.day = missing_days.day
    left join awaited_days on dates.day = awaited_days.day
    left join website_missing_days on dates.day = website_missing_days.day
    left join website_awaited_days on dates.day = website_awaited_days.day
    group by dates.year

),

judged as (

    select
        *,
        days_of_service < make_date(year + 1, 1, 1) - make_date(year, 1, 1) as is_partial,
        not is_partial and days_missing + days_awaited = 0 as is_complete
    from days

),

final as (

    select
        *,
        is_complete and coalesce(lag(is_complete) over (order by year), false) as is_comparable
    from judged

)

select * from final
order by year
