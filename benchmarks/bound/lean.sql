-- Form one: nothing is kept but marts, rejects and ledger. Ids need no key, for they go nowhere.
create temp table repeated as
select hash(channel, id) as contact
from rows
left join covering on rows.channel = covering.of_channel and rows.local::date = covering.day
where person = 1 and reason is null and delivery >= coalesce(covering.rank, 0)
group by all
having count(*) > 1;

-- versions of a contact that a later one replaces
create temp table replaced as
select record
from (
    select
        record,
        row_number() over (
            partition by hash(channel, id)
            order by version_at desc, delivery desc, rows.rowid desc
        ) as version_rank
    from rows
    left join covering on rows.channel = covering.of_channel and rows.local::date = covering.day
    where person = 1 and reason is null and delivery >= coalesce(covering.rank, 0)
        and hash(channel, id) in (select contact from repeated)
)
where version_rank > 1;

create temp table persons as
select
    record,
    person,
    channel,
    local::date as day,
    hour(local)::utinyint as hour,
    relation,
    contact_age_group,
    contact_sex,
    anonymous,
    is_victim,
    category,
    violence_form,
    age_band,
    sex,
    context,
    outcomes
from rows
left join covering on rows.channel = covering.of_channel and rows.local::date = covering.day
where reason is null and kind = 'contact' and delivery >= coalesce(covering.rank, 0)
    and record not in (select record from replaced);

create temp table contacts_by_hour_daily as
select day, channel, hour, count(*) as contacts from persons where person = 1 group by all;

create temp table contacts_by_channel_daily as
select day, channel, sum(contacts)::bigint as contacts from contacts_by_hour_daily group by all;

-- only years are asked of what follows: each day stands for its year
create temp table contact_kinds as
select
    date_trunc('year', day)::date as day,
    channel, relation, contact_age_group, contact_sex, anonymous,
    count(*) as contacts
from persons
where person = 1
group by all;

create temp table contact_persons_daily as
select day, channel, 'relation' as dimension, relation::varchar as member, sum(contacts) as contacts
from contact_kinds group by all
union all
select day, channel, 'contact_age_group', contact_age_group::varchar, sum(contacts)
from contact_kinds group by all
union all
select day, channel, 'contact_sex', contact_sex::varchar, sum(contacts)
from contact_kinds group by all
union all
select day, channel, 'anonymous', anonymous::varchar, sum(contacts)
from contact_kinds group by all;

create temp table victim_kinds as
select
    date_trunc('year', day)::date as day,
    category, violence_form, age_band, sex, context,
    count(*) as victims
from persons
where is_victim
group by all;

create temp table victims_by_category_daily as
select day, category, violence_form, sum(victims)::bigint as victims
from victim_kinds group by all;

create temp table victims_by_age_daily as
select day, age_band, sex, sum(victims)::bigint as victims from victim_kinds group by all;

create temp table victims_by_context_daily as
select day, context, sum(victims)::bigint as victims from victim_kinds group by all;

-- a contact about one person has one form; only the others can name a form twice
create temp table several as select distinct record from persons where person > 1;

create temp table contacts_by_violence_form_daily as
select day, channel, violence_form, sum(contacts)::bigint as contacts
from (
    select date_trunc('year', day)::date as day, channel, violence_form, count(*) as contacts
    from persons
    where is_victim and record not in (select record from several)
    group by all
    union all
    select
        date_trunc('year', day)::date, channel, violence_form, count(distinct record)
    from persons
    where is_victim and record in (select record from several)
    group by all
)
group by all;

-- the cells of outcomes are few: each is taken apart once
create temp table cells as
select date_trunc('year', day)::date as day, outcomes, count(*) as contacts
from persons
where person = 1 and outcomes is not null
group by all;

create temp table referrals_by_outcome_daily as
select
    cells.day,
    outcome_of.outcome,
    sum(contacts)::bigint as referrals,
    sum(contacts)::bigint as contacts
from cells
inner join (select * from outcomes_in((select list(distinct outcomes) from cells))) as outcome_of
    on cells.outcomes = outcome_of.cell
group by all;
