-- Form two: raw and core are kept as well, with the columns that the warehouse has.
-- HMAC-SHA-256 of the id under the key, its first 60 bits
create macro keyed(channel, id) as (
    '0x' || left(sha256(
        getvariable('outer_key')
        || unhex(sha256(getvariable('inner_key') || (channel::varchar || ':' || id)::blob))
    ), 15)
)::bigint;

-- where the reader refused rows of a delivery, the rows after them stand further down
create temp table shifts as
select
    delivery,
    record_number - refused_so_far - 1 as first_place,
    coalesce(
        lead(record_number - refused_so_far - 1) over (
            partition by delivery order by record_number
        ),
        4294967295
    ) as end_place,
    refused_so_far as lines
from refused_by_reader
union all
select delivery, 0, min(record_number) - 2, 0 from refused_by_reader group by delivery;

create temp table starts as
select
    places.delivery,
    places.first_row,
    (sum(newlines_inside) over before)::bigint as newlines_before,
    (sum(records_read) over before)::bigint as records_before
from places
inner join (
    select delivery, sum(newlines)::bigint as newlines_inside from rows group by all
) using (delivery)
window before as (order by first_row rows between unbounded preceding and 1 preceding);

create temp table heads as
select
    rows.channel,
    rows.delivery,
    case rows.channel
        when 'phone' then 2 + rows.row - starts.first_row + coalesce(shifts.lines, 0)
            + rows.newlines_so_far - rows.newlines - coalesce(starts.newlines_before, 0)
        else rows.records_so_far - coalesce(starts.records_before, 0) + if(rows.channel = 'chat', 1, 0)
    end as line,
    rows.record,
    keyed(rows.channel, rows.id) as contact_key,
    coalesce(rows.version_at, deliveries.received_at) as version_at,
    rows.kind,
    rows.local,
    rows.utc_offset,
    rows.duration_s,
    rows.relation,
    rows.contact_age_group,
    rows.contact_sex,
    rows.anonymous,
    rows.outcomes,
    rows.delivery < coalesce(covering.rank, 0) as is_covered
from (
    select
        *,
        rowid as row,
        sum(newlines::integer) over unfolding as newlines_so_far,
        sum((person = 1)::integer) over unfolding as records_so_far
    from rows
    window unfolding as (rows between unbounded preceding and current row)
) as rows
inner join starts on rows.delivery = starts.delivery
inner join deliveries on rows.delivery = deliveries.rank
left join covering on rows.channel = covering.of_channel and rows.local::date = covering.day
left join shifts
    on
        rows.delivery = shifts.delivery
        and rows.row - starts.first_row >= shifts.first_place
        and rows.row - starts.first_row < shifts.end_place
where rows.person = 1 and rows.reason is null;

create temp table repeated as
select contact_key from heads where not is_covered group by all having count(*) > 1;

create temp table replaced as
select record
from (
    select
        record,
        row_number() over (
            partition by contact_key order by version_at desc, delivery desc, line desc
        ) as version_rank
    from heads
    where not is_covered and contact_key in (select contact_key from repeated)
)
where version_rank > 1;

create table raw.contacts as
select
    channel as source,
    deliveries.delivery_id,
    line,
    contact_key,
    version_at,
    kind as contact_kind,
    local - to_hours(utc_offset::bigint) as started_at,
    local::date as day,
    hour(local)::tinyint as hour,
    channel = 'phone' and is_doubled_hour(local) as is_ambiguous_hour,
    duration_s,
    channel,
    relation,
    contact_age_group,
    contact_sex,
    anonymous
from heads
inner join deliveries on heads.delivery = deliveries.rank;

create table core.contacts as
select
    contact_key,
    channel as source,
    deliveries.delivery_id,
    line,
    version_at,
    deliveries.received_at,
    local::date as day,
    hour(local)::tinyint as hour,
    local - to_hours(utc_offset::bigint) as started_at,
    channel = 'phone' and is_doubled_hour(local) as is_ambiguous_hour,
    duration_s,
    channel,
    relation,
    contact_age_group,
    contact_sex,
    anonymous
from heads
inner join deliveries on heads.delivery = deliveries.rank
where not is_covered and kind = 'contact' and record not in (select record from replaced)
order by day;

create temp table identities as
select
    heads.record,
    deliveries.delivery_id,
    heads.contact_key,
    heads.line,
    not is_covered and kind = 'contact' and replaced.record is null as is_live
from heads
inner join deliveries on heads.delivery = deliveries.rank
left join replaced on heads.record = replaced.record;

create temp table victim_rows as
select
    rows.channel,
    identities.delivery_id,
    identities.contact_key,
    identities.line as contact_line,
    rows.local::date as day,
    rows.person as victim_number,
    rows.category,
    rows.violence_form,
    rows.age_band,
    rows.sex,
    rows.context,
    identities.is_live
from rows
inner join identities on rows.record = identities.record
where rows.is_victim and rows.reason is null;

create table raw.victims as
select
    channel as source, delivery_id, contact_line, contact_key, day, victim_number,
    category, violence_form, age_band, sex, context
from victim_rows;

create table core.victims as
select
    contact_key, victim_number, day, channel, category, violence_form, age_band, sex, context,
    channel as source, delivery_id
from victim_rows
where is_live
order by day;

create temp table outcome_of as
select * from outcomes_in((select list(distinct outcomes) from heads));

create temp table referral_rows as
select
    heads.channel,
    identities.delivery_id,
    identities.contact_key,
    identities.line as contact_line,
    heads.local::date as day,
    outcome_of.outcome,
    identities.is_live
from heads
inner join identities on heads.record = identities.record
inner join outcome_of on heads.outcomes = outcome_of.cell;

create table raw.referrals as
select channel as source, delivery_id, contact_line, contact_key, day, outcome
from referral_rows;

create table core.referrals as
select contact_key, day, channel, outcome, channel as source, delivery_id
from referral_rows
where is_live
order by day;

create table raw.web_visits as select * from web_rows;
create table raw.campaigns as select * from campaign_rows;
create table raw.ad_delivery as select * from ad_rows;
create table core.web_visits as select * from web_visits order by day;
create table core.campaigns as select * from campaigns;
create table core.ad_delivery as select * from ad_delivery order by day;
