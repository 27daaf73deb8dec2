-- A record stands twice in core and is counted twice.
{{ config(meta={'shown_on': 'contacts'}) }}

with

repeated as (

    {% for model, key, entity in [
        ('contacts', 'contact_key', 'contacts'),
        ('victims', 'contact_key, victim_number', 'contacts'),
        ('referrals', 'contact_key, outcome', 'contacts'),
        ('web_visits', 'site, day', 'web_visits'),
        ('ad_delivery', 'source, campaign_id, day', 'ad_delivery'),
    ] -%}
    select
        '{{ model }}' as model,
        min(day) as day
    from {{ ref(model) }}
    where day in ({{ tested_days(entity) }})
    group by {{ key }}
    having count(*) > 1
    union all
    {% endfor -%}
    select
        'campaigns' as model,
        min(starts_on) as day
    from {{ ref('campaigns') }}
    group by campaign_id
    having count(*) > 1
    union all
    select
        'completeness_daily' as model,
        min(day) as day
    from {{ ref('completeness_daily') }}
    group by source, site, day
    having count(*) > 1

),

final as (

    select
        model,
        day,
        count(*) as records
    from repeated
    group by all

)

select * from final
