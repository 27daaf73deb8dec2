-- 21:00 UTC is the evening of that day from Lisbon to Buenos Aires: a file made before it cannot
-- hold the day's last contacts.
select
    source,
    site,
    file_name,
    last_day as day,
    round(greatest(
        0, epoch(last_day + interval 21 hour - received_at) / 3600
    ), 1) as measure
from news
semi join daily_volume using (source)
where status = 'loaded'
