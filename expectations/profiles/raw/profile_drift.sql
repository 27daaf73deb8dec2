select
    source,
    file_name,
    first_day,
    last_day,
    dimension,
    member,
    expected,
    found,
    if(moved < 0.05, 0, effect) as measure
from shifts
where dimension not in ('category', 'relation') and is_latest and not is_new_service
