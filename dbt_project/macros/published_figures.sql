{# How a published figure is read: its conditions as codes, and the counts that it needs. #}


{# Every member of every dimension with the codes it stands for: a code for itself, a group for its
   codes, a number of a range (month, hour, year) for itself. #}
{%- macro dimension_members() -%}
select
    dimensions.dimension,
    codes.code as member,
    codes.position,
    coalesce(codes.code_group, '') = 'missing' as is_missing,
    dimensions.dimension as base_dimension,
    codes.code as base_member
from {{ ref('dimensions') }} as dimensions
inner join {{ ref('code_lists') }} as codes on dimensions.code_list = codes.list
anti join {{ ref('dimensions') }} as finer on dimensions.dimension = finer.group_dimension
union all
select
    finer.group_dimension,
    codes.code_group,
    coalesce(groups.position, 1000),
    codes.code_group = 'missing',
    finer.dimension,
    codes.code
from {{ ref('dimensions') }} as finer
inner join {{ ref('code_lists') }} as codes on finer.code_list = codes.list
inner join {{ ref('dimensions') }} as grouping on finer.group_dimension = grouping.dimension
left join {{ ref('code_lists') }} as groups
    on grouping.code_list = groups.list and codes.code_group = groups.code
where codes.code_group is not null
union all
select dimension, member::varchar, member, false, dimension, member::varchar
from (
    select dimension, unnest(range(first_member, last_member + 1))::integer as member
    from {{ ref('dimensions') }}
    where first_member is not null
)
{%- endmacro -%}


{# One row for each count that a figure needs: `part` under all its conditions, `whole` without its
   filter, both again without `within` (overall), `before` in the year it is compared with, and
   where members are listed or rounded together, one for each member. #}
{%- macro figure_lookups() -%}
select
    figures.figure_id || '/' || roles.role as lookup_id,
    figures.figure_id,
    roles.role,
    figures.measure,
    if(roles.role = 'before', figures.compare_year, figures.year) as year,
    roles.parts,
    null::varchar as candidate,
    null::varchar as candidate_dimension,
    null::integer as candidate_position,
    null::boolean as candidate_is_missing
from figures
cross join (values
    ('part', ['filter', 'within', 'known']),
    ('whole', ['within', 'known']),
    ('overall_part', ['filter', 'known']),
    ('overall_whole', ['known']),
    ('before', ['filter', 'within', 'known'])
) as roles (role, parts)
union all
select distinct
    figures.figure_id || '/candidate/' || members.member,
    figures.figure_id,
    'candidate',
    figures.measure,
    if(members.dimension = 'year', members.position, figures.year),
    ['within', 'known'],
    members.member,
    members.dimension,
    members.position,
    members.is_missing
from figures
inner join members on split_part(figures.filter, '=', 1) = members.dimension
where
    figures.statistic in ('rank', 'top_members', 'members', 'share_pct_rounded')
    and not contains(figures.filter, ';')
    and (members.dimension != 'year' or members.position <= figures.year)
{%- endmacro -%}
