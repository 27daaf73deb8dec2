{#-
    SQL of a staging model: the latest version of every record of `entity` that may have changed
    since core.<model> last looked, with `is_withdrawn` where the record no longer counts.

    A record may have changed when a new delivery (or one that a newer contract has read again)
    holds it or, in a source that replaces its periods, covers a day on which it lay. Every version
    of such a record lies on a touched day, so nothing outside them is read. Of other records only
    some versions may lie there, so they are not passed on, unless the day is part of their key.

    The latest version is the one with the highest (version_at, delivery_rank, line)
    among deliveries that no newer contract version has read again. It is withdrawn when a later
    delivery of a source that replaces its periods covers its day and holds no version of it.
    Windows run over records with several versions only: sorting all would cost four times more.

    key: the columns that name a record.  columns: what is passed on.
    only_touched: false for an entity so small that all of it is looked at every time.
-#}
{% macro latest_versions(entity, key, columns, day='day', only_touched=true) -%}
{%- set seen = watermark(entity) if only_touched else '0' -%}
with

deliveries as (

    select * from {{ ref('stg_deliveries') }} where status = 'loaded'

),

coverage as (

    select * from {{ ref('stg_coverage') }}

),

repeated as (

    select {{ key | join(', ') }} from {{ source('raw', entity) }}
    {%- if only_touched %}
    where {{ is_pending(entity, entity) }}
    {%- endif %}
    group by all
    having count(*) > 1

),

{% for versions, join in [('single_versions', 'anti'), ('several_versions', 'semi')] -%}
{{ versions }} as (

    select
        raw_rows.*,
        deliveries.received_at,
        deliveries.delivery_rank,
        deliveries.superseded,
        coverage.covering_rank,
        {% if day in key -%}
        true as is_news
        {%- else -%}
        deliveries.changed_at_load > {{ seen }}
        or coalesce(coverage.changed_at_load > {{ seen }}, false) as is_news
        {%- endif %}
    from {{ source('raw', entity) }} as raw_rows
    {{ join }} join repeated using ({{ key | join(', ') }})
    inner join deliveries on raw_rows.delivery_id = deliveries.delivery_id
    left join coverage
        on
            deliveries.source = coverage.source
            and deliveries.site is not distinct from coverage.site
            and raw_rows.{{ day }} = coverage.day
    {%- if only_touched %}
    where {{ is_pending(entity, entity, 'raw_rows.') }}
    {%- endif %}

),

{% endfor -%}
only_version as (

    select
        *,
        superseded or coalesce(covering_rank > delivery_rank, false) as is_withdrawn
    from single_versions
    where is_news

),

ranked as (

    select
        *,
        row_number() over (
            partition by {{ key | join(', ') }}
            order by superseded, version_at desc, delivery_rank desc, line desc
        ) as version_rank,
        max(delivery_rank) filter (not superseded) over (
            partition by {{ key | join(', ') }}
        ) as holding_rank,
        bool_or(is_news) over (partition by {{ key | join(', ') }}) as is_record_news
    from several_versions

),

latest_of_several as (

    select
        *,
        superseded or coalesce(covering_rank > holding_rank, false) as is_withdrawn
    from ranked
    where version_rank = 1 and is_record_news

),

final as (

    {% for versions in ['only_version', 'latest_of_several'] -%}
    select
        {{ (key + columns + ['source']) | unique | join(',\n        ') }},
        delivery_id,
        line,
        version_at,
        received_at,
        is_withdrawn
    from {{ versions }}
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
{%- endmacro %}
