-- What readers have in the current release and would no longer find: the keys of every mart, as
-- they were laid side by side in `released_keys` and `present_keys`.
select
    mart,
    year,
    min(item) as item,
    0 as expected,
    count(*) as found
from released_keys
anti join present_keys using (mart, year, item)
group by all
