-- A small marts schema of 2012 to 2020, made by hand for the tests of the report: the published
-- figures of 2020, and margins with which they hold together. No record stands behind it.
create schema marts;
create schema margins;

create table margins.totals as
select * from (values
    (2012, 2600, 2700), (2014, 4676, 4837), (2015, 4707, 5934), (2016, 4596, 6272),
    (2017, 4812, 6792), (2018, 5126, 7218), (2019, 5409, 7402), (2020, 8059, 11305)
) as t (year, contacts, victims);

-- year, measure, breakdown, member, within_breakdown, within_member, n
create table margins.counts as
select * from (values
    (2020, 'victims', 'category', 'child_maltreatment', 'all', 'all', 6407),
    (2020, 'victims', 'category', 'intimate_partner_violence', 'all', 'all', 2110),
    (2020, 'victims', 'category', 'violence_against_adults', 'all', 'all', 887),
    (2020, 'victims', 'category', 'separation_conflict', 'all', 'all', 428),
    (2020, 'victims', 'category', 'past_abuse', 'all', 'all', 266),
    (2020, 'victims', 'category', 'violence_between_minors', 'all', 'all', 263),
    (2020, 'victims', 'category', 'child_to_parent_violence', 'all', 'all', 262),
    (2020, 'victims', 'category', 'elder_abuse', 'all', 'all', 262),
    (2020, 'victims', 'category', 'other', 'all', 'all', 420),
    (2019, 'victims', 'category', 'child_maltreatment', 'all', 'all', 4419),
    (2019, 'victims', 'category', 'intimate_partner_violence', 'all', 'all', 1141),
    (2019, 'victims', 'category', 'violence_against_adults', 'all', 'all', 612),
    (2019, 'victims', 'category', 'separation_conflict', 'all', 'all', 334),
    (2019, 'victims', 'category', 'past_abuse', 'all', 'all', 180),
    (2019, 'victims', 'category', 'violence_between_minors', 'all', 'all', 170),
    (2019, 'victims', 'category', 'child_to_parent_violence', 'all', 'all', 165),
    (2019, 'victims', 'category', 'elder_abuse', 'all', 'all', 160),
    (2019, 'victims', 'category', 'other', 'all', 'all', 221),
    (2020, 'victims', 'violence_form', 'emotional', 'all', 'all', 4879),
    (2020, 'victims', 'violence_form', 'physical', 'all', 'all', 3896),
    (2020, 'victims', 'violence_form', 'sexual', 'all', 'all', 1041),
    (2020, 'victims', 'violence_form', 'economic', 'all', 'all', 59),
    (2020, 'victims', 'violence_form', 'not_filled', 'all', 'all', 1430),
    (2020, 'victims', 'violence_form', 'sexual', 'category', 'child_maltreatment', 700),
    (2020, 'victims', 'violence_form', 'emotional', 'category', 'child_maltreatment', 5000),
    (2020, 'victims', 'violence_form', 'sexual', 'category', 'violence_between_minors', 120),
    (2020, 'victims', 'violence_form', 'emotional', 'category', 'violence_between_minors', 120),
    (2020, 'victims', 'violence_form', 'economic', 'category', 'elder_abuse', 30),
    (2020, 'victims', 'violence_form', 'emotional', 'category', 'elder_abuse', 200),
    (2020, 'victims', 'age_band', 'under_6', 'all', 'all', 2194),
    (2020, 'victims', 'age_band', '6_to_12', 'all', 'all', 2239),
    (2020, 'victims', 'age_band', '13_to_17', 'all', 'all', 1585),
    (2020, 'victims', 'age_band', 'minor_unknown', 'all', 'all', 835),
    (2020, 'victims', 'age_band', 'adult', 'all', 'all', 4452),
    (2020, 'victims', 'age_group', 'minor', 'all', 'all', 6853),
    (2020, 'victims', 'age_group', 'adult', 'all', 'all', 4452),
    (2020, 'victims', 'sex', 'female', 'age_group', 'minor', 3679),
    (2020, 'victims', 'sex', 'male', 'age_group', 'minor', 3060),
    (2020, 'victims', 'sex', 'other', 'age_group', 'minor', 5),
    (2020, 'victims', 'sex', 'unknown', 'age_group', 'minor', 109),
    (2020, 'victims', 'sex', 'female', 'age_group', 'adult', 2797),
    (2020, 'victims', 'sex', 'male', 'age_group', 'adult', 1065),
    (2020, 'victims', 'sex', 'other', 'age_group', 'adult', 5),
    (2020, 'victims', 'sex', 'unknown', 'age_group', 'adult', 585),
    (2020, 'victims', 'context', 'household', 'all', 'all', 8008),
    (2020, 'victims', 'context', 'wider_family', 'all', 'all', 980),
    (2020, 'victims', 'context', 'leisure', 'all', 'all', 192),
    (2020, 'victims', 'context', 'school', 'all', 'all', 104),
    (2020, 'victims', 'context', 'work', 'all', 'all', 90),
    (2020, 'victims', 'context', 'youth_institution', 'all', 'all', 80),
    (2020, 'victims', 'context', 'elderly_care', 'all', 'all', 70),
    (2020, 'victims', 'context', 'religion', 'all', 'all', 13),
    (2020, 'victims', 'context', 'public_space', 'all', 'all', 140),
    (2020, 'victims', 'context', 'other', 'all', 'all', 100),
    (2020, 'victims', 'context', 'not_filled', 'all', 'all', 1528),
    (2020, 'victims', 'context_group', 'family', 'all', 'all', 8988),
    (2020, 'victims', 'context_group', 'outside_family', 'all', 'all', 789),
    (2020, 'contacts', 'channel', 'phone', 'all', 'all', 5698),
    (2020, 'contacts', 'channel', 'mail', 'all', 'all', 1450),
    (2020, 'contacts', 'channel', 'chat', 'all', 'all', 911),
    (2019, 'contacts', 'channel', 'phone', 'all', 'all', 4340),
    (2019, 'contacts', 'channel', 'mail', 'all', 'all', 917),
    (2019, 'contacts', 'channel', 'chat', 'all', 'all', 152),
    (2020, 'contacts', 'violence_form', 'emotional', 'all', 'all', 3700),
    (2020, 'contacts', 'violence_form', 'physical', 'all', 'all', 2900),
    (2020, 'contacts', 'violence_form', 'sexual', 'all', 'all', 900),
    (2020, 'contacts', 'violence_form', 'economic', 'all', 'all', 55),
    (2020, 'contacts', 'violence_form', 'not_filled', 'all', 'all', 1100),
    (2020, 'contacts', 'violence_form', 'emotional', 'channel', 'chat', 400),
    (2020, 'contacts', 'violence_form', 'physical', 'channel', 'chat', 250),
    (2020, 'contacts', 'violence_form', 'sexual', 'channel', 'chat', 160),
    (2020, 'contacts', 'violence_form', 'economic', 'channel', 'chat', 8),
    (2020, 'contacts', 'violence_form', 'not_filled', 'channel', 'chat', 130),
    (2020, 'contacts', 'relation', 'self', 'all', 'all', 2708),
    (2020, 'contacts', 'relation', 'parent', 'all', 'all', 1650),
    (2020, 'contacts', 'relation', 'other_family', 'all', 'all', 1141),
    (2020, 'contacts', 'relation', 'friend', 'all', 'all', 1033),
    (2020, 'contacts', 'relation', 'neighbour', 'all', 'all', 804),
    (2020, 'contacts', 'relation', 'professional', 'all', 'all', 237),
    (2020, 'contacts', 'relation', 'perpetrator', 'all', 'all', 110),
    (2020, 'contacts', 'relation', 'perpetrator_surroundings', 'all', 'all', 130),
    (2020, 'contacts', 'relation', 'other', 'all', 'all', 177),
    (2020, 'contacts', 'relation', 'not_filled', 'all', 'all', 69),
    (2020, 'contacts', 'relation_group', 'near_victim', 'all', 'all', 7336),
    (2020, 'contacts', 'relation_group', 'perpetrator_side', 'all', 'all', 240),
    (2020, 'contacts', 'relation_group', 'other', 'all', 'all', 414),
    (2019, 'contacts', 'relation', 'neighbour', 'all', 'all', 704),
    (2019, 'contacts', 'relation', 'self', 'all', 'all', 1700),
    (2019, 'contacts', 'relation', 'parent', 'all', 'all', 1100),
    (2020, 'contacts', 'relation', 'self', 'channel', 'chat', 501),
    (2020, 'contacts', 'relation', 'parent', 'channel', 'chat', 80),
    (2020, 'contacts', 'relation', 'other_family', 'channel', 'chat', 90),
    (2020, 'contacts', 'relation', 'friend', 'channel', 'chat', 110),
    (2020, 'contacts', 'relation', 'neighbour', 'channel', 'chat', 60),
    (2020, 'contacts', 'relation', 'professional', 'channel', 'chat', 20),
    (2020, 'contacts', 'relation', 'perpetrator', 'channel', 'chat', 15),
    (2020, 'contacts', 'relation', 'perpetrator_surroundings', 'channel', 'chat', 12),
    (2020, 'contacts', 'relation', 'other', 'channel', 'chat', 14),
    (2020, 'contacts', 'relation', 'not_filled', 'channel', 'chat', 9),
    (2020, 'contacts', 'relation', 'self', 'channel', 'phone', 1800),
    (2020, 'contacts', 'relation', 'parent', 'channel', 'phone', 1270),
    (2020, 'contacts', 'relation', 'other_family', 'channel', 'phone', 850),
    (2020, 'contacts', 'relation', 'friend', 'channel', 'phone', 720),
    (2020, 'contacts', 'relation', 'neighbour', 'channel', 'phone', 600),
    (2020, 'contacts', 'relation', 'professional', 'channel', 'phone', 170),
    (2020, 'contacts', 'relation', 'perpetrator', 'channel', 'phone', 75),
    (2020, 'contacts', 'relation', 'perpetrator_surroundings', 'channel', 'phone', 90),
    (2020, 'contacts', 'relation', 'other', 'channel', 'phone', 90),
    (2020, 'contacts', 'relation', 'not_filled', 'channel', 'phone', 33),
    (2020, 'contacts', 'contact_age_group', 'minor', 'all', 'all', 331),
    (2020, 'contacts', 'contact_age_group', 'adult', 'all', 'all', 6886),
    (2020, 'contacts', 'contact_age_group', 'unknown', 'all', 'all', 842),
    (2020, 'contacts', 'contact_age_group', 'minor', 'channel', 'chat', 144),
    (2020, 'contacts', 'contact_age_group', 'adult', 'channel', 'chat', 628),
    (2020, 'contacts', 'contact_age_group', 'unknown', 'channel', 'chat', 139),
    (2020, 'contacts', 'contact_age_group', 'minor', 'channel', 'phone', 150),
    (2020, 'contacts', 'contact_age_group', 'adult', 'channel', 'phone', 5048),
    (2020, 'contacts', 'contact_age_group', 'unknown', 'channel', 'phone', 500),
    (2020, 'contacts', 'contact_sex', 'female', 'all', 'all', 5869),
    (2020, 'contacts', 'contact_sex', 'male', 'all', 'all', 2158),
    (2020, 'contacts', 'contact_sex', 'other', 'all', 'all', 12),
    (2020, 'contacts', 'contact_sex', 'unknown', 'all', 'all', 20),
    (2020, 'contacts', 'anonymous', 'true', 'all', 'all', 5739),
    (2020, 'contacts', 'anonymous', 'false', 'all', 'all', 2320),
    (2019, 'contacts', 'anonymous', 'true', 'all', 'all', 3453),
    (2019, 'contacts', 'anonymous', 'false', 'all', 'all', 1956),
    (2020, 'referrals', 'outcome', 'information_advice', 'all', 'all', 3300),
    (2020, 'referrals', 'outcome', 'general_welfare_centre', 'all', 'all', 2150),
    (2020, 'referrals', 'outcome', 'child_abuse_centre', 'all', 'all', 1500),
    (2020, 'referrals', 'outcome', 'other_specialised_care', 'all', 'all', 1350),
    (2020, 'referrals', 'outcome', 'police', 'all', 'all', 2876),
    (2020, 'referrals', 'outcome', 'legal', 'all', 'all', 520),
    (2020, 'referrals', 'outcome', 'other', 'all', 'all', 400),
    (2019, 'referrals', 'outcome', 'information_advice', 'all', 'all', 2300),
    (2019, 'referrals', 'outcome', 'general_welfare_centre', 'all', 'all', 1400),
    (2019, 'referrals', 'outcome', 'child_abuse_centre', 'all', 'all', 1100),
    (2019, 'referrals', 'outcome', 'other_specialised_care', 'all', 'all', 900),
    (2019, 'referrals', 'outcome', 'police', 'all', 'all', 1616),
    (2019, 'referrals', 'outcome', 'legal', 'all', 'all', 300),
    (2019, 'referrals', 'outcome', 'other', 'all', 'all', 290),
    (2020, 'web_visitors', 'site', 'adults', 'all', 'all', 60253),
    (2020, 'web_visitors', 'site', 'minors', 'all', 'all', 11890),
    (2019, 'web_visitors', 'site', 'adults', 'all', 'all', 35031)
) as t (year, measure, breakdown, member, within_breakdown, within_member, n)
union all
select year, 'contacts', 'month', m::varchar, 'all', 'all', months[m]
from (values
    (2020, [582, 586, 616, 967, 850, 694, 664, 625, 625, 664, 640, 546]),
    (2019, [450, 430, 450, 440, 455, 440, 445, 430, 460, 470, 480, 459])
) as t (year, months), range(1, 13) as u (m)
union all
select
    2020, 'contacts', 'month', m::varchar, 'channel', 'mail',
    [97, 97, 102, 204, 179, 147, 110, 104, 104, 110, 106, 90][m]
from range(1, 13) as u (m)
union all
select
    2020, 'contacts', 'iso_weekday', d::varchar, 'all', 'all',
    [1390, 1330, 1345, 1328, 1362, 688, 616][d]
from range(1, 8) as u (d)
union all
select
    2020, 'contacts', 'hour', h::varchar, 'all', 'all',
    [4, 3, 2, 2, 3, 6, 25, 60, 180, 700, 760, 740, 690, 760, 780, 770, 720, 640, 420, 380, 230, 120,
        40, 24][h + 1]
from range(24) as u (h);

-- the contacts of a month spread over its days
create table margins.days as
select
    month + d::integer as day,
    n // days_of_month + if(d < n % days_of_month, 1, 0) as n
from (
    select make_date(year, member::integer, 1) as month, n, day(last_day(month)) as days_of_month
    from margins.counts where breakdown = 'month' and within_breakdown = 'all'
), range(31) as u (d)
where d < days_of_month;

insert into margins.counts
select
    year(day), 'contacts', 'week', strftime(date_trunc('week', day), '%Y-%m-%d'), 'all', 'all',
    sum(n)::integer
from margins.days where year(day) = 2020
group by all;

create view margins.denominators as
with marked as (
    select
        *,
        measure || breakdown <> 'contactsviolence_form' and breakdown in ('violence_form', 'sex',
            'context', 'context_group', 'contact_age_group', 'contact_sex') as over_known,
        member not in ('not_filled', 'unknown', 'unclear', 'not_recorded', 'unmapped') as is_known
    from margins.counts
)
select
    c.year, c.measure, c.breakdown, c.within_breakdown, c.within_member, c.over_known,
    case
        when c.over_known then sum(c.n) filter (c.is_known)
        when c.within_breakdown <> 'all' then any_value(w.n)
        when c.measure = 'contacts' then any_value(t.contacts)
        when c.measure = 'victims' then any_value(t.victims)
        else sum(c.n)
    end as denominator
from marked as c
join margins.totals as t using (year)
left join margins.counts as w
    on w.year = c.year and w.measure = c.measure and w.breakdown = c.within_breakdown
    and w.member = c.within_member and w.within_breakdown = 'all'
group by c.year, c.measure, c.breakdown, c.within_breakdown, c.within_member, c.over_known;

create table marts.figures as
with shares as (
    select
        c.*, d.denominator, p.n as previous_value,
        case
            when d.over_known and c.member in ('not_filled', 'unknown', 'unclear') then null
            else 100.0 * c.n / d.denominator
        end as share_pct
    from margins.counts as c
    join margins.denominators as d
        using (year, measure, breakdown, within_breakdown, within_member)
    left join margins.counts as p
        on p.year = c.year - 1
        and (p.measure, p.breakdown, p.member, p.within_breakdown, p.within_member)
        = (c.measure, c.breakdown, c.member, c.within_breakdown, c.within_member)
),
ranked as (
    select
        *, floor(share_pct) as whole,
        100 - sum(floor(share_pct)) over same_table as spare,
        row_number() over (
            partition by year, measure, breakdown, within_breakdown, within_member
            order by share_pct - floor(share_pct) desc nulls last
        ) as turn
    from shares
    window same_table as (
        partition by year, measure, breakdown, within_breakdown, within_member)
)
select
    year, measure, breakdown, member, within_breakdown, within_member, '' as section,
    n::bigint as value, denominator::bigint as denominator, share_pct::double as share_pct,
    case
        when breakdown in ('category', 'violence_form', 'age_band', 'channel', 'outcome', 'relation')
            and measure || breakdown <> 'contactsviolence_form'
            then (whole + case when turn <= spare then 1 else 0 end)::integer
    end as share_pct_rounded,
    previous_value::bigint as previous_value,
    (100.0 * (n - previous_value) / previous_value)::double as growth_pct,
    case measure when 'contacts' then 'contact' when 'victims' then 'victim'
        when 'referrals' then 'referral' else 'visitor' end as unit,
    null::varchar as caveat
from ranked
union all
select
    t.year, u.measure, 'all', 'all', 'all', 'all', 'totals', u.n, null, null, null, u.p,
    100.0 * (u.n - u.p) / u.p, u.unit, null
from margins.totals as t
left join margins.totals as p on p.year = t.year - 1,
unnest([
    {'measure': 'contacts', 'n': t.contacts, 'p': p.contacts, 'unit': 'contact'},
    {'measure': 'victims', 'n': t.victims, 'p': p.victims, 'unit': 'victim'}
]) as x (u);

create table marts.yearly_totals as
select
    t.year, t.contacts, t.victims, t.victims / t.contacts as victims_per_contact,
    100.0 * (t.contacts - p.contacts) / p.contacts as contacts_growth_pct,
    100.0 * (t.victims - p.victims) / p.victims as victims_growth_pct,
    if(t.year = 2012, 60, 0) as days_missing, t.year > 2012 as is_complete
from margins.totals as t
left join margins.totals as p on p.year = t.year - 1;

create table marts.contacts_by_month as
select
    year, member::integer as month,
    if(within_breakdown = 'all', 'all', within_member) as channel, n::bigint as contacts
from margins.counts where measure = 'contacts' and breakdown = 'month';

create table marts.website_visitors as
select
    year, m::integer as month, member as site, if(m = 0, n, n // 12)::bigint as visitors,
    if(m = 0, 2 * n, n // 6)::bigint as visits, null::bigint as previous_visitors,
    null::double as growth_pct
from margins.counts, range(13) as u (m)
where measure = 'web_visitors';

create table marts.contacts_around_campaigns as
with campaigns as (
    select * from (values
        ('C2020-01', 'Spot over kindermishandeling', 'kindermishandeling', 'campaign',
            date '2020-02-01', date '2020-02-29', 1200000::bigint, 8000::bigint,
            4000.00::decimal(12, 2), []::varchar[]),
        ('C2020-02', 'Ruimere openingsuren', 'bereikbaarheid', 'service_change',
            date '2020-04-01', null::date, null, null, null, ['C2020-03']),
        ('C2020-03', 'Huiselijk geweld in de lockdown', 'huiselijk geweld', 'campaign',
            date '2020-05-04', date '2020-05-31', 900000, 7000, 3000, ['C2020-02']),
        ('C2020-04', 'Omstaanders in sport en cultuur', 'grensoverschrijdend gedrag', 'campaign',
            date '2020-10-05', date '2020-10-25', 700000, 5000, 2500, []),
        ('C2020-05', 'Zoekhulp op sociale media', 'kindermishandeling', 'media',
            date '2020-11-16', null, null, null, null, ['C2020-06']),
        ('C2020-06', 'De omroep noemt de hulplijn', 'huiselijk geweld', 'media',
            date '2020-12-07', date '2020-12-07', null, null, null, ['C2020-05']),
        ('C2020-07', 'Lied voor de dag van de hulplijn', 'bekendheid', 'media',
            date '2020-12-17', date '2020-12-17', null, null, null, ['C2020-05']),
        ('C2020-08', 'Nieuwe websites', 'bereikbaarheid', 'website',
            date '2020-12-01', null, null, null, null, ['C2020-05'])
    ) as t (campaign_id, name, theme, kind, starts_on, ends_on, impressions, clicks, spend,
        "overlaps")
),
rates as (
    select
        campaign_id,
        avg(n) filter (where day between starts_on - 28 and starts_on - 1) as before,
        avg(n) filter (where day between starts_on and last_day) as during,
        avg(n) filter (where day between starts_on - 364 and last_day - 364) as last_year,
        any_value(last_day) - any_value(starts_on) + 1 as days
    from (select *, coalesce(ends_on, date '2020-12-31') as last_day from campaigns), margins.days
    group by campaign_id
)
select
    campaign_id, name, theme, kind, starts_on, ends_on,
    28 as days_observed_before, days::integer as days_observed_during,
    before as contacts_per_day_before, during as contacts_per_day_during,
    last_year as contacts_per_day_same_weeks_last_year,
    during / before as rate_ratio, 0.9 * during / before as rate_ratio_low,
    1.1 * during / before as rate_ratio_high, during / last_year as rate_ratio_last_year,
    0.9 * during / last_year as rate_ratio_last_year_low,
    1.1 * during / last_year as rate_ratio_last_year_high,
    100.0::double as visitors_per_day_before, 140.0::double as visitors_per_day_during,
    impressions, clicks, spend, 'EUR' as currency, "overlaps"
from campaigns join rates using (campaign_id);

create table marts.figure_reconciliation as
select
    'contacts_' || year as figure_id, 2020 as year, 'totals' as section, 'count' as statistic,
    contacts::varchar as published, contacts::varchar as computed, contacts::double as low,
    contacts::double as high, 'match' as status, null::varchar as note
from margins.totals where year >= 2014;

create table marts.data_completeness as
select s as source, d::date as day, 'received' as status, 1::bigint as delivery_id
from unnest(['phone', 'mail', 'chat', 'web']) as x (s),
    range(timestamp '2020-01-01', timestamp '2021-01-01', interval 1 day) as u (d);

drop schema margins cascade;
