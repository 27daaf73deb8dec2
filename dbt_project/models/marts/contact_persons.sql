with
years as (select * from {{ ref('years') }}),

channels as ({{ codes_of('channel', with_all=true) }}),

code_lists as (select * from {{ ref('code_lists') }}),

-- every member of every dimension of the contact person, and whether it counts in its denominator
members as (
    select
        replace(dimensions.dimension, 'contact_', '') as dimension,
        code_lists.code as member,
        code_lists.position,
        dimensions.denominator = 'all' or coalesce(code_lists.code_group, '') != 'missing' as counts
    from {{ ref('dimensions') }} as dimensions
    inner join code_lists on dimensions.code_list = code_lists.list
    where dimensions.mart = 'contact_persons'
    union all
    select 'relation_group', 'missing', 1000, true
),

counted as (
    select
        year(day) as year,
        coalesce(channel, 'all') as channel,
        replace(dimension, 'contact_', '') as dimension,
        member,
        sum(contacts)::bigint as contacts
    from {{ ref('contact_persons_daily') }}
    group by grouping sets (
        (year(day), channel, dimension, member), (year(day), dimension, member)
    )
),

counted_with_groups as (
    select * from counted
    union all
    select
        counted.year,
        counted.channel,
        'relation_group' as dimension,
        code_lists.code_group as member,
        sum(counted.contacts)::bigint as contacts
    from counted
    inner join code_lists on code_lists.list = 'relation' and counted.member = code_lists.code
    where counted.dimension = 'relation'
    group by all
),

every_code as (
    select
        years.year,
        channels.code as channel,
        members.*,
        coalesce(counted.contacts, 0) as contacts
    from years
    cross join channels
    cross join members
    left join counted_with_groups as counted
        on
            years.year = counted.year
            and channels.code = counted.channel
            and members.dimension = counted.dimension
            and members.member = counted.member
),

shared as (
    {{ with_shares(
        'every_code', 'contacts', per='year, channel, dimension', counts='counts'
    ) }}
),

final as (
    select
        year, channel, dimension, member, contacts, denominator, share_pct, share_pct_rounded
    from shared
)

select * from final
order by year, channel, dimension, member
