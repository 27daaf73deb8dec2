-- Every code keeps its row in every year, zero or not: a lost one shifts what a chart shows.
with lists as (
    select
        list,
        count(*) as codes
    from codes.code_lists
    group by all
),

counted as (
    select 'victims_by_category' as mart, year, 'category' as item, count(*) as found
    from marts.victims_by_category
    group by all
    union all
    select 'victims_by_age' as mart, year, 'age_band' as item, count(*)
    from marts.victims_by_age
    group by all
    union all
    select 'victims_by_context' as mart, year, 'context' as item, count(*)
    from marts.victims_by_context
    group by all
    union all
    select 'contacts_by_channel' as mart, year, 'channel' as item, count(*)
    from marts.contacts_by_channel
    group by all
    union all
    select 'referrals_by_outcome' as mart, year, 'outcome' as item, count(*)
    from marts.referrals_by_outcome
    group by all
    union all
    select 'victims_by_violence_form' as mart, year, 'violence_form' as item, count(*)
    from marts.victims_by_violence_form
    where category = 'all'
    group by all
    union all
    select 'victims_by_age_and_sex' as mart, year, 'sex' as item, count(*)
    from marts.victims_by_age_and_sex
    where age_band = 'adult'
    group by all
    union all
    select 'contacts_by_violence_form' as mart, year, 'violence_form' as item, count(*)
    from marts.contacts_by_violence_form
    where channel = 'all'
    group by all
    union all
    select 'website_visitors' as mart, year, 'site' as item, count(*)
    from marts.website_visitors
    where month = 0
    group by all
    union all
    select 'contact_persons' as mart, year, 'relation' as item, count(*)
    from marts.contact_persons
    where channel = 'all' and dimension = 'relation'
    group by all
)

select
    counted.mart,
    yearly_totals.year,
    counted.item || ' codes' as item,
    lists.codes as expected,
    max(counted.found) filter (where counted.year = yearly_totals.year) as found
from marts.yearly_totals as yearly_totals
cross join counted
inner join lists on counted.item = lists.list
group by all
