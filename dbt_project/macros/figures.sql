{# Parts of marts.figures. Its keys: `all` stands for "not broken down" and "not narrowed". #}


{# Columns within_breakdown and within_member; the member `all` narrows nothing. #}
{%- macro within_columns(relation, within) -%}
{%- if within -%}
if({{ relation }}.{{ within }} = 'all', 'all', '{{ within }}') as within_breakdown,
        {{ relation }}.{{ within }} as within_member
{%- else -%}
'all' as within_breakdown,
        'all' as within_member
{%- endif -%}
{%- endmacro -%}


{# Counts over groups of codes, and of sex over all ages, with what `with_shares` needs. #}
{%- macro summed_figures() -%}
select
    summed.* replace (summed.value::bigint as value),
    coalesce(code_lists.position, 1000) as position,
    dimensions.denominator = 'all'
    or (summed.member != 'missing' and coalesce(code_lists.code_group, '') != 'missing') as counts
from (
    {%- set marts = [
        ('victims_by_age', 'victims', 'victims', 'age_group', none),
        ('victims_by_age_and_sex', 'victims', 'victims', 'sex', none),
        ('victims_by_age_and_sex', 'victims', 'victims', 'sex', 'age_group'),
        ('victims_by_context', 'victims', 'victims', 'context_group', none),
        ('referrals_by_outcome', 'referrals', 'referrals', 'outcome_group', none),
    ] %}
    {%- for mart, measure, value, breakdown, within in marts %}
    select
        year,
        '{{ measure }}' as measure,
        '{{ breakdown }}' as breakdown,
        {{ breakdown }} as member,
        {{ within_columns('mart', within) }},
        sum({{ value }}) as value
    from {{ ref(mart) }} as mart
    group by all
    {{ 'union all' if not loop.last }}
    {%- endfor %}
) as summed
inner join {{ ref('dimensions') }} as dimensions on summed.breakdown = dimensions.dimension
left join {{ ref('code_lists') }} as code_lists
    on summed.breakdown = code_lists.list and summed.member = code_lists.code
{%- endmacro -%}


{# Totals of a year, campaigns, and contacts by week: numbers without a share. #}
{%- macro single_figures() -%}
select
    year,
    measure,
    breakdown,
    member,
    'all' as within_breakdown,
    'all' as within_member,
    value::double as value
from (
    {% for measure in ['contacts', 'victims', 'victims_per_contact', 'days_missing'] -%}
    select year, '{{ measure }}' as measure, 'all' as breakdown, 'all' as member, {{ measure }} as value
    from {{ ref('yearly_totals') }}
    union all
    {% endfor -%}
    select year, 'referrals', 'all', 'all', sum(referrals)
    from {{ ref('referrals_by_outcome') }}
    group by year
    union all
    select year, 'web_' || measure, 'all', 'all', sum(value)
    from (unpivot {{ ref('website_visitors') }} on visitors, visits into name measure value value)
    where month = 0
    group by year, measure
    union all
    select
        years.year,
        'campaigns',
        if(grouping(codes.code) = 1, 'all', 'campaign_kind'),
        coalesce(codes.code, 'all'),
        count(campaigns.campaign_id)
    from {{ ref('years') }} as years
    cross join ({{ codes_of('campaign_kind') }}) as codes
    left join {{ ref('contacts_around_campaigns') }} as campaigns
        on years.year = year(campaigns.starts_on) and codes.code = campaigns.kind
    group by grouping sets ((years.year, codes.code), (years.year))
    union all
    select year(starts_on), measure, 'campaign', campaign_id, value
    from (
        unpivot {{ ref('contacts_around_campaigns') }}
        on contacts_per_day_before, contacts_per_day_during, rate_ratio, rate_ratio_last_year
        into name measure value value
    )
    union all
    select
        dates.year,
        'contacts',
        'week',
        date_trunc('week', dates.day)::date::varchar as monday,
        coalesce(sum(daily.contacts), 0)
    from {{ ref('dates') }} as dates
    left join {{ ref('contacts_by_channel_daily') }} as daily on dates.day = daily.day
    group by dates.year, monday
)
{%- endmacro -%}


{# Growth of what is counted per contact hangs on the completeness of the sources of contacts;
   the website's own growth on that of its sites. #}
{%- macro figure_growth() -%}
case
            when compared.measure in ('contacts', 'victims', 'referrals')
                then {{ growth_pct('compared.value', 'compared.previous_value', 'years.is_comparable') }}
            else compared.own_growth_pct
        end
{%- endmacro -%}


{# Caveat codes, joined by `|`; doc block `caveat` says what each means. #}
{%- macro figure_caveat() -%}
nullif(concat_ws(
            '|',
            if(years.is_partial, 'partial_year', null),
            {% for lack in ['days_missing', 'days_awaited'] -%}
            if(
                if(measures.section = 'website', years.website_{{ lack }}, years.{{ lack }}) > 0,
                '{{ lack }}', null
            ),
            {% endfor -%}
            if(
                contains(coalesce(dimensions.overlapping_measures, ''), compared.measure),
                'several_per_contact', null
            ),
            if(
                compared.breakdown = 'week'
                and year(try_cast(compared.member as date)) + year(try_cast(compared.member as date) + 6)
                != 2 * compared.year,
                'partial_week', null
            ),
            if(compared.breakdown = 'hour' and not recorded.has_every_hour, 'hour_not_known', null),
            if(measures.section = 'website' and not recorded.has_website, 'not_recorded', null),
            measures.caveat
        ), '')
{%- endmacro -%}
