{{ config(materialized='table') }}

-- a table, because six models ask it each night and the ledger only grows
with

deliveries as (

    select * from {{ source('raw', 'deliveries') }}

),

final as (

    select
        delivery_id,
        source,
        site,
        file_name,
        received_at,
        first_day,
        last_day,
        replaces_period,
        superseded,
        status,
        reason,
        -- one integer for "later than": windows and comparisons need it for every record. Of two
        -- exports that state the same time, the file that was written last is the correction.
        row_number() over (order by received_at, modified_at, delivery_id) as delivery_rank,
        case
            when superseded then max(load_number) over (partition by source, sha256)
            else load_number
        end as changed_at_load
    from deliveries

)

select * from final
