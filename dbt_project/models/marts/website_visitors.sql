with
years as (select * from {{ ref('years') }}),

sites as ({{ codes_of('site') }}),

-- 0 is the whole year
months as ({{ numbers('month', 0, 12) }}),

web_visits as (select * from {{ ref('web_visits') }}),

observed_days as ({{ observed_site_days() }}),

observed as (
    select year(day) as year, coalesce(month(day), 0) as month, site, count(*) as days_observed
    from observed_days
    group by grouping sets ((year(day), month(day), site), (year(day), site))
),

counted as (
    select
        year(day) as year,
        coalesce(month(day), 0) as month,
        site,
        sum(visitors)::bigint as visitors,
        sum(visits)::bigint as visits
    from web_visits
    group by grouping sets ((year(day), month(day), site), (year(day), site))
),

every_code as (
    select
        years.year,
        months.month,
        sites.code as site,
        coalesce(counted.visitors, 0) as visitors,
        coalesce(counted.visits, 0) as visits,
        coalesce(observed.days_observed, 0) = {{ days_of_period('years.year', 'months.month') }}
            as is_whole
    from years
    cross join months
    cross join sites
    left join counted
        on
            years.year = counted.year
            and months.month = counted.month
            and sites.code = counted.site
    left join observed
        on
            years.year = observed.year
            and months.month = observed.month
            and sites.code = observed.site
),

compared as (
    select
        *,
        {{ previous_year('visitors', per='site, month') }} as previous_visitors,
        is_whole and {{ previous_year('is_whole', per='site, month') }} as is_comparable
    from every_code
),

final as (
    select
        year,
        month,
        site,
        visitors,
        visits,
        previous_visitors,
        {{ growth_pct('visitors', 'previous_visitors', 'is_comparable') }} as growth_pct
    from compared
)

select * from final
order by year, month, site
