-- What border 2 judges besides the marts as a whole: the days that this night touched, and a few
-- that it did not, drawn anew each night so that a cube that rotted elsewhere is found in time.
create or replace temp table night as
select
    run_id,
    as_of,
    as_of_day
from raw.runs
order by started_at desc
limit 1;

create or replace temp table judged_days as
select distinct day
from staging.stg_touched_days
where load_number > getvariable('last_load_number')
union
(
    select dates.day
    from core.dates as dates
    cross join night
    order by hash(dates.day, night.run_id)
    limit 5
);

-- the rows of the judged days of a fact or a cube: `from judged(core.contacts)`
create or replace temp macro judged(facts) as table
from query_table(facts) semi join judged_days using (day) where is_judged_day(day);
