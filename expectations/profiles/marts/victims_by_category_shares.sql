select
    year,
    100 as expected,
    sum(share_pct_rounded) as found
from marts.victims_by_category
group by year
having sum(victims) > 0
