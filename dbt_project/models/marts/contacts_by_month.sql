with
years as (select * from {{ ref('years') }}),

channels as ({{ codes_of('channel', with_all=true) }}),

months as ({{ numbers('month', 1, 12) }}),

counted as (
    select
        year(day) as year,
        month(day) as month,
        coalesce(channel, 'all') as channel,
        sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by grouping sets (
        (year(day), month(day), channel), (year(day), month(day))
    )
),

final as (
    select
        years.year,
        months.month,
        channels.code as channel,
        coalesce(counted.contacts, 0) as contacts
    from years
    cross join months
    cross join channels
    left join counted
        on
            years.year = counted.year
            and months.month = counted.month
            and channels.code = counted.channel
)

select * from final
order by year, month, channel
