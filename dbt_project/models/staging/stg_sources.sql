with

sources as (

    select * from {{ source('raw', 'sources') }}

),

clock as (

    select * from {{ source('raw', 'runs') }}
    order by started_at desc
    limit 1

),

final as (

    select
        sources.source,
        sources.site,
        sources.entity_list,
        sources.replaces_period,
        sources.rhythm,
        sources.due_from,
        sources.due_after_days,
        sources.is_contact_source,
        sources.channel,
        sources.codes_not_recorded,
        clock.as_of_day,
        clock.is_sample,
        clock.scale
    from sources
    cross join clock

)

select * from final
