{{ config(replaces='source_days') }}

with

news as (

    select * from {{ ref('stg_contacts') }}

),

{% if not rebuilds() -%}
unchanged as (

    select * from {{ this }}
    anti join news using (contact_key)
    where {{ is_pending('contacts') }}

),
{%- endif %}

arrived as (

    select
        contact_key,
        source,
        delivery_id,
        line,
        version_at,
        received_at,
        day,
        hour,
        started_at,
        is_ambiguous_hour,
        duration_s,
        channel,
        relation,
        contact_age_group,
        contact_sex,
        anonymous
    from news
    where not is_withdrawn and contact_kind = 'contact'

),

final as (

    select * from arrived
    {% if not rebuilds() -%}
    union all by name
    select * from unchanged
    {%- endif %}

)

select * from final
order by day
