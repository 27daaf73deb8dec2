-- A published figure names a measure, a dimension or a code that does not exist, or its id stands
-- twice: it could only be reconciled wrongly. Mend its row in published/*.csv beside the contracts;
-- valid names are in dbt_project/seeds (measures, dimensions, code_lists).
{{ config(meta={'shown_on': 'published_figures', 'wrong_use': true}) }}

with

figures as (

    select * from {{ ref('published_figures') }}

),

members as (

    {{ dimension_members() }}

),

conditions as (

    select figure_id, unnest(string_split(concat_ws(';', filter, within, known), ';')) as condition
    from figures

),

codes as (

    select
        figure_id,
        split_part(condition, '=', 1) as dimension,
        unnest(string_split(split_part(condition, '=', 2), '|')) as code
    from conditions
    where condition != ''

),

final as (

    select figure_id, 'measure' as what, measure as name
    from figures
    anti join {{ ref('measures') }} as measures on figures.measure = measures.measure
    union all
    select figure_id, 'dimension', dimension
    from codes
    anti join {{ ref('dimensions') }} as dimensions on codes.dimension = dimensions.dimension
    union all
    select figure_id, 'code of ' || dimension, code
    from codes
    anti join members on codes.dimension = members.dimension and codes.code = members.member
    where code != '' and dimension in (select known.dimension from members as known)
    union all
    select figure_id, 'id that stands twice', publication
    from figures
    qualify count(*) over (partition by figure_id) > 1

)

select * from final
