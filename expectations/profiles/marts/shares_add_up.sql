-- Whole percentages that belong together are rounded by largest remainder, so that they add up.
with rounded as (
    select 'victims_by_category' as mart, year, '' as item, share_pct_rounded
    from marts.victims_by_category
    union all
    select 'victims_by_violence_form' as mart, year, category as item, share_pct_rounded
    from marts.victims_by_violence_form
    union all
    select 'victims_by_age' as mart, year, '' as item, share_pct_rounded
    from marts.victims_by_age
    union all
    select 'contacts_by_channel' as mart, year, '' as item, share_pct_rounded
    from marts.contacts_by_channel
    union all
    select
        'contact_persons' as mart,
        year,
        channel || ', ' || dimension as item,
        share_pct_rounded
    from marts.contact_persons
    union all
    select 'referrals_by_outcome' as mart, year, '' as item, share_pct_rounded
    from marts.referrals_by_outcome
)

select
    mart,
    year,
    item,
    100 as expected,
    sum(share_pct_rounded) as found
from rounded
group by all
having sum(share_pct_rounded) is not null
