with
years as (select * from {{ ref('years') }}),

channels as ({{ codes_of('channel', with_all=true) }}),

hours as ({{ numbers('hour', 0, 23) }}),

counted as (
    select
        year(day) as year,
        hour,
        coalesce(channel, 'all') as channel,
        sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_hour_daily') }}
    group by grouping sets (
        (year(day), hour, channel), (year(day), hour)
    )
),

final as (
    select
        years.year,
        hours.hour,
        channels.code as channel,
        coalesce(counted.contacts, 0) as contacts
    from years
    cross join hours
    cross join channels
    left join counted
        on
            years.year = counted.year
            and hours.hour = counted.hour
            and channels.code = counted.channel
)

select * from final
order by year, hour, channel
