-- What was refused, where it stands, and the identity rows in = rows loaded + rows rejected.
create temp table covering as
select 'phone'::channel as of_channel, day, max(rank) as rank
from (
    select unnest(generate_series(first_day, last_day, interval 1 day))::date as day, rank
    from deliveries
    where source = 'phone' and status = 'loaded'
)
group by all;

create temp table places as
select delivery, min(rowid) as first_row, count(*) as rows_read,
    count(*) filter (person = 1) as records_read
from rows
group by all;

-- DuckDB counts records, so that what it refused stands further down by the line breaks before it
create temp table refused_by_reader as
select
    deliveries.rank as delivery,
    errors.line as record_number,
    row_number() over (partition by deliveries.rank order by errors.line) as refused_so_far,
    case errors.error_type
        when 'CAST' then
            case when errors.column_name in ('Begin', 'Einde') then 'INVALID_DATE' else 'RANGE' end
        when 'TOO MANY COLUMNS' then 'FIELD_COUNT'
        when 'MISSING COLUMNS' then 'FIELD_COUNT'
        when 'INVALID ENCODING' then 'BAD_ENCODING'
        else 'BAD_QUOTING'
    end as reason,
    errors.column_name as fault
from (
    select distinct on (scan_id, file_id, line) * from reject_errors order by error_type
) as errors
inner join reject_scans using (scan_id, file_id)
inner join deliveries on reject_scans.file_path = deliveries.path;

create temp table refused as
select delivery, rowid as row, channel, person, reason, fault from rows where reason is not null;

create or replace table ledger.rejects as
with

broken as (
    select rowid as row, delivery, newlines from rows
    where channel = 'phone' and newlines > 0
        and delivery in (select delivery from refused union select delivery from refused_by_reader)
)

select
    refused.delivery,
    case refused.channel
        when 'phone' then 2 + refused.row - places.first_row
            + (
                select count(*) from refused_by_reader as other
                where other.delivery = refused.delivery
                    and other.record_number - other.refused_so_far
                    <= refused.row - places.first_row + 1
            )
            + (
                select coalesce(sum(newlines), 0) from broken
                where broken.delivery = refused.delivery and broken.row < refused.row
            )
        else (
            select count(*) from rows as heads
            where heads.delivery = refused.delivery and heads.person = 1
                and heads.rowid <= refused.row
        ) + if(refused.channel = 'chat', 1, 0)
    end as line,
    refused.reason as reason_code,
    refused.fault as column_name
from refused
inner join places using (delivery)
where refused.channel = 'phone' or refused.person = 1
union all
select
    refused.delivery,
    refused.record_number + (
        select coalesce(sum(newlines), 0) from broken
        where broken.delivery = refused.delivery
            and broken.row < places.first_row + refused.record_number - 1 - refused.refused_so_far
    ),
    refused.reason,
    refused.fault
from refused_by_reader as refused
inner join places using (delivery);

create or replace table ledger.deliveries as
with

refused_rows as (select delivery, count(*) as rows_rejected from ledger.rejects group by all),

read_rows as (
    select
        places.delivery,
        if(deliveries.source = 'phone', places.rows_read, places.records_read)
        + count(refused_by_reader.delivery) as rows_in
    from places
    inner join deliveries on places.delivery = deliveries.rank
    left join refused_by_reader using (delivery)
    group by places.delivery, deliveries.source, places.rows_read, places.records_read
    union all
    select delivery, count(*) from web_rows group by all
    union all
    select delivery, count(*) from campaign_rows group by all
    union all
    select delivery, count(*) from ad_rows group by all
)

select
    deliveries.* exclude (path),
    coalesce(rows_in, 0) as rows_in,
    coalesce(rows_in, 0) - coalesce(rows_rejected, 0) as rows_loaded,
    coalesce(rows_rejected, 0) as rows_rejected
from deliveries
left join read_rows on deliveries.rank = read_rows.delivery
left join refused_rows on deliveries.rank = refused_rows.delivery;
