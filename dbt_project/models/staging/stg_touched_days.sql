{{ config(materialized='touched_days', replaces='nothing') }}

{%- set seen = watermark('stg_touched_days') %}
{%- set everything = rebuilds() %}

with

deliveries as (

    select * from {{ ref('stg_deliveries') }} where status = 'loaded'

),

coverage as (

    select * from {{ ref('stg_coverage') }}

),

{% for entity in ['contacts', 'web_visits', 'ad_delivery'] -%}
{{ entity }} as not materialized (

    select * from {{ source('raw', entity) }}

),

{% endfor -%}
changed as (

    select * from deliveries where changed_at_load > {{ seen }}

),

replaced as (

    select source, day from coverage where changed_at_load > {{ seen }}

),

{% for entity in ['contacts', 'web_visits', 'ad_delivery'] -%}
{% if not everything -%}
changed_{{ entity }} as (

    select {{ 'contact_key' if entity == 'contacts' else 'source, day' }}
    from {{ entity }}
    semi join changed using (delivery_id)
    union
    select {{ 'contact_key' if entity == 'contacts' else 'source, day' }}
    from {{ entity }}
    semi join replaced using (source, day)

),

{% endif -%}
{% endfor -%}
{% if not everything -%}
-- the one look by key into all of history: on which other days have these records ever been?
-- (the day is part of the key of web_visits and ad_delivery, so they cannot have been elsewhere)
touched_contacts as (

    select distinct source, day from contacts semi join changed_contacts using (contact_key)

),

{% endif -%}
final as (

    {% for entity in ['contacts', 'web_visits', 'ad_delivery'] -%}
    select
        (select coalesce(max(changed_at_load), 0) from changed) as load_number,
        '{{ entity }}' as entity,
        {{ entity }}.source,
        deliveries.site,
        {{ entity }}.day,
        count(*) filter (
            not deliveries.superseded
            and coalesce(deliveries.delivery_rank >= coverage.covering_rank, true)
        ) as records
    from {{ entity }}
    {% if not everything -%}
    semi join {{ 'touched_contacts' if entity == 'contacts' else 'changed_' ~ entity }}
        using (source, day)
    {% endif -%}
    inner join deliveries on {{ entity }}.delivery_id = deliveries.delivery_id
    left join coverage
        on
            deliveries.source = coverage.source
            and deliveries.site is not distinct from coverage.site
            and {{ entity }}.day = coverage.day
    group by all
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
