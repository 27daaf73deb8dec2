-- Each mart against its cube, code by code and year by year: a renamed or swapped code keeps every
-- total and is still wrong.
with cubes as (
    select 'contacts_by_channel' as mart, year(day) as year, channel as item, sum(contacts) as kept
    from core.contacts_by_channel_daily
    group by all
    union all
    select
        'contacts_by_month' as mart,
        year(day) as year,
        channel || ', ' || month(day) as item,
        sum(contacts)
    from core.contacts_by_channel_daily
    group by all
    union all
    select
        'contacts_by_weekday' as mart,
        year(day) as year,
        channel || ', ' || isodow(day) as item,
        sum(contacts)
    from core.contacts_by_channel_daily
    group by all
    union all
    select
        'contacts_by_hour' as mart,
        year(day) as year,
        channel || ', ' || hour as item,
        sum(contacts)
    from core.contacts_by_hour_daily
    where hour is not null
    group by all
    union all
    select
        'contact_persons' as mart,
        year(day) as year,
        concat_ws(', ', channel, replace(dimension, 'contact_', ''), member) as item,
        sum(contacts)
    from core.contact_persons_daily
    group by all
    union all
    select
        'contacts_by_violence_form' as mart,
        year(day) as year,
        channel || ', ' || violence_form as item,
        sum(contacts)
    from core.contacts_by_violence_form_daily
    group by all
    union all
    select
        'victims_by_category' as mart,
        year(day) as year,
        category as item,
        sum(victims)
    from core.victims_by_category_daily
    group by all
    union all
    select
        'victims_by_violence_form' as mart,
        year(day) as year,
        category || ', ' || violence_form as item,
        sum(victims)
    from core.victims_by_category_daily
    group by all
    union all
    select 'victims_by_age' as mart, year(day) as year, age_band as item, sum(victims)
    from core.victims_by_age_daily
    group by all
    union all
    select
        'victims_by_age_and_sex' as mart,
        year(day) as year,
        age_band || ', ' || sex as item,
        sum(victims)
    from core.victims_by_age_daily
    group by all
    union all
    select 'victims_by_context' as mart, year(day) as year, context as item, sum(victims)
    from core.victims_by_context_daily
    group by all
    union all
    select 'referrals_by_outcome' as mart, year(day) as year, outcome as item, sum(referrals)
    from core.referrals_by_outcome_daily
    group by all
    union all
    select
        'website_visitors' as mart,
        year(day) as year,
        site || ', month ' || month(day) as item,
        sum(visitors)
    from core.web_visits
    group by all
),

marts as (
    select 'contacts_by_channel' as mart, year, channel as item, contacts as shown
    from marts.contacts_by_channel
    union all
    select 'contacts_by_month' as mart, year, channel || ', ' || month as item, contacts
    from marts.contacts_by_month
    where channel != 'all'
    union all
    select 'contacts_by_weekday' as mart, year, channel || ', ' || iso_weekday as item, contacts
    from marts.contacts_by_weekday
    where channel != 'all'
    union all
    select 'contacts_by_hour' as mart, year, channel || ', ' || hour as item, contacts
    from marts.contacts_by_hour
    where channel != 'all'
    union all
    select
        'contact_persons' as mart,
        year,
        concat_ws(', ', channel, dimension, member) as item,
        contacts
    from marts.contact_persons
    where channel != 'all' and dimension != 'relation_group'
    union all
    select
        'contacts_by_violence_form' as mart,
        year,
        channel || ', ' || violence_form as item,
        contacts
    from marts.contacts_by_violence_form
    where channel != 'all'
    union all
    select 'victims_by_category' as mart, year, category as item, victims
    from marts.victims_by_category
    union all
    select
        'victims_by_violence_form' as mart,
        year,
        category || ', ' || violence_form as item,
        victims
    from marts.victims_by_violence_form
    where category != 'all'
    union all
    select 'victims_by_age' as mart, year, age_band as item, victims
    from marts.victims_by_age
    union all
    select
        'victims_by_age_and_sex' as mart,
        year,
        age_band || ', ' || sex as item,
        victims
    from marts.victims_by_age_and_sex
    union all
    select 'victims_by_context' as mart, year, context as item, victims
    from marts.victims_by_context
    union all
    select 'referrals_by_outcome' as mart, year, outcome as item, referrals
    from marts.referrals_by_outcome
    union all
    select
        'website_visitors' as mart,
        year,
        site || ', month ' || month as item,
        visitors
    from marts.website_visitors
    where month != 0
)

select
    mart,
    year,
    item,
    coalesce(cubes.kept, 0) as expected,
    coalesce(marts.shown, 0) as found
from marts
full outer join cubes using (mart, year, item)
semi join marts.yearly_totals using (year)
