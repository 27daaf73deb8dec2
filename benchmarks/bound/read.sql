-- Every delivery is read once, with explicit columns, into one row per reported person (one row
-- for a record about nobody), coded at once: labels, the longest strings, are never kept. Nothing
-- here changes the order of rows, so that a row's place tells its line.
create temp table rows (
    channel channel,
    delivery usmallint, -- rank of the delivery by (received_at, delivery_id)
    id varchar,
    record ubigint, -- one version of one contact
    person usmallint, -- 1 carries the contact; a later one only a victim
    version_at timestamp, -- null where the delivery's own time is the version
    local timestamp,
    utc_offset utinyint,
    duration_s integer,
    kind contact_kind,
    relation relation,
    contact_age_group contact_age_group,
    contact_sex sex,
    anonymous anonymous,
    is_victim boolean,
    category category,
    violence_form violence_form,
    age_band age_band,
    sex sex,
    context context,
    outcomes varchar, -- as written, of person 1 only
    newlines utinyint, -- inside quoted fields, so that a line number can be told
    repeated ubigint, -- what every row of a call must say alike
    reason varchar,
    fault varchar -- the column at fault
);

insert into rows
select
    'phone',
    getvariable('phone_ranks')[file_index::bigint + 1],
    number,
    hash(file_index, number),
    coalesce(person, 1),
    null,
    begins,
    offset_of_local(begins),
    seconds,
    contact_kind_nl(kind),
    relation_nl(relation),
    contact_age_group_nl(contact_age),
    sex_nl(contact_sex),
    anonymous_nl(anonymous),
    coalesce(category, form, age, victim_sex, context) is not null,
    category_nl(category),
    violence_form_nl(form),
    age_band_nl(age),
    sex_nl(victim_sex),
    context_nl(context),
    case when coalesce(person, 1) = 1 then outcomes end,
    case when contains(note, chr(10)) then len(note) - len(replace(note, chr(10), '')) else 0 end,
    hash(begins, ends, seconds, kind, relation, contact_age, contact_sex, anonymous, outcomes),
    case
        when begins is null then 'INVALID_DATE'
        when seconds not between 0 and 86400 then 'RANGE'
        when begins < getvariable('earliest') then 'RANGE'
        when is_missing_hour(begins) then 'NONEXISTENT_LOCAL_TIME'
        when ends < begins then 'ORDER'
        when begins >= getvariable('clock') then 'FUTURE'
    end,
    case
        when begins is null then 'Begin'
        when seconds not between 0 and 86400 then 'Duur (s)'
        when begins < getvariable('earliest') or is_missing_hour(begins) then 'Begin'
        when ends < begins then 'Einde'
        when begins >= getvariable('clock') then 'Begin'
    end
from (
    select
        file_index,
        "Oproepnummer" as number,
        "Persoon" as person,
        "Begin" as begins,
        "Einde" as ends,
        "Duur (s)" as seconds,
        "Soort oproep" as kind,
        "Relatie contactnemer" as relation,
        "Leeftijd contactnemer" as contact_age,
        "Geslacht contactnemer" as contact_sex,
        "Anoniem" as anonymous,
        "Problematiek" as category,
        "Hoofdvorm van geweld" as form,
        "Leeftijd slachtoffer" as age,
        "Geslacht slachtoffer" as victim_sex,
        "Context" as context,
        "Gevolg" as outcomes,
        "Opmerkingen" as note
    from read_csv(
        getvariable('phone_files'), auto_detect = false, header = true, delim = ';', quote = '"',
        escape = '"', strict_mode = true, store_rejects = true, rejects_limit = 0,
        timestampformat = '%d/%m/%Y %H:%M:%S',
        columns = {
            'Oproepnummer': 'varchar', 'Persoon': 'usmallint', 'Begin': 'timestamp',
            'Einde': 'timestamp', 'Duur (s)': 'integer', 'Soort oproep': 'varchar',
            'Relatie contactnemer': 'varchar', 'Leeftijd contactnemer': 'varchar',
            'Geslacht contactnemer': 'varchar', 'Anoniem': 'varchar', 'Problematiek': 'varchar',
            'Hoofdvorm van geweld': 'varchar', 'Leeftijd slachtoffer': 'varchar',
            'Geslacht slachtoffer': 'varchar', 'Context': 'varchar', 'Gevolg': 'varchar',
            'Opmerkingen': 'varchar', 'Geëxporteerd op': 'varchar'
        }
    )
);

insert into rows
select
    'mail',
    getvariable('mail_ranks')[file_index::bigint + 1],
    id,
    hash(file_index, id, updated),
    person_number,
    try_cast(updated as timestamp),
    started + to_hours(offset_of_utc(started)::bigint) as local,
    offset_of_utc(started),
    null,
    'contact',
    relation_nl(relation),
    contact_age_group_nl(contact_age),
    sex_nl(contact_sex),
    anonymous_nl(anonymous),
    person is not null,
    category_nl(person.category),
    violence_form_nl(person.violence_form),
    age_band_nl(person.age),
    sex_nl(person.sex),
    context_nl(person.context),
    case when person_number = 1 then outcomes end,
    0,
    null,
    case
        when started is null or try_cast(updated as timestamp) is null then 'INVALID_DATE'
        when local < getvariable('earliest') then 'RANGE'
        when local >= getvariable('clock') then 'FUTURE'
    end,
    case
        when started is null or local < getvariable('earliest')
            or local >= getvariable('clock') then 'created_at'
        when try_cast(updated as timestamp) is null then 'updated_at'
    end
from (
    select
        file_index,
        id,
        try_cast(created_at as timestamp) as started,
        updated_at as updated,
        registration.relation as relation,
        registration.age_group as contact_age,
        registration.sex as contact_sex,
        registration.anonymous as anonymous,
        array_to_string(registration.outcomes, '|') as outcomes,
        unnest(if(len(registration.persons) > 0, registration.persons, [null])) as person,
        unnest(range(1, greatest(len(registration.persons), 1) + 1)) as person_number
    from read_json(
        getvariable('mail_files'), format = 'newline_delimited',
        columns = {
            'id': 'varchar', 'created_at': 'varchar', 'updated_at': 'varchar',
            'registration': 'struct(
                relation varchar, age_group varchar, sex varchar, anonymous varchar,
                persons struct(
                    category varchar, violence_form varchar, age varchar, sex varchar,
                    context varchar
                )[],
                outcomes varchar[]
            )'
        }
    )
);

insert into rows
select
    'chat',
    getvariable('chat_ranks')[file_index::bigint + 1],
    id,
    hash(file_index, id, updated),
    person_number,
    try_cast(updated as timestamp),
    started + to_hours(offset_of_utc(started)::bigint) as local,
    offset_of_utc(started),
    seconds,
    contact_kind_en(kind),
    relation_en(relation),
    contact_age_group_en(contact_age),
    sex_en(contact_sex),
    anonymous_en(anonymous),
    person is not null,
    category_en(person.category),
    violence_form_en(person."violenceForm"),
    age_band_en(person."ageBand"),
    sex_en(person.gender),
    context_en(person.context),
    case when person_number = 1 then outcomes end,
    0,
    null,
    case
        when started is null or try_cast(updated as timestamp) is null then 'INVALID_DATE'
        when local < getvariable('earliest') then 'RANGE'
        when local >= getvariable('clock') then 'FUTURE'
    end,
    case
        when started is null or local < getvariable('earliest')
            or local >= getvariable('clock') then 'timeOfContact'
        when try_cast(updated as timestamp) is null then 'updatedAt'
    end
from (
    select
        file_index,
        id,
        try_cast("timeOfContact" as timestamp) as started,
        "updatedAt" as updated,
        try_cast("conversationDuration" as integer) as seconds,
        "rawJson"."callType" as kind,
        "rawJson"."callerInformation".relationship as relation,
        "rawJson"."callerInformation"."ageGroup" as contact_age,
        "rawJson"."callerInformation".gender as contact_sex,
        "rawJson"."callerInformation".anonymous as anonymous,
        array_to_string(list_transform(referrals, lambda one: one."resourceName"), '|') as outcomes,
        unnest(if(len("rawJson".persons) > 0, "rawJson".persons, [null])) as person,
        unnest(range(1, greatest(len("rawJson".persons), 1) + 1)) as person_number
    from read_json(
        getvariable('chat_files'), format = 'array',
        columns = {
            'id': 'varchar', 'timeOfContact': 'varchar', 'updatedAt': 'varchar',
            'conversationDuration': 'varchar',
            'rawJson': 'struct(
                "callType" varchar,
                "callerInformation" struct(
                    relationship varchar, "ageGroup" varchar, gender varchar, anonymous varchar
                ),
                persons struct(
                    category varchar, "violenceForm" varchar, "ageBand" varchar, gender varchar,
                    context varchar
                )[]
            )',
            'referrals': 'struct("resourceName" varchar)[]'
        }
    )
);

-- rows of a call that disagree about the call: all of them are refused
create temp table disagreeing as
select distinct followers.record
from (select record, repeated from rows where channel = 'phone' and person > 1) as followers
inner join (select record, repeated from rows where channel = 'phone' and person = 1) as firsts
    on followers.record = firsts.record
where followers.repeated != firsts.repeated;

update rows set reason = 'CONFLICTING_REPEAT', fault = 'Oproepnummer'
from disagreeing
where rows.record = disagreeing.record and rows.channel = 'phone';
