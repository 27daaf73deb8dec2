-- The daily cubes of form two, from the facts as they were stored.
create table core.contacts_by_hour_daily as
select day, channel, hour, count(*) as contacts from core.contacts group by all order by day;

create table core.contacts_by_channel_daily as
select day, channel, sum(contacts)::bigint as contacts
from core.contacts_by_hour_daily group by all order by day;

create table core.contact_persons_daily as
select day, channel, 'relation' as dimension, relation::varchar as member, count(*) as contacts
from core.contacts group by all
union all
select day, channel, 'contact_age_group', contact_age_group::varchar, count(*)
from core.contacts group by all
union all
select day, channel, 'contact_sex', contact_sex::varchar, count(*)
from core.contacts group by all
union all
select day, channel, 'anonymous', anonymous::varchar, count(*)
from core.contacts group by all
order by day;

create table core.contacts_by_violence_form_daily as
select day, channel, violence_form, count(distinct contact_key) as contacts
from core.victims group by all order by day;

create table core.victims_by_category_daily as
select day, category, violence_form, count(*) as victims
from core.victims group by all order by day;

create table core.victims_by_age_daily as
select day, age_band, sex, count(*) as victims from core.victims group by all order by day;

create table core.victims_by_context_daily as
select day, context, count(*) as victims from core.victims group by all order by day;

create table core.referrals_by_outcome_daily as
select day, outcome, count(*) as referrals, count(*) as contacts
from core.referrals group by all order by day;
