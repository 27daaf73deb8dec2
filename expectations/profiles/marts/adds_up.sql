-- Parts against the total of the year, or against the total that a table states itself. Contacts
-- by main form of violence and by outcome are distinct contacts per code: these are added over
-- channels and never over codes.
with totals as (
    select
        year,
        contacts,
        victims
    from marts.yearly_totals
),

channel_totals as (
    select
        year,
        channel,
        contacts
    from marts.contacts_by_channel
    union all
    select
        year,
        'all' as channel,
        contacts
    from totals
),

victim_parts as (
    select 'victims_by_category' as mart, year, victims from marts.victims_by_category
    union all
    select 'victims_by_age' as mart, year, victims from marts.victims_by_age
    union all
    select 'victims_by_age_and_sex' as mart, year, victims from marts.victims_by_age_and_sex
    union all
    select 'victims_by_context' as mart, year, victims from marts.victims_by_context
    union all
    select 'victims_by_violence_form' as mart, year, victims
    from marts.victims_by_violence_form
    where category = 'all'
),

victim_sums as (
    select
        mart,
        year,
        sum(victims) as found
    from victim_parts
    group by all
),

victims_of_the_year as (
    select
        marts.mart,
        year,
        'victims of the year' as item,
        totals.victims as expected,
        victim_sums.found
    from totals
    cross join (select distinct mart from victim_parts) as marts
    full outer join victim_sums using (mart, year)
),

channel_parts as (
    select 'contacts_by_month' as mart, year, channel, contacts from marts.contacts_by_month
    union all
    select 'contacts_by_weekday' as mart, year, channel, contacts from marts.contacts_by_weekday
    union all
    select 'contacts_by_hour' as mart, year, channel, contacts from marts.contacts_by_hour
    union all
    -- a source may know days only: its contacts have no hour, and no row in the mart
    select 'contacts_by_hour' as mart, year(day) as year, channel, contacts
    from core.contacts_by_hour_daily
    where hour is null
    union all
    select 'contacts_by_hour' as mart, year(day) as year, 'all' as channel, contacts
    from core.contacts_by_hour_daily
    where hour is null
    union all
    select
        'contact_persons' as mart,
        year,
        channel || ', ' || dimension as channel,
        contacts
    from marts.contact_persons
),

channel_sums as (
    select
        mart,
        year,
        channel,
        sum(contacts) as found
    from channel_parts
    group by all
),

contacts_of_the_channel as (
    select
        channel_sums.mart,
        channel_sums.year,
        'contacts, ' || channel_sums.channel as item,
        channel_totals.contacts as expected,
        channel_sums.found
    from channel_sums
    left join channel_totals
        on
            channel_sums.year = channel_totals.year
            and split_part(channel_sums.channel, ', ', 1) = channel_totals.channel
),

years_present as (
    select
        marts.mart,
        totals.year,
        'contacts of the year' as item,
        totals.contacts as expected,
        sum(channel_sums.found) as found
    from totals
    cross join (
        select unnest(['contacts_by_month', 'contacts_by_weekday', 'contacts_by_hour']) as mart
    ) as marts
    left join channel_sums
        on
            marts.mart = channel_sums.mart
            and totals.year = channel_sums.year
            and channel_sums.channel = 'all'
    group by all
),

channels as (
    select
        'contacts_by_channel' as mart,
        year,
        'contacts of the year' as item,
        any_value(totals.contacts) as expected,
        sum(contacts_by_channel.contacts) as found
    from totals
    full outer join marts.contacts_by_channel as contacts_by_channel using (year)
    group by all
),

forms_of_a_category as (
    select
        'victims_by_violence_form' as mart,
        forms.year,
        'victims, ' || forms.category as item,
        any_value(categories.victims) as expected,
        sum(forms.victims) as found
    from marts.victims_by_violence_form as forms
    inner join marts.victims_by_category as categories
        on forms.year = categories.year and forms.category = categories.category
    group by all
),

sexes_of_a_band as (
    select
        'victims_by_age_and_sex' as mart,
        sexes.year,
        'victims, ' || sexes.age_band as item,
        any_value(bands.victims) as expected,
        sum(sexes.victims) as found
    from marts.victims_by_age_and_sex as sexes
    inner join marts.victims_by_age as bands
        on sexes.year = bands.year and sexes.age_band = bands.age_band
    group by all
),

channels_of_a_form as (
    select
        'contacts_by_violence_form' as mart,
        year,
        'contacts, ' || violence_form as item,
        sum(contacts) filter (where channel = 'all') as expected,
        sum(contacts) filter (where channel != 'all') as found
    from marts.contacts_by_violence_form
    group by all
),

all_contacts_of_a_form as (
    select
        'contacts_by_violence_form' as mart,
        forms.year,
        'all contacts, ' || forms.channel || ', ' || forms.violence_form as item,
        channel_totals.contacts as expected,
        forms.all_contacts as found
    from marts.contacts_by_violence_form as forms
    left join channel_totals
        on forms.year = channel_totals.year and forms.channel = channel_totals.channel
),

outcomes as (
    -- a referral is a distinct contact and outcome, so both counts are one
    select
        'referrals_by_outcome' as mart,
        year,
        'contacts, ' || outcome as item,
        referrals as expected,
        contacts_with_outcome as found
    from marts.referrals_by_outcome
),

months_of_a_site as (
    select
        'website_visitors' as mart,
        year,
        'visitors, ' || site as item,
        sum(visitors) filter (where month = 0) as expected,
        sum(visitors) filter (where month != 0) as found
    from marts.website_visitors
    group by all
    union all
    select
        'website_visitors' as mart,
        year,
        'visits, ' || site as item,
        sum(visits) filter (where month = 0) as expected,
        sum(visits) filter (where month != 0) as found
    from marts.website_visitors
    group by all
),

missing_days as (
    select
        'yearly_totals' as mart,
        yearly_totals.year,
        'days missing' as item,
        count(distinct completeness.day) as expected,
        any_value(yearly_totals.days_missing) as found
    from marts.yearly_totals as yearly_totals
    left join (
        select
            data_completeness.source,
            data_completeness.day
        from marts.data_completeness as data_completeness
        semi join core.sources as sources
            on data_completeness.source = sources.source and sources.is_contact_source
        where data_completeness.status in ('missing', 'rejected')
    ) as completeness
        on yearly_totals.year = year(completeness.day)
    group by all
)

select * from victims_of_the_year
union all by name
select * from contacts_of_the_channel
union all by name
select * from years_present
union all by name
select * from channels
union all by name
select * from forms_of_a_category
union all by name
select * from sexes_of_a_band
union all by name
select * from channels_of_a_form
union all by name
select * from all_contacts_of_a_form
union all by name
select * from outcomes
union all by name
select * from months_of_a_site
union all by name
select * from missing_days
