select
    'figure_reconciliation' as mart,
    year,
    figure_id as item,
    published,
    computed,
    0 as expected,
    if(status = 'differs', 1, 0) as found
from marts.figure_reconciliation
where not list_contains(getvariable('frozen_years')::integer[], year)
