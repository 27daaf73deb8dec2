-- A code that was rare and doubles has a large effect and changes little, so a tenth of the records
-- must have moved. A new service may well bring other people: there, half as much again is needed.
-- Its hours are what such changes are about, and are not compared with those of before. One or two
-- weeks differ by more than chance explains: there, a quarter more is needed.
select
    source,
    file_name,
    first_day,
    last_day,
    dimension,
    member,
    expected,
    found,
    case
        when moved < 0.1 then 0
        when is_new_service then round(effect / 1.5, 3)
        when is_short then round(effect / 1.25, 3)
        else effect
    end as measure
from shifts
where not (is_new_service and dimension in ('hour', 'weekend_hour'))
