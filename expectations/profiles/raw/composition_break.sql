-- A new service may well bring other people: there, half as much again is needed. Its hours are
-- what such changes are about, and are not compared with those of before.
select
    source,
    file_name,
    first_day,
    last_day,
    dimension,
    member,
    expected,
    found,
    if(is_new_service, round(effect / 1.5, 3), effect) as measure
from shifts
where not (is_new_service and dimension = 'hour')
