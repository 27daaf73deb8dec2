-- What border 2 judges, besides the marts as a whole.
create or replace temp table night as
select
    as_of,
    as_of_day
from raw.runs
order by started_at desc
limit 1;
