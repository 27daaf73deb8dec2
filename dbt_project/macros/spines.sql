{# Rows that must be there although nothing was counted: every code in every year of service. #}


{# The codes of a list in their order; `with_all` puts the member `all` in front. #}
{%- macro codes_of(list, with_all=false) -%}
select code, position::integer as position, coalesce(code_group, '') as code_group
from {{ ref('code_lists') }}
where list = '{{ list }}'
{%- if with_all %}
union all by name
select 'all' as code, 0 as position, '' as code_group
{%- endif %}
{%- endmacro -%}


{# The members of a grouping list in their order, with `missing` for the codes of no group last. #}
{%- macro groups_of(list) -%}
select code, position::integer as position
from {{ ref('code_lists') }}
where list = '{{ list }}'
union all
select 'missing', 1000
{%- endmacro -%}


{# Whole numbers from `first` to `last` as column `name`. #}
{%- macro numbers(name, first, last) -%}
select range::integer as {{ name }} from range({{ first }}, {{ last }} + 1)
{%- endmacro -%}


{# Calendar days of a month of a year, or of the whole year where the month is 0. #}
{%- macro days_of_period(year, month) -%}
if(
    {{ month }} = 0,
    make_date({{ year }} + 1, 1, 1) - make_date({{ year }}, 1, 1),
    day(last_day(make_date({{ year }}, greatest({{ month }}, 1), 1)))
)
{%- endmacro -%}


{# Days on which one of some sources has nothing although it was due, or was refused: what was
   counted on them is not all there was. #}
{%- macro missing_days(some='sources.is_contact_source') -%}
select distinct completeness.day
from {{ ref('completeness_daily') }} as completeness
inner join {{ ref('sources') }} as sources on completeness.source = sources.source
where {{ some }} and completeness.status in ('missing', 'rejected')
{%- endmacro -%}


{# Days of service of which one of some sources has brought nothing yet because they are not due
   yet. A source without a rhythm is never due, and nobody waits for it. #}
{%- macro awaited_days(some='sources.is_contact_source') -%}
select distinct days_of_service.day
from {{ ref('dates') }} as days_of_service
inner join {{ ref('sources') }} as sources on days_of_service.day >= sources.due_from
anti join {{ ref('completeness_daily') }} as completeness
    on
        sources.source = completeness.source
        and sources.site is not distinct from completeness.site
        and days_of_service.day = completeness.day
where {{ some }} and sources.rhythm is not null
{%- endmacro -%}


{# Days on which each source that delivers a site was heard, per site. A source that delivers all
   sites in one file has no site of its own. #}
{%- macro observed_site_days() -%}
select delivered.site, completeness.day
from {{ ref('completeness_daily') }} as completeness
inner join (select distinct site, source from {{ ref('web_visits') }}) as delivered
    on
        completeness.source = delivered.source
        and coalesce(completeness.site, delivered.site) = delivered.site
group by all
having bool_and(completeness.status in ('received', 'confirmed_zero'))
{%- endmacro -%}
