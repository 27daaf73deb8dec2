with
years as (select * from {{ ref('years') }}),

contacts as (
    select year(day) as year, sum(contacts) as contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by all
),

victims as (
    select year(day) as year, sum(victims) as victims
    from {{ ref('victims_by_category_daily') }}
    group by all
),

counted as (
    select
        years.*,
        coalesce(contacts.contacts, 0)::bigint as contacts,
        coalesce(victims.victims, 0)::bigint as victims
    from years
    left join contacts using (year)
    left join victims using (year)
),

compared as (
    select
        *,
        lag(contacts) over (order by year) as previous_contacts,
        lag(victims) over (order by year) as previous_victims
    from counted
),

final as (
    select
        year,
        contacts,
        victims,
        victims / nullif(contacts, 0) as victims_per_contact,
        {{ growth_pct('contacts', 'previous_contacts', 'is_comparable') }} as contacts_growth_pct,
        {{ growth_pct('victims', 'previous_victims', 'is_comparable') }} as victims_growth_pct,
        days_missing,
        is_complete
    from compared
)

select * from final
order by year
