-- Files that wait, and refused ones of which nobody can tell what they should have been.
select
    held.source,
    held.site,
    held.file_name,
    held.reason,
    0 as expected,
    1 as found
from news as held
where
    (held.status = 'held' or (held.status = 'rejected' and held.first_day is null))
    and not exists (
        select 1
        from news as mended
        where
            mended.source = held.source
            and mended.file_name = held.file_name
            and mended.status = 'loaded'
            and mended.load_number > held.load_number
    )
