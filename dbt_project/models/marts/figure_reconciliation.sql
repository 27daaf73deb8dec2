with
published as (select * from {{ ref('published_figures') }}),

lookups as (select * from {{ ref('published_lookups') }}),

-- counts in the marts by up to two dimensions, in the order in which lookups name them
slices as (
    select
        year,
        measure,
        if(within_breakdown = 'all' or breakdown < within_breakdown, breakdown, within_breakdown)
            as dimension_a,
        if(dimension_a = breakdown, member, within_member) as member_a,
        if(dimension_a = breakdown, within_breakdown, breakdown) as dimension_b,
        if(dimension_a = breakdown, within_member, member) as member_b,
        value
    from {{ ref('figures') }}
),

-- which combinations the marts hold, and whether their members may be added up
shapes as (
    select distinct
        slices.year,
        slices.measure,
        slices.dimension_a,
        slices.dimension_b,
        contains(coalesce(a.overlapping_measures, ''), slices.measure) as overlaps_a,
        contains(coalesce(b.overlapping_measures, ''), slices.measure) as overlaps_b
    from slices
    left join {{ ref('dimensions') }} as a on slices.dimension_a = a.dimension
    left join {{ ref('dimensions') }} as b on slices.dimension_b = b.dimension
),

counted as (
    select
        lookups.figure_id,
        lookups.role,
        lookups.candidate,
        lookups.candidate_position as position,
        lookups.candidate_is_missing as is_missing,
        case
            when any_value(shapes.measure) is null then null
            when any_value(len(lookups.dimensions)) > 2 then null
            when bool_or(shapes.overlaps_a) and count(distinct lookups.member_a) > 1 then null
            when bool_or(shapes.overlaps_b) and count(distinct lookups.member_b) > 1 then null
            else coalesce(sum(slices.value), 0)
        end::bigint as value,
        not coalesce(bool_or(shapes.overlaps_a or shapes.overlaps_b), false) as is_additive,
        any_value(array_to_string(lookups.dimensions, ' and ')) as dimensions
    from lookups
    left join shapes
        on
            lookups.year = shapes.year
            and lookups.measure = shapes.measure
            and lookups.dimension_a = shapes.dimension_a
            and lookups.dimension_b = shapes.dimension_b
    left join slices
        on
            lookups.year = slices.year
            and lookups.measure = slices.measure
            and lookups.dimension_a = slices.dimension_a
            and lookups.member_a = slices.member_a
            and lookups.dimension_b = slices.dimension_b
            and lookups.member_b = slices.member_b
    group by all
),

values_by_role as (
    select
        figure_id,
        {% for role in ['part', 'whole', 'overall_part', 'overall_whole', 'before'] -%}
        any_value(value) filter (where role = '{{ role }}') as {{ role }},
        {% endfor -%}
        any_value(dimensions) filter (where role = 'part') as dimensions
    from counted
    group by figure_id
),

candidates as (select * from counted where role = 'candidate'),

rounded as ({{ with_shares('candidates', 'value', per='figure_id') }}),

rounded_shares as (
    select rounded.figure_id, sum(rounded.share_pct_rounded) as share_pct_rounded
    from rounded
    inner join published on rounded.figure_id = published.figure_id
    where
        rounded.is_additive
        and list_contains(
            string_split(split_part(published.filter, '=', 2), '|'), rounded.candidate
        )
    group by rounded.figure_id
),

listed as (
    select
        figure_id,
        list(candidate order by value desc, position asc) filter (where value is not null)
            as by_size,
        list(candidate order by position) filter (where value > 0) as present
    from candidates
    where not is_missing
    group by figure_id
    having max(value) > 0
),

computed as (
    select
        figures.*,
        {{ computed_number() }} as number,
        {{ computed_shares() }},
        {{ computed_text() }} as text,
        values_by_role.* exclude (figure_id)
    from published as figures
    left join values_by_role on figures.figure_id = values_by_role.figure_id
    left join rounded_shares on figures.figure_id = rounded_shares.figure_id
    left join listed on figures.figure_id = listed.figure_id
),

final as (
    select
        computed.figure_id,
        computed.year,
        computed.section,
        computed.statistic,
        computed.published,
        coalesce(computed.text, {{ number_as_text('computed.number') }}) as computed,
        computed.low,
        computed.high,
        {{ reconciliation_status() }} as status,
        {{ reconciliation_note() }} as note
    from computed
    left join {{ ref('years') }} as years on computed.year = years.year
    left join {{ ref('years') }} as other_years on computed.compare_year = other_years.year
)

select * from final
order by figure_id
