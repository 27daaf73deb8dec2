-- A victim or an outcome is counted whose contact is not, or on another day, in another channel.
{{ config(meta={'shown_on': 'victims'}) }}

with

{% for model in ['contacts', 'victims', 'referrals'] -%}
{{ model }} as (

    select * from {{ ref(model) }} where day in ({{ tested_days() }})

),

{% endfor -%}
final as (

    {% for model in ['victims', 'referrals'] -%}
    select
        '{{ model }}' as model,
        day,
        count(*) as records
    from {{ model }}
    anti join contacts using (contact_key, day, channel, source, delivery_id)
    group by all
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
