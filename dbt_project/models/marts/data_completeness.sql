-- a source that delivers per site is as complete as its least complete site
with
completeness as (select * from {{ ref('completeness_daily') }}),

ranked as (
    select
        *,
        list_position(['missing', 'rejected', 'received', 'confirmed_zero'], status) as severity
    from completeness
),

final as (
    select
        source,
        day,
        arg_min(status, severity) as status,
        arg_min_null(delivery_id, (severity, site)) as delivery_id
    from ranked
    group by all
)

select * from final
order by source, day
