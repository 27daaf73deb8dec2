-- A record stands in raw, nothing withdraws it or came after it, and core does not hold it.
{{ config(meta={'shown_on': 'contacts'}) }}

with

deliveries as (

    select * from {{ ref('stg_deliveries') }} where status = 'loaded' and not superseded

),

coverage as (

    select * from {{ ref('stg_coverage') }}

),

{% for entity in ['contacts', 'web_visits', 'ad_delivery'] -%}
received_{{ entity }} as (

    select
        raw_rows.*,
        deliveries.delivery_rank
    from {{ source('raw', entity) }} as raw_rows
    inner join deliveries on raw_rows.delivery_id = deliveries.delivery_id
    left join coverage
        on
            deliveries.source = coverage.source
            and deliveries.site is not distinct from coverage.site
            and raw_rows.day = coverage.day
    where
        raw_rows.day in ({{ tested_days(entity) }})
        and coalesce(deliveries.delivery_rank >= coverage.covering_rank, true)

),

{% endfor -%}
kept_contacts as (

    select * from {{ ref('contacts') }} where day in ({{ tested_days() }})

),

not_kept as (

    select * from received_contacts
    anti join kept_contacts using (contact_key, day, delivery_id, line)
    where contact_kind = 'contact'

),

-- most have their later version on a tested day as well: only for the others all of raw is read
unexplained as (

    select not_kept.* from not_kept
    anti join received_contacts as later
        on
            not_kept.contact_key = later.contact_key
            and (not_kept.version_at, not_kept.delivery_rank, not_kept.line)
            < (later.version_at, later.delivery_rank, later.line)

),

versions as (

    select
        raw_rows.contact_key,
        raw_rows.version_at,
        deliveries.delivery_rank,
        raw_rows.line
    from {{ source('raw', 'contacts') }} as raw_rows
    semi join unexplained using (contact_key)
    inner join deliveries on raw_rows.delivery_id = deliveries.delivery_id

),

missing as (

    select
        'contacts' as model,
        day
    from unexplained
    anti join versions
        on
            unexplained.contact_key = versions.contact_key
            and (unexplained.version_at, unexplained.delivery_rank, unexplained.line)
            < (versions.version_at, versions.delivery_rank, versions.line)
    {% for entity, key in [('web_visits', 'site'), ('ad_delivery', 'source, campaign_id')] -%}
    union all
    select
        '{{ entity }}' as model,
        day
    from received_{{ entity }}
    anti join {{ ref(entity) }} using ({{ key }}, day)
    {% endfor %}
),

final as (

    select
        model,
        day,
        count(*) as records
    from missing
    group by all

)

select * from final
