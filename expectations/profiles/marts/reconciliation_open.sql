-- A year that is not over yet cannot come out as it was or will be published; nor was a report that
-- tells of a later year out yet, whose figures of this one come after all its corrections.
with publications as (
    select
        publication,
        max(year) as last_year
    from raw.published_figures
    group by all
),

is_out as (
    select distinct
        published_figures.year,
        published_figures.figure_id
    from raw.published_figures as published_figures
    inner join publications using (publication)
    cross join night
    where publications.last_year < year(night.as_of_day)
)

select
    'figure_reconciliation' as mart,
    year,
    figure_id as item,
    published,
    computed,
    0 as expected,
    if(status = 'differs', 1, 0) as found
from marts.figure_reconciliation
semi join is_out using (year, figure_id)
where not list_contains(getvariable('frozen_years')::integer[], year)
