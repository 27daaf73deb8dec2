with

contacts as (

    select * from {{ ref('contacts') }}
    where day in ({{ pending_days('contact_persons_daily') }})

),

final as (

    {% for dimension in ['relation', 'contact_age_group', 'contact_sex', 'anonymous'] -%}
    select
        day,
        channel,
        '{{ dimension }}' as dimension,
        {{ dimension }} as member,
        count(*) as contacts
    from contacts
    group by all
    {% if not loop.last %}
    union all

    {% endif %}
    {%- endfor %}
)

select * from final
order by day
