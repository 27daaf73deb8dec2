with
years as (select * from {{ ref('years') }}),

channels as ({{ codes_of('channel') }}),

counted as (
    select year(day) as year, channel, sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by all
),

every_code as (
    select
        years.year,
        years.is_comparable,
        channels.code as channel,
        channels.position,
        coalesce(counted.contacts, 0) as contacts
    from years
    cross join channels
    left join counted on years.year = counted.year and channels.code = counted.channel
),

shared as ({{ with_shares('every_code', 'contacts', per='year') }}),

compared as (
    select
        *,
        {{ previous_year('contacts', per='channel') }} as previous_contacts
    from shared
),

final as (
    select
        year,
        channel,
        contacts,
        share_pct,
        share_pct_rounded,
        previous_contacts,
        {{ growth_pct('contacts', 'previous_contacts', 'is_comparable') }} as growth_pct
    from compared
)

select * from final
order by year, channel
