with
years as (select * from {{ ref('years') }}),

categories as ({{ codes_of('category', with_all=true) }}),

forms as ({{ codes_of('violence_form') }}),

counted as (
    select
        year(day) as year,
        coalesce(category, 'all') as category,
        violence_form,
        sum(victims)::bigint as victims
    from {{ ref('victims_by_category_daily') }}
    group by grouping sets (
        (year(day), category, violence_form), (year(day), violence_form)
    )
),

every_code as (
    select
        years.year,
        categories.code as category,
        forms.code as violence_form,
        forms.position,
        forms.code_group != 'missing' as is_known,
        coalesce(counted.victims, 0) as victims
    from years
    cross join categories
    cross join forms
    left join counted
        on
            years.year = counted.year
            and categories.code = counted.category
            and forms.code = counted.violence_form
),

shared as ({{ with_shares('every_code', 'victims', per='year, category', counts='is_known') }}),

final as (
    select
        year,
        category,
        violence_form,
        victims,
        denominator as known_victims,
        share_pct as share_of_known_pct,
        share_pct_rounded
    from shared
)

select * from final
order by year, category, violence_form
