-- A code stands in core that codes.code_lists does not know, or none at all: labels, marts and
-- shares would miss it. Add the code to dbt_project/seeds/code_lists.csv, or mend the value map of
-- the contract that gave it. Cubes hold every code of every record, so they are looked at whole.
{{ config(meta={'shown_on': 'victims_by_category_daily', 'wrong_use': true}) }}

with

occurring as (

    {% for cube, lists in {
        'victims_by_category_daily': ['category', 'violence_form'],
        'victims_by_age_daily': ['age_band', 'sex'],
        'victims_by_context_daily': ['context'],
        'referrals_by_outcome_daily': ['outcome'],
        'contacts_by_channel_daily': ['channel'],
        'web_visits': ['site'],
    }.items() -%}
    {% for list in lists -%}
    select distinct
        '{{ list }}' as list,
        {{ list }} as code
    from {{ ref(cube) }}
    union all
    {% endfor -%}
    {% endfor -%}
    select distinct
        dimension as list,
        member as code
    from {{ ref('contact_persons_daily') }}
    union all
    select distinct
        'campaign_kind' as list,
        kind as code
    from {{ ref('campaigns') }}
    union all
    select distinct
        'day_status' as list,
        status as code
    from {{ ref('completeness_daily') }}

),

-- the sex of a contact person has the codes of the sex of a victim
named as (

    select
        if(list = 'contact_sex', 'sex', list) as list,
        code
    from occurring

),

code_lists as (

    select * from {{ ref('code_lists') }}

),

known as (

    select
        list,
        string_agg(code, ', ' order by position) as known_codes
    from code_lists
    group by list

),

final as (

    select
        named.list,
        coalesce(named.code, 'null') as unknown_code,
        known.known_codes
    from named
    left join code_lists on named.list = code_lists.list and named.code = code_lists.code
    left join known on named.list = known.list
    where code_lists.code is null

)

select * from final
