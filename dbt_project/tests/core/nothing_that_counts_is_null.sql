-- A column that decides where a record is counted is empty.
{{ config(meta={'shown_on': 'contacts_by_channel_daily'}) }}

with

{% for model, columns in {
    'contacts': ['contact_key', 'source', 'delivery_id', 'line', 'version_at', 'received_at'],
    'victims': ['contact_key', 'victim_number', 'source', 'delivery_id'],
    'referrals': ['contact_key', 'source', 'delivery_id'],
}.items() -%}
{{ model }} as (

    select
        '{{ model }}' as model,
        day,
        count(*) as records
    from {{ ref(model) }}
    where
        day in ({{ tested_days() }})
        and ({{ columns | join(' is null or ') }} is null)
    group by all

),

{% endfor -%}
undated as (

    select
        'contacts_by_channel_daily' as model,
        day,
        sum(contacts) as records
    from {{ ref('contacts_by_channel_daily') }}
    where day is null
    group by all

),

final as (

    select * from contacts
    union all
    select * from victims
    union all
    select * from referrals
    union all
    select * from undated

)

select * from final
