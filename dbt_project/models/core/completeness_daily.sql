{{ config(materialized='table') }}

with

sources as (

    select * from {{ ref('stg_sources') }}

),

clock as (

    select max(as_of_day) as as_of_day from sources

),

source_days as (

    select
        *,
        unnest(generate_series(due_from, as_of_day, interval 1 day))::date as day
    from sources
    where rhythm is not null

),

-- a period is due some days after its last day, and never while that day still runs
due as (

    select
        source,
        site,
        day
    from source_days
    where
        case rhythm
            when 'week' then date_trunc('week', day)::date + 6
            when 'month' then last_day(day)
            when 'year' then make_date(year(day), 12, 31)
            else day
        end <= as_of_day - greatest(due_after_days, 1)

),

covered as (

    select
        source,
        site,
        day,
        delivery_id
    from {{ ref('stg_coverage') }}
    where delivery_id is not null

),

refused as (

    select
        source,
        site,
        unnest(generate_series(first_day, last_day, interval 1 day))::date as day,
        delivery_id,
        delivery_rank
    from {{ ref('stg_deliveries') }}
    where status = 'rejected' and not superseded

),

latest_refused as (

    select
        source,
        site,
        day,
        arg_max(delivery_id, delivery_rank) as delivery_id
    from refused
    group by all

),

counted_by_entity as (

    select
        source,
        site,
        day,
        entity,
        arg_max(records, load_number) as records
    from {{ ref('stg_touched_days') }}
    group by all
    union all
    select
        campaigns.source,
        deliveries.site,
        campaigns.starts_on as day,
        'campaigns' as entity,
        count(*) as records
    from {{ ref('stg_campaigns') }} as campaigns
    inner join {{ ref('stg_deliveries') }} as deliveries using (delivery_id)
    where not campaigns.is_withdrawn
    group by all

),

counted as (

    select
        source,
        site,
        day,
        sum(records) as records
    from counted_by_entity
    group by all
    having sum(records) > 0

),

days as (

    select source, site, day from due
    union
    select source, site, day from covered
    union
    select source, site, day from latest_refused
    union
    select source, site, day from counted

),

final as (

    select
        days.source,
        days.site,
        days.day,
        case
            when counted.records > 0 then 'received'
            when covered.delivery_id is not null then 'confirmed_zero'
            when latest_refused.delivery_id is not null then 'rejected'
            else 'missing'
        end as status,
        coalesce(covered.delivery_id, latest_refused.delivery_id) as delivery_id
    from days
    {% for found in ['covered', 'latest_refused', 'counted'] -%}
    left join {{ found }}
        on
            days.source = {{ found }}.source
            and days.site is not distinct from {{ found }}.site
            and days.day = {{ found }}.day
    {% endfor -%}
    left join sources
        on
            days.source = sources.source
            and days.site is not distinct from sources.site
    cross join clock
    where
        days.day <= clock.as_of_day
        -- a file may cover days before the service began: silence then is not a zero
        and (days.day >= coalesce(sources.due_from, days.day) or counted.records > 0)

)

select * from final
order by source, site, day
