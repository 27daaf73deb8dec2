-- New is a column that no earlier delivery of the source had; its first only sets the scene.
with columns_seen as (
    select
        source,
        load_number,
        file_name,
        unnest(undeclared_columns) as column_name
    from raw.deliveries
    where status = 'loaded' and not superseded
),

first_seen as (
    select
        source,
        column_name,
        min(load_number) as load_number,
        min_by(file_name, load_number) as file_name
    from columns_seen
    group by all
),

known_since as (
    select
        source,
        min(load_number) as load_number
    from columns_seen
    group by all
)

select
    first_seen.source,
    first_seen.file_name,
    first_seen.column_name,
    0 as expected,
    if(first_seen.load_number > known_since.load_number, 1, 0) as found
from first_seen
inner join known_since using (source)
where first_seen.load_number > getvariable('last_load_number')
