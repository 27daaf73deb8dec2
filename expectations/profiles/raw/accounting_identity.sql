select
    source,
    file_name,
    rows_in as expected,
    rows_loaded + rows_rejected as found
from news
