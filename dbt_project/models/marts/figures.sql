{#- mart, measure, breakdown, within, value, denominator, share_pct, share_pct_rounded -#}
{%- set tables = [
    ('victims_by_category', 'victims', 'category', none, 'victims',
        'totals.victims', 'share_pct', 'share_pct_rounded'),
    ('victims_by_violence_form', 'victims', 'violence_form', 'category', 'victims',
        'mart.known_victims', 'share_of_known_pct', 'share_pct_rounded'),
    ('victims_by_age', 'victims', 'age_band', none, 'victims',
        'totals.victims', 'share_pct', 'share_pct_rounded'),
    ('victims_by_age_and_sex', 'victims', 'sex', 'age_band', 'victims',
        'mart.known_victims', 'share_of_known_pct', 'null'),
    ('victims_by_context', 'victims', 'context', none, 'victims',
        'mart.known_victims', 'share_of_known_pct', 'null'),
    ('contacts_by_violence_form', 'contacts', 'violence_form', 'channel', 'contacts',
        'mart.all_contacts', 'share_of_contacts_pct', 'null'),
    ('contacts_by_channel', 'contacts', 'channel', none, 'contacts',
        'totals.contacts', 'share_pct', 'share_pct_rounded'),
    ('contacts_by_month', 'contacts', 'month', 'channel', 'contacts', 'null', 'null', 'null'),
    ('contacts_by_weekday', 'contacts', 'iso_weekday', 'channel', 'contacts', 'null', 'null', 'null'),
    ('contacts_by_hour', 'contacts', 'hour', 'channel', 'contacts', 'null', 'null', 'null'),
    ('referrals_by_outcome', 'referrals', 'outcome', none, 'referrals',
        'sum(mart.referrals) over (partition by year)', 'share_pct', 'share_pct_rounded'),
    ('referrals_by_outcome', 'contacts', 'outcome', none, 'contacts_with_outcome',
        'totals.contacts', 'share_of_contacts_pct', 'null'),
] -%}
with
totals as (select * from {{ ref('yearly_totals') }}),

-- tables of which each row is a figure
tables as (
    {% for mart, measure, breakdown, within, value, denominator, share, rounded in tables -%}
    select
        year,
        '{{ measure }}' as measure,
        '{{ breakdown }}' as breakdown,
        mart.{{ breakdown }}::varchar as member,
        {{ within_columns('mart', within) }},
        mart.{{ value }}::double as value,
        {{ denominator }} as denominator,
        {{ share }} as share_pct,
        {{ rounded }} as share_pct_rounded
    from {{ ref(mart) }} as mart
    inner join totals using (year)
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor %}
),

contact_persons as (
    select
        year,
        'contacts' as measure,
        if(dimension in ('age_group', 'sex'), 'contact_' || dimension, dimension) as breakdown,
        member,
        {{ within_columns('contact_persons', 'channel') }},
        contacts::double as value,
        denominator,
        share_pct,
        share_pct_rounded
    from {{ ref('contact_persons') }} as contact_persons
),

website as (
    {% for measure in ['visitors', 'visits'] -%}
    select
        year,
        'web_{{ measure }}' as measure,
        if(month = 0, 'site', 'month') as breakdown,
        if(month = 0, site, month::varchar) as member,
        if(month = 0, 'all', 'site') as within_breakdown,
        if(month = 0, 'all', site) as within_member,
        {{ measure }}::double as value,
        {{ 'growth_pct' if measure == 'visitors' else 'null::double' }} as own_growth_pct
    from {{ ref('website_visitors') }}
    {% if not loop.last %}union all
    {% endif -%}
    {% endfor %}
),

-- sums of the tables above, with the shares of their own
sums as (
    {{ summed_figures() }}
),

shared_sums as (
    {{ with_shares(
        'sums', 'value', per='year, measure, breakdown, within_breakdown, within_member',
        counts='counts'
    ) }}
),

single_numbers as (
    {{ single_figures() }}
),

rows_of_all as (
    select * from tables
    union all by name
    select * from contact_persons
    union all by name
    select * from website
    union all by name
    select * exclude (position, counts) replace (value::double as value) from shared_sums
    union all by name
    select * from single_numbers
),

-- what no source records: hours where it knows days only, visitors where there is no website
recorded as (
    select
        totals.year,
        sum(hours.contacts) = any_value(totals.contacts) as has_every_hour,
        any_value(website.visits) > 0 as has_website
    from totals
    left join {{ ref('contacts_by_hour') }} as hours
        on totals.year = hours.year and hours.channel = 'all'
    left join (
        select year, sum(visitors + visits) as visits
        from {{ ref('website_visitors') }}
        group by year
    ) as website on totals.year = website.year
    group by totals.year
),

compared as (
    select
        *,
        if(
            breakdown in ('week', 'campaign'), null,
            {{ previous_year(
                'value', per='measure, breakdown, member, within_breakdown, within_member'
            ) }}
        ) as previous_value
    from rows_of_all
),

final as (
    select
        compared.year::integer as year,
        compared.measure,
        compared.breakdown,
        compared.member,
        compared.within_breakdown,
        compared.within_member,
        if(
            measures.section = 'website', 'website', coalesce(dimensions.section, measures.section)
        ) as section,
        compared.value,
        compared.denominator::bigint as denominator,
        compared.share_pct,
        compared.share_pct_rounded,
        compared.previous_value,
        {{ figure_growth() }} as growth_pct,
        measures.unit,
        {{ figure_caveat() }} as caveat
    from compared
    inner join {{ ref('years') }} as years on compared.year = years.year
    inner join recorded on compared.year = recorded.year
    inner join {{ ref('measures') }} as measures on compared.measure = measures.measure
    left join {{ ref('dimensions') }} as dimensions on compared.breakdown = dimensions.dimension
    -- a year without contacts has no victims per contact; it still stands between its neighbours
    where compared.value is not null
)

select * from final
order by year, measure, breakdown, member, within_breakdown, within_member
