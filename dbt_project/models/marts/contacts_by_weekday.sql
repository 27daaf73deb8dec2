with
years as (select * from {{ ref('years') }}),

channels as ({{ codes_of('channel', with_all=true) }}),

weekdays as ({{ numbers('iso_weekday', 1, 7) }}),

counted as (
    select
        year(day) as year,
        isodow(day) as iso_weekday,
        coalesce(channel, 'all') as channel,
        sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by grouping sets (
        (year(day), isodow(day), channel), (year(day), isodow(day))
    )
),

final as (
    select
        years.year,
        weekdays.iso_weekday,
        channels.code as channel,
        coalesce(counted.contacts, 0) as contacts
    from years
    cross join weekdays
    cross join channels
    left join counted
        on
            years.year = counted.year
            and weekdays.iso_weekday = counted.iso_weekday
            and channels.code = counted.channel
)

select * from final
order by year, iso_weekday, channel
