-- A year that is not over yet cannot come out as it was or will be published.
select
    'figure_reconciliation' as mart,
    year,
    figure_id as item,
    published,
    computed,
    0 as expected,
    if(status = 'differs', 1, 0) as found
from marts.figure_reconciliation
cross join night
where
    not list_contains(getvariable('frozen_years')::integer[], year)
    and year < year(night.as_of_day)
