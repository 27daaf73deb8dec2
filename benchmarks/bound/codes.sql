-- The code lists, and every label that a source may write with its code.
create temp table code_lists as
select list, position, code, label_nl, label_en, coalesce(code_group, '') as code_group
from read_csv(
    getvariable('code_lists'), auto_detect = false, header = true, delim = ',', quote = '"',
    columns = {
        'list': 'varchar', 'position': 'integer', 'code': 'varchar', 'label_nl': 'varchar',
        'label_en': 'varchar', 'code_group': 'varchar', 'note': 'varchar'
    }
);

create temp table labels as
select language, list, label, code
from (
    select 'nl' as language, list, position, label_nl as label, code from code_lists
    union all
    select 'en', list, position, label_en, code from code_lists
    union all
    values
        ('nl', 'category', 100, 'Geweld tussen kinderen', 'violence_between_minors'),
        ('nl', 'anonymous', -1, 'Ja', 'true'),
        ('nl', 'anonymous', -1, 'Nee', 'false'),
        ('nl', 'anonymous', -1, 'true', 'true'),
        ('nl', 'anonymous', -1, 'false', 'false'),
        ('en', 'anonymous', -1, 'true', 'true'),
        ('en', 'anonymous', -1, 'false', 'false'),
        ('en', 'contact_kind', 100, 'Hang up', 'hang_up'),
        ('en', 'contact_kind', -1, 'Child calling about self', 'contact'),
        ('en', 'contact_kind', -1, 'Someone calling about a child', 'contact'),
        ('en', 'contact_kind', -1, 'Adult calling about self', 'contact'),
        ('en', 'contact_kind', -1, 'Someone calling about an adult', 'contact')
)
where code not in ('not_recorded', 'unmapped')
order by language, list, position;

-- a label that is not written exactly as known: trimmed, case-folded and in NFC, never fuzzily
create macro normal(label) as lower(nfc_normalize(trim(label)));
-- (a list and not IN: DuckDB would turn that into a join, and normalise every label of every row)
create macro is_blank(label) as
    label is null
    or list_contains(['', 'null', 'nan', 'n.v.t.', 'nvt', 'n/a', '-', 'leeg'], normal(label));
set variable normal_codes = (
    select map(list(name), list(code))
    from (select distinct list || '/' || normal(label) as name, code from labels)
);
create macro rare_code(list_name, label) as case
    when is_blank(label) then 'not_filled'
    else coalesce(getvariable('normal_codes')[list_name || '/' || normal(label)], 'unmapped')
end;

-- Brussels is two hours ahead of UTC between the last Sundays of March and October, 01:00 UTC,
-- and one hour otherwise (directive 2000/84/EC)
create macro last_sunday(year_of, month_of) as
    make_date(year_of, month_of, 31)
    - (isodow(make_date(year_of, month_of, 31)) % 7)::integer;
create macro offset_of_utc(utc) as case
    when month(utc) between 4 and 9 then 2
    when month(utc) = 3 and utc >= last_sunday(year(utc), 3) + interval 1 hour then 2
    when month(utc) = 10 and utc < last_sunday(year(utc), 10) + interval 1 hour then 2
    else 1
end::utinyint;
-- of a doubled hour the first pass is meant
create macro offset_of_local(local) as case
    when month(local) between 4 and 9 then 2
    when month(local) = 3 and local >= last_sunday(year(local), 3) + interval 3 hour then 2
    when month(local) = 10 and local < last_sunday(year(local), 10) + interval 3 hour then 2
    else 1
end::utinyint;
create macro is_missing_hour(local) as
    month(local) = 3 and hour(local) = 2 and local::date = last_sunday(year(local), 3);
create macro is_doubled_hour(local) as
    month(local) = 10 and hour(local) = 2 and local::date = last_sunday(year(local), 10);

-- the distinct outcomes that a cell names, for each of some cells
create macro outcomes_in(cells) as table
select distinct cell, coalesce(known.code, rare_code('outcome', label))::outcome as outcome
from (
    select cell, unnest(string_split(cell, '|')) as label
    from (select unnest(cells) as cell)
) as named
left join (select distinct label, code from labels where list = 'outcome') as known using (label)
where not is_blank(label);
