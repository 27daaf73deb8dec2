with parts as (
    select
        year,
        sum(victims) as victims
    from marts.victims_by_category
    group by year
)

select
    year,
    yearly_totals.victims as expected,
    parts.victims as found
from marts.yearly_totals
full outer join parts using (year)
