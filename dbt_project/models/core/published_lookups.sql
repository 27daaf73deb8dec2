{{ config(materialized='table') }}

with

figures as (

    select * from {{ ref('published_figures') }}

),

members as (

    {{ dimension_members() }}

),

conditions as (

    select figure_id, 'filter' as part, unnest(string_split(filter, ';')) as condition from figures
    union all
    select figure_id, 'within', unnest(string_split(within, ';')) from figures
    union all
    select figure_id, 'known', known from figures

),

-- a condition as the codes that it lets through; one on a group lets the group's codes through
passing as (

    select
        conditions.figure_id,
        conditions.part,
        conditions.condition,
        members.base_dimension,
        members.base_member
    from conditions
    inner join members on split_part(conditions.condition, '=', 1) = members.dimension
    where
        if(
            conditions.part = 'known',
            not members.is_missing,
            list_contains(
                string_split(split_part(conditions.condition, '=', 2), '|'), members.member
            )
        )

),

-- what must be looked up to compute a figure: counts in given years under some of its conditions
lookups as (

    {{ figure_lookups() }}

),

applied as (

    select
        lookups.lookup_id,
        passing.* exclude (figure_id)
    from lookups
    inner join passing on lookups.figure_id = passing.figure_id
    where list_contains(lookups.parts, passing.part)
    union all
    select
        lookups.lookup_id,
        'candidate',
        lookups.candidate,
        members.base_dimension,
        members.base_member
    from lookups
    inner join members
        on lookups.candidate_dimension = members.dimension and lookups.candidate = members.member
    where lookups.candidate_dimension != 'year'

),

-- a code passes a lookup when every condition on its dimension lets it through
allowed as (

    select
        lookup_id,
        base_dimension,
        base_member,
        count(distinct part || condition) as passed
    from applied
    group by all

),

by_dimension as (

    select
        applied.lookup_id,
        applied.base_dimension,
        count(distinct applied.part || applied.condition) as conditions
    from applied
    group by all

),

kept as (

    select
        by_dimension.lookup_id,
        by_dimension.base_dimension,
        allowed.base_member
    from by_dimension
    left join allowed
        on
            by_dimension.lookup_id = allowed.lookup_id
            and by_dimension.base_dimension = allowed.base_dimension
            and by_dimension.conditions = allowed.passed

),

shapes as (

    select
        lookup_id,
        list_sort(list(distinct base_dimension)) as dimensions
    from kept
    group by lookup_id

),

final as (

    select
        lookups.figure_id,
        lookups.role,
        lookups.candidate,
        lookups.candidate_position,
        lookups.candidate_is_missing,
        lookups.measure,
        lookups.year,
        coalesce(shapes.dimensions, []) as dimensions,
        coalesce(first_kept.base_dimension, 'all') as dimension_a,
        if(first_kept.base_dimension is null, 'all', first_kept.base_member) as member_a,
        coalesce(second_kept.base_dimension, 'all') as dimension_b,
        if(second_kept.base_dimension is null, 'all', second_kept.base_member) as member_b
    from lookups
    left join shapes on lookups.lookup_id = shapes.lookup_id
    left join kept as first_kept
        on
            lookups.lookup_id = first_kept.lookup_id
            and shapes.dimensions[1] = first_kept.base_dimension
    left join kept as second_kept
        on
            lookups.lookup_id = second_kept.lookup_id
            and shapes.dimensions[2] = second_kept.base_dimension

)

select * from final
