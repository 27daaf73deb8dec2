-- All marts from the cubes. What has shares goes through one window: every code of every year.
create temp table members as
select list as dimension, code as member, position, code_group, code_group != 'missing' as is_known
from code_lists;

create temp table parts as
select 'all' as part
union all
select code from code_lists where list = 'channel';

create temp table counted as
select
    'victims_by_category' as mart, year(day) as year, '' as part, 'category' as dimension,
    category::varchar as member, sum(victims) as value
from victims_by_category_daily
group by all
union all
select
    'victims_by_violence_form', year(day), coalesce(category::varchar, 'all'), 'violence_form',
    violence_form::varchar, sum(victims)
from victims_by_category_daily
group by grouping sets ((year(day), category, violence_form), (year(day), violence_form))
union all
select 'victims_by_age', year(day), '', 'age_band', age_band::varchar, sum(victims)
from victims_by_age_daily
group by all
union all
select 'victims_by_age_and_sex', year(day), age_band::varchar, 'sex', sex::varchar, sum(victims)
from victims_by_age_daily
group by all
union all
select 'victims_by_context', year(day), '', 'context', context::varchar, sum(victims)
from victims_by_context_daily
group by all
union all
select 'contacts_by_channel', year(day), '', 'channel', channel::varchar, sum(contacts)
from contacts_by_channel_daily
group by all
union all
select
    'contact_persons', year(day), coalesce(channel::varchar, 'all'),
    replace(dimension, 'contact_', ''), member, sum(contacts)
from contact_persons_daily
group by grouping sets ((year(day), channel, dimension, member), (year(day), dimension, member))
union all
select
    'contact_persons', year(day), coalesce(channel::varchar, 'all'), 'relation_group', code_group,
    sum(contacts)
from contact_persons_daily
inner join code_lists on list = 'relation' and code = member
where dimension = 'relation'
group by grouping sets ((year(day), channel, code_group), (year(day), code_group))
union all
select 'referrals_by_outcome', year(day), '', 'outcome', outcome::varchar, sum(referrals)
from referrals_by_outcome_daily
group by all
union all
select 'contacts_with_outcome', year(day), '', 'outcome', outcome::varchar, sum(contacts)
from referrals_by_outcome_daily
group by all
union all
select
    'contacts_by_violence_form', year(day), coalesce(channel::varchar, 'all'), 'violence_form',
    violence_form::varchar, sum(contacts)
from contacts_by_violence_form_daily
group by grouping sets ((year(day), channel, violence_form), (year(day), violence_form));

-- every code keeps its row, zero or not
create temp table cells_of_marts as
select 'victims_by_category' as mart, '' as part, members.*, true as counts
from members where dimension = 'category'
union all
select 'victims_by_violence_form', category.part, members.*, is_known
from members
cross join (
    select 'all' as part
    union all
    select code from code_lists where list = 'category'
) as category
where dimension = 'violence_form'
union all
select 'victims_by_age', '', members.*, true from members where dimension = 'age_band'
union all
select 'victims_by_age_and_sex', bands.member, members.*, members.is_known
from members
cross join (select member from members where dimension = 'age_band') as bands
where dimension = 'sex'
union all
select 'victims_by_context', '', members.*, is_known from members where dimension = 'context'
union all
select 'contacts_by_channel', '', members.*, true from members where dimension = 'channel'
union all
select
    'contact_persons', part, replace(dimension, 'contact_', ''), member, position, code_group,
    is_known, dimension in ('relation', 'anonymous', 'relation_group') or is_known
from members
cross join parts
where dimension in ('relation', 'relation_group', 'contact_age_group', 'sex', 'anonymous')
union all
select 'contact_persons', part, 'relation_group', 'missing', 1000, '', false, true from parts
union all
select 'referrals_by_outcome', '', members.*, true from members where dimension = 'outcome'
union all
select 'contacts_with_outcome', '', members.*, true from members where dimension = 'outcome'
union all
select 'contacts_by_violence_form', part, members.*, true
from members
cross join parts
where dimension = 'violence_form';

create temp table shares as
select
    *,
    if(counts, 100 * value / nullif(denominator, 0), null) as share_pct,
    whole_points + if(
        row_number() over (
            partition by mart, year, part, dimension order by remainder desc nulls last, position
        ) <= 100 - sum(whole_points) over (partition by mart, year, part, dimension),
        1, 0
    ) as share_pct_rounded,
    lag(value) over (partition by mart, part, dimension, member order by year) as previous
from (
    select
        *,
        if(counts, 100 * value // nullif(denominator, 0), null) as whole_points,
        if(counts, 100 * value % nullif(denominator, 0), null) as remainder
    from (
        select
            years.year,
            years.is_comparable,
            cells.*,
            coalesce(counted.value, 0)::bigint as value,
            coalesce(
                sum(counted.value) filter (counts) over (
                    partition by cells.mart, years.year, cells.part, cells.dimension
                ),
                0
            )::bigint as denominator
        from years
        cross join cells_of_marts as cells
        left join counted
            on
                years.year = counted.year
                and cells.mart = counted.mart
                and cells.part = counted.part
                and cells.dimension = counted.dimension
                and cells.member = counted.member
    )
);

create macro growth(value, previous, is_comparable) as
    if(is_comparable, 100 * (value - previous) / nullif(previous, 0), null);

create or replace table marts.victims_by_category as
select
    year, member as category, value as victims, share_pct, share_pct_rounded,
    previous as previous_victims, growth(value, previous, is_comparable) as growth_pct,
    if(
        is_known,
        row_number() over (partition by year order by is_known desc, value desc, position),
        null
    ) as rank
from shares
where mart = 'victims_by_category'
order by year, category;

create or replace table marts.victims_by_violence_form as
select
    year, part as category, member as violence_form, value as victims,
    denominator as known_victims, share_pct as share_of_known_pct, share_pct_rounded
from shares
where mart = 'victims_by_violence_form'
order by all;

create or replace table marts.victims_by_age as
select
    year, member as age_band, code_group as age_group, value as victims, share_pct,
    share_pct_rounded
from shares
where mart = 'victims_by_age'
order by all;

create or replace table marts.victims_by_age_and_sex as
select
    year, part as age_band, shares.member as sex, bands.code_group as age_group,
    value as victims, denominator as known_victims, share_pct as share_of_known_pct
from shares
inner join members as bands on bands.dimension = 'age_band' and shares.part = bands.member
where mart = 'victims_by_age_and_sex'
order by all;

create or replace table marts.victims_by_context as
select
    year, member as context, code_group as context_group, value as victims,
    denominator as known_victims, share_pct as share_of_known_pct
from shares
where mart = 'victims_by_context'
order by all;

create or replace table marts.contacts_by_channel as
select
    year, member as channel, value as contacts, share_pct, share_pct_rounded,
    previous as previous_contacts, growth(value, previous, is_comparable) as growth_pct
from shares
where mart = 'contacts_by_channel'
order by all;

create or replace table marts.contact_persons as
select
    year, part as channel, dimension, member, value as contacts, denominator, share_pct,
    share_pct_rounded
from shares
where mart = 'contact_persons'
order by all;

create temp table totals as
select
    years.*,
    coalesce(contacts, 0)::bigint as contacts,
    coalesce(victims, 0)::bigint as victims,
    lag(coalesce(contacts, 0)) over (order by year) as previous_contacts,
    lag(coalesce(victims, 0)) over (order by year) as previous_victims
from years
left join (
    select year(day) as year, sum(contacts) as contacts from contacts_by_channel_daily group by all
) using (year)
left join (
    select year(day) as year, sum(victims) as victims from victims_by_category_daily group by all
) using (year);

create or replace table marts.yearly_totals as
select
    year, contacts, victims, victims / nullif(contacts, 0) as victims_per_contact,
    growth(contacts, previous_contacts, is_comparable) as contacts_growth_pct,
    growth(victims, previous_victims, is_comparable) as victims_growth_pct,
    days_missing, is_complete
from totals
order by year;

create or replace table marts.referrals_by_outcome as
select
    shares.year, shares.member as outcome, shares.code_group as outcome_group,
    shares.value as referrals, shares.share_pct, shares.share_pct_rounded,
    holders.value as contacts_with_outcome,
    100 * holders.value / nullif(totals.contacts, 0) as share_of_contacts_pct,
    shares.previous as previous_referrals,
    growth(shares.value, shares.previous, shares.is_comparable) as growth_pct
from shares
inner join shares as holders
    on
        holders.mart = 'contacts_with_outcome'
        and shares.year = holders.year
        and shares.member = holders.member
inner join totals on shares.year = totals.year
where shares.mart = 'referrals_by_outcome'
order by all;

create temp table contacts_of_parts as
select
    year(day) as year, month(day) as month, isodow(day) as iso_weekday,
    coalesce(channel::varchar, 'all') as part, sum(contacts)::bigint as contacts
from contacts_by_channel_daily
group by grouping sets (
    (year(day), month(day), isodow(day), channel), (year(day), month(day), isodow(day))
);

create or replace table marts.contacts_by_violence_form as
select
    shares.year, shares.part as channel, shares.member as violence_form, shares.value as contacts,
    coalesce(everybody.contacts, 0)::bigint as all_contacts,
    100 * shares.value / nullif(all_contacts, 0) as share_of_contacts_pct
from shares
left join (
    select year, part, sum(contacts) as contacts from contacts_of_parts group by all
) as everybody on shares.year = everybody.year and shares.part = everybody.part
where shares.mart = 'contacts_by_violence_form'
order by all;

create or replace table marts.contacts_by_month as
select years.year, months.month, parts.part as channel, coalesce(sum(contacts), 0)::bigint as contacts
from years
cross join (select range as month from range(1, 13)) as months
cross join parts
left join contacts_of_parts as found
    on years.year = found.year and months.month = found.month and parts.part = found.part
group by all
order by all;

create or replace table marts.contacts_by_weekday as
select
    years.year, weekdays.iso_weekday, parts.part as channel,
    coalesce(sum(contacts), 0)::bigint as contacts
from years
cross join (select range as iso_weekday from range(1, 8)) as weekdays
cross join parts
left join contacts_of_parts as found
    on
        years.year = found.year
        and weekdays.iso_weekday = found.iso_weekday
        and parts.part = found.part
group by all
order by all;

create or replace table marts.contacts_by_hour as
select
    years.year, hours.hour, parts.part as channel, coalesce(contacts, 0)::bigint as contacts
from years
cross join (select range as hour from range(24)) as hours
cross join parts
left join (
    select
        year(day) as year, hour, coalesce(channel::varchar, 'all') as part, sum(contacts) as contacts
    from contacts_by_hour_daily
    group by grouping sets ((year(day), hour, channel), (year(day), hour))
) as found
    on years.year = found.year and hours.hour = found.hour and parts.part = found.part
order by all;

create or replace table marts.website_visitors as
with

observed as (
    select year(day) as year, coalesce(month(day), 0) as month, site, count(*) as days
    from completeness
    where source = 'web' and status in ('received', 'confirmed_zero')
    group by grouping sets ((year(day), month(day), site), (year(day), site))
),

visits as (
    select
        year(day) as year, coalesce(month(day), 0) as month, site,
        sum(visitors) as visitors, sum(visits) as visits
    from web_visits
    group by grouping sets ((year(day), month(day), site), (year(day), site))
),

every_period as (
    select
        years.year,
        months.month,
        sites.code as site,
        coalesce(visits.visitors, 0)::bigint as visitors,
        coalesce(visits.visits, 0)::bigint as visits,
        coalesce(observed.days, 0) = if(
            months.month = 0,
            make_date(years.year + 1, 1, 1) - make_date(years.year, 1, 1),
            day(last_day(make_date(years.year, greatest(months.month, 1), 1)))
        ) as is_whole
    from years
    cross join (select range as month from range(13)) as months
    cross join (select code from code_lists where list = 'site') as sites
    left join visits
        on
            years.year = visits.year and months.month = visits.month and sites.code = visits.site
    left join observed
        on
            years.year = observed.year
            and months.month = observed.month
            and sites.code = observed.site
)

select
    year, month, site, visitors, visits,
    lag(visitors) over before as previous_visitors,
    growth(
        visitors, lag(visitors) over before,
        is_whole and coalesce(lag(is_whole) over before, false)
    ) as growth_pct
from every_period
window before as (partition by site, month order by year)
order by all;

create or replace table marts.data_completeness as
select
    source,
    day,
    arg_min(status, list_position(['missing', 'rejected', 'received', 'confirmed_zero'], status))
        as status
from completeness
group by all
order by all;
