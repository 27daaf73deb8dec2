select
    news.source,
    news.file_name,
    news.rows_in as expected,
    news.rows_rejected as found,
    round(100 * news.rows_rejected / news.rows_in, 2) as measure,
    string_agg(distinct rejects.reason_code, ' ') as reasons,
    min(rejects.line) as first_line
from news
left join raw.rejects as rejects using (delivery_id)
where news.status = 'loaded' and news.rows_rejected >= 5
group by all
