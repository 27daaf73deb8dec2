"""Reads the sample's files with DuckDB and SQL of its own, to say what they hold in the end.

Independent of contracts, ingest and models: only the shapes of the six exports are known here.
`open_landing` gives tables contacts, victims, referrals, web_visitors and campaigns with one row
per record as it stands after the last correction, labels turned into codes.
"""

from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
CODE_LISTS = ROOT / "dbt_project" / "seeds" / "code_lists.csv"

PHONE_COLUMNS = (
    "number", "person", "begins", "ends", "seconds", "kind", "relation", "age", "sex", "anonymous",
    "category", "form", "victim_age", "victim_sex", "context", "outcomes", "remark", "exported",
)  # fmt: skip

LABELS = """
create table labels as
  select list, code, label_nl as label from read_csv('{lists}', all_varchar = true)
  union select list, code, label_en from read_csv('{lists}', all_varchar = true)
  union select 'category', 'violence_between_minors', 'Geweld tussen kinderen'
  union select distinct list, 'not_filled', '' from read_csv('{lists}', all_varchar = true);
create macro code(the_list, the_label) as
  (select min(code) from labels where list = the_list and label = coalesce(the_label, ''));
create macro clock_change(a_year, a_month) as
  make_date(a_year, a_month, 31) - dayofweek(make_date(a_year, a_month, 31))::integer
  + interval 1 hour;
create macro brussels(utc) as
  utc::timestamp + interval 1 hour
  + case when utc::timestamp >= clock_change(year(utc::timestamp), 3)
          and utc::timestamp < clock_change(year(utc::timestamp), 10)
    then interval 1 hour else interval 0 hour end;
create macro brussels_day(utc) as brussels(utc)::date;
"""

PHONE = """
create table phone_files as
  select * from read_csv('{landing}/phone/*.csv', auto_detect = false, delim = ';', quote = '"',
    escape = '"', header = true, store_rejects = true, filename = true, strict_mode = true,
    columns = {{{columns}}})
  where filename not like '%kopie%';
create table phone_rows as
  with delivered as (
    select *, regexp_extract(filename, '_([0-9-]+)[.]csv$', 1) as period,
           strptime(exported, '%d/%m/%Y %H:%M:%S') as exported_at,
           try_strptime(begins, '%d/%m/%Y %H:%M:%S') as begins_at,
           try_strptime(ends, '%d/%m/%Y %H:%M:%S') as ends_at
    from phone_files)
  select * from delivered
  where exported_at = (select max(newer.exported_at) from delivered as newer
                       where newer.period = delivered.period)
    and begins_at is not null and ends_at >= begins_at and seconds::integer >= 0
    and not (strftime(begins_at, '%m %H') = '03 02');
create table phone_contacts as
  select 'phone' || number as id, 'phone' as channel, any_value(begins_at)::date as day,
         code('relation', any_value(relation)) as relation,
         code('contact_age_group', any_value(age)) as contact_age_group,
         code('sex', any_value(sex)) as contact_sex,
         case any_value(anonymous) when 'Ja' then 'true' when 'Nee' then 'false' end as anonymous,
         any_value(outcomes) as outcomes
  from phone_rows where kind = 'Oproep' group by number;
create table phone_victims as
  select 'phone' || number as id, category, form, victim_age as age, victim_sex as sex, context
  from phone_rows where kind = 'Oproep' and person <> '';
create table phone_referrals as
  select distinct id, unnest(string_split(outcomes, '|')) as label
  from phone_contacts where outcomes is not null and outcomes <> '';
"""

MAIL = """
create table tickets as
  select * from read_json('{landing}/mail/*.jsonl', format = 'newline_delimited', columns = {{
    id: 'BIGINT', created_at: 'VARCHAR', updated_at: 'VARCHAR', registration: 'STRUCT(
      relation VARCHAR, age_group VARCHAR, sex VARCHAR, anonymous VARCHAR, persons STRUCT(
        category VARCHAR, violence_form VARCHAR, age VARCHAR, sex VARCHAR, context VARCHAR)[],
      outcomes VARCHAR[])'}})
  where try_cast(created_at as timestamp) is not null
  qualify row_number() over (partition by id order by updated_at desc) = 1;
create table mail_contacts as
  select 'mail' || id as id, 'mail' as channel,
         brussels_day(created_at) as day,
         code('relation', registration.relation) as relation,
         code('contact_age_group', registration.age_group) as contact_age_group,
         code('sex', registration.sex) as contact_sex, registration.anonymous as anonymous
  from tickets;
create table mail_victims as
  select 'mail' || id as id, unnest(registration.persons, recursive := true) from tickets;
create table mail_referrals as
  select distinct 'mail' || id as id, unnest(registration.outcomes) as label from tickets;
"""

CHAT = """
create table chats as
  select * from read_json('{landing}/chat/*.json', format = 'array', columns = {{
    id: 'BIGINT', timeOfContact: 'VARCHAR', updatedAt: 'VARCHAR', rawJson: 'STRUCT(
      callType VARCHAR, callerInformation STRUCT(
        relationship VARCHAR, ageGroup VARCHAR, gender VARCHAR, anonymous VARCHAR),
      persons STRUCT(category VARCHAR, violenceForm VARCHAR, ageBand VARCHAR, gender VARCHAR,
                     context VARCHAR)[])',
    referrals: 'STRUCT(resourceName VARCHAR)[]'}})
  where try_cast(timeOfContact as timestamp) is not null
  qualify row_number() over (partition by id order by updatedAt desc) = 1;
delete from chats where rawJson.callType in ('Silent', 'Hang up', 'Test');
create table chat_contacts as
  select 'chat' || id as id, 'chat' as channel,
         brussels_day(timeOfContact) as day,
         code('relation', rawJson.callerInformation.relationship) as relation,
         code('contact_age_group', rawJson.callerInformation.ageGroup) as contact_age_group,
         code('sex', rawJson.callerInformation.gender) as contact_sex,
         rawJson.callerInformation.anonymous as anonymous
  from chats;
create table chat_victims as
  select 'chat' || id as id, unnest(rawJson.persons, recursive := true) from chats;
create table chat_referrals as
  select distinct 'chat' || id as id, unnest(referrals).resourceName as label from chats;
"""

TOGETHER = """
create table victims as
  select contact.day, contact.id, contact.channel, code('category', category) as category,
         code('violence_form', form) as violence_form, code('age_band', victim.age) as age_band,
         code('sex', victim.sex) as sex, code('context', context) as context
  from (from phone_victims union all from mail_victims union all from chat_victims) as victim
  join (select id, channel, day from phone_contacts union all
        select id, channel, day from mail_contacts union all
        select id, channel, day from chat_contacts) as contact using (id);
create table contacts as
  select *, array(select distinct violence_form from victims where victims.id = every_contact.id)
         as violence_form
  from (select * exclude (outcomes) from phone_contacts union all from mail_contacts
        union all from chat_contacts) as every_contact;
create table referrals as
  select day, id, code('outcome', label) as outcome
  from (from phone_referrals union all from mail_referrals union all from chat_referrals)
  join contacts using (id);
create table web_visitors as
  select unnest(map_keys(days))::date as day,
         regexp_extract(filename, 'matomo_([a-z]+)_', 1) as site,
         coalesce((unnest(map_values(days)) ->> 'nb_uniq_visitors')::integer, 0) as visitors
  from read_json('{landing}/web/*.json', format = 'unstructured', records = false,
                 columns = {{days: 'MAP(VARCHAR, JSON)'}}, filename = true);
create table campaigns as
  select id, start as day
  from read_csv('{landing}/campaigns/*.csv', auto_detect = false, delim = ',', quote = '"',
    header = true, filename = true, columns = {{id: 'VARCHAR', name: 'VARCHAR', theme: 'VARCHAR',
    kind: 'VARCHAR', medium: 'VARCHAR', start: 'DATE', einde: 'DATE'}})
  qualify row_number() over (partition by id order by filename like '%bijgewerkt%' desc) = 1;
"""


def open_landing(landing: Path) -> duckdb.DuckDBPyConnection:
    """A database in memory with what the files of a landing folder say in the end."""
    connection = duckdb.connect(config={"threads": 2})
    columns = ", ".join(f"'{name}': 'VARCHAR'" for name in PHONE_COLUMNS)
    for script in (LABELS, PHONE, MAIL, CHAT, TOGETHER):
        connection.execute(script.format(landing=landing, lists=CODE_LISTS, columns=columns))
    return connection
