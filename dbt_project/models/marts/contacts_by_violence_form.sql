with
years as (select * from {{ ref('years') }}),

channels as ({{ codes_of('channel', with_all=true) }}),

forms as ({{ codes_of('violence_form') }}),

counted as (
    select
        year(day) as year,
        coalesce(channel, 'all') as channel,
        violence_form,
        sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_violence_form_daily') }}
    group by grouping sets (
        (year(day), channel, violence_form), (year(day), violence_form)
    )
),

totals as (
    select
        year(day) as year,
        coalesce(channel, 'all') as channel,
        sum(contacts)::bigint as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by grouping sets ((year(day), channel), (year(day)))
),

every_code as (
    select
        years.year,
        channels.code as channel,
        forms.code as violence_form,
        coalesce(counted.contacts, 0) as contacts,
        coalesce(totals.contacts, 0) as all_contacts
    from years
    cross join channels
    cross join forms
    left join counted
        on
            years.year = counted.year
            and channels.code = counted.channel
            and forms.code = counted.violence_form
    left join totals on years.year = totals.year and channels.code = totals.channel
),

final as (
    select
        *,
        {{ share_pct('contacts', 'all_contacts') }} as share_of_contacts_pct
    from every_code
)

select * from final
order by year, channel, violence_form
