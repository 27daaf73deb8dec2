-- How records are composed, week by week back from the newest judged day of each source: the frame
-- of every rule that compares a share with what it used to be. Deliveries of up to a month are also
-- kept apart (with their `delivery_id`), so that one damaged day is not lost among 27 sound ones.
--
-- Shares need no more than some hundred records: of a week about 250 contacts are looked at, of a
-- delivery about 1,000, chosen by a hash of their key. So this costs the same on any volume.
create or replace temp table composition as
with thinned as (
    select
        source,
        greatest(1, 7 * avg(volume) // 250)::ubigint as one_in
    from daily_volume
    group by all
),

short_news as (
    select
        delivery_id,
        one_in
    from news
    where status = 'loaded' and last_day - first_day <= 31
),

newest as (
    select
        source,
        max(day) as last_day
    from covered
    group by all
),

-- of a record that is looked at in one delivery, every version is: the latest counts
short_keys as (
    select distinct contacts.contact_key
    from raw.contacts as contacts
    inner join short_news using (delivery_id)
    where is_news_day(contacts.day) and hash(contacts.contact_key) % short_news.one_in = 0
),

arrived as (
    select
        contacts.source,
        contacts.contact_key,
        contacts.delivery_id as read_from,
        contacts.line as read_line,
        contacts.version_at,
        (newest.last_day - contacts.day) // 7 as week,
        hash(contacts.contact_key) % thinned.one_in = 0 as is_of_week,
        if(hash(contacts.contact_key) % short_news.one_in = 0, short_news.delivery_id, null)
            as short_id,
        -- a source that delivers records again when they change also delivers unfinished ones: for
        -- two weeks, what it left blank may still come
        not covered.replaces_period and contacts.day > newest.last_day - 14 as is_open,
        contacts.contact_kind,
        contacts.relation,
        contacts.contact_age_group,
        contacts.contact_sex,
        contacts.anonymous,
        if(isodow(contacts.day) <= 5, coalesce(contacts.hour::varchar, 'none'), null) as hour,
        if(isodow(contacts.day) > 5, coalesce(contacts.hour::varchar, 'none'), null)
            as weekend_hour,
        case
            when contacts.duration_s is null then 'none'
            when contacts.duration_s < 60 then 'under 1 minute'
            when contacts.duration_s < 300 then 'under 5 minutes'
            when contacts.duration_s < 900 then 'under 15 minutes'
            when contacts.duration_s < 1800 then 'under 30 minutes'
            when contacts.duration_s < 3600 then 'under 1 hour'
            else 'longer'
        end as duration
    from raw.contacts as contacts
    inner join covered on contacts.source = covered.source and contacts.day = covered.day
    inner join newest on contacts.source = newest.source
    inner join thinned on contacts.source = thinned.source
    left join short_news on contacts.delivery_id = short_news.delivery_id
    where
        is_near_news(contacts.day)
        and (not covered.replaces_period or contacts.delivery_id = covered.delivery_id)
        and (
            hash(contacts.contact_key) % thinned.one_in = 0
            or contacts.contact_key in (select contact_key from short_keys)
        )
),

repeated as (
    select contact_key
    from arrived
    group by contact_key
    having count(*) > 1
),

-- the contacts as they stand after this night: once per record
entries as (
    select *
    from arrived
    anti join repeated using (contact_key)
    union all by name
    select *
    from arrived
    semi join repeated using (contact_key)
    qualify
        row_number() over (partition by contact_key order by version_at desc, read_from desc) = 1
),

contacts as (
    select
        *,
        null::bigint as delivery_id
    from entries
    where is_of_week
    union all
    select
        *,
        short_id as delivery_id
    from entries
    where short_id is not null
),

calls as (
    select
        source,
        week,
        delivery_id,
        contact_key,
        read_from,
        read_line,
        is_open,
        if(is_open, nullif(relation, 'not_filled'), relation) as relation,
        if(is_open, nullif(contact_age_group, 'not_filled'), contact_age_group)
            as contact_age_group,
        if(is_open, nullif(contact_sex, 'not_filled'), contact_sex) as contact_sex,
        if(is_open, nullif(anonymous, 'not_filled'), anonymous) as anonymous,
        hour,
        weekend_hour,
        duration
    from contacts
    where contact_kind = 'contact'
),

victims as (
    select
        calls.source,
        calls.week,
        calls.delivery_id,
        calls.contact_key,
        if(calls.is_open, nullif(victims.category, 'not_filled'), victims.category) as category,
        if(calls.is_open, nullif(victims.violence_form, 'not_filled'), victims.violence_form)
            as violence_form,
        if(calls.is_open, nullif(victims.age_band, 'not_filled'), victims.age_band) as age_band,
        if(calls.is_open, nullif(victims.sex, 'not_filled'), victims.sex) as sex,
        if(calls.is_open, nullif(victims.context, 'not_filled'), victims.context) as context,
        -- two columns that were swapped or shifted may keep their own shares, but not those together
        if(
            calls.is_open and 'not_filled' in (victims.age_band, victims.sex), null,
            if(victims.age_band = 'adult', 'adult, ', 'other, ') || victims.sex
        ) as age_and_sex,
        if(
            calls.is_open and 'not_filled' in (victims.category, victims.violence_form), null,
            victims.category || ', ' || victims.violence_form
        ) as category_and_form
    from raw.victims as victims
    inner join calls
        on
            victims.contact_key = calls.contact_key
            and victims.delivery_id = calls.read_from
            and victims.contact_line = calls.read_line
    where is_near_news(victims.day)
),

referrals as (
    select
        calls.source,
        calls.week,
        calls.delivery_id,
        calls.contact_key,
        referrals.outcome
    from raw.referrals as referrals
    inner join calls
        on
            referrals.contact_key = calls.contact_key
            and referrals.delivery_id = calls.read_from
            and referrals.contact_line = calls.read_line
    where is_near_news(referrals.day)
),

contact_members as (
    select
        source,
        week,
        delivery_id,
        relation,
        contact_age_group,
        contact_sex,
        anonymous,
        hour,
        weekend_hour,
        duration,
        count(*) as records
    from calls
    group by grouping sets (
        (source, week, delivery_id, relation),
        (source, week, delivery_id, contact_age_group),
        (source, week, delivery_id, contact_sex),
        (source, week, delivery_id, anonymous),
        (source, week, delivery_id, hour),
        (source, week, delivery_id, weekend_hour),
        (source, week, delivery_id, duration)
    )
),

victim_members as (
    select
        source,
        week,
        delivery_id,
        category,
        violence_form,
        age_band,
        sex,
        context,
        age_and_sex,
        category_and_form,
        count(*) as records
    from victims
    group by grouping sets (
        (source, week, delivery_id, category),
        (source, week, delivery_id, violence_form),
        (source, week, delivery_id, age_band),
        (source, week, delivery_id, sex),
        (source, week, delivery_id, context),
        (source, week, delivery_id, age_and_sex),
        (source, week, delivery_id, category_and_form)
    )
),

counted_calls as (
    select
        calls.source,
        calls.week,
        calls.delivery_id,
        calls.is_open,
        coalesce(victims_of.victims, 0) as victims,
        coalesce(outcomes_of.outcomes, 0) as outcomes
    from calls
    left join (
        select contact_key, delivery_id, count(*) as victims from victims group by all
    ) as victims_of
        on
            calls.contact_key = victims_of.contact_key
            and calls.delivery_id is not distinct from victims_of.delivery_id
    left join (
        select contact_key, delivery_id, count(*) as outcomes from referrals group by all
    ) as outcomes_of
        on
            calls.contact_key = outcomes_of.contact_key
            and calls.delivery_id is not distinct from outcomes_of.delivery_id
)

-- unpivot leaves out what is null
unpivot contact_members
on relation, contact_age_group, contact_sex, anonymous, hour, weekend_hour, duration
into name dimension value member
union all by name
unpivot victim_members
on category, violence_form, age_band, sex, context, age_and_sex, category_and_form
into name dimension value member
union all by name
select
    source,
    week,
    delivery_id,
    'outcome' as dimension,
    outcome as member,
    count(*) as records
from referrals
group by all
union all by name
select
    source,
    week,
    delivery_id,
    'contact_kind' as dimension,
    contact_kind as member,
    count(*) as records
from contacts
group by all
union all by name
select
    source,
    week,
    delivery_id,
    'victims_in_contact' as dimension,
    least(victims, 4)::varchar as member,
    count(*) as records
from counted_calls
where not is_open or victims > 0
group by all
union all by name
select
    source,
    week,
    delivery_id,
    'outcomes_in_contact' as dimension,
    least(outcomes, 3)::varchar as member,
    count(*) as records
from counted_calls
where not is_open or outcomes > 0
group by all;
