-- New is a column that the delivery loaded before this one did not have.
with loaded as (
    select
        source,
        file_name,
        load_number,
        undeclared_columns,
        lag(undeclared_columns) over (partition by source order by load_number) as known_columns
    from raw.deliveries
    where status = 'loaded' and not superseded
)

select
    source,
    file_name,
    array_to_string(list_filter(
        undeclared_columns, lambda name: not list_contains(known_columns, name)
    ), ', ') as column_name,
    0 as expected,
    len(list_filter(
        undeclared_columns, lambda name: not list_contains(known_columns, name)
    )) as found
from loaded
where load_number > getvariable('last_load_number') and known_columns is not null
