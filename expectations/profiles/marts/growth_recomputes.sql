-- Growth against the values that it came from; the distance is in percentage points, or in units
-- where a table repeats the value of the year before.
with grown as (
    select
        'yearly_totals' as mart,
        year,
        'contacts' as item,
        contacts as value,
        lag(contacts) over (order by year) as previous,
        lag(contacts) over (order by year) as stated_previous,
        contacts_growth_pct as growth
    from marts.yearly_totals
    union all
    select
        'yearly_totals' as mart,
        year,
        'victims' as item,
        victims,
        lag(victims) over (order by year),
        lag(victims) over (order by year),
        victims_growth_pct
    from marts.yearly_totals
    union all
    select
        'victims_by_category' as mart,
        year,
        category as item,
        victims,
        lag(victims) over (partition by category order by year),
        previous_victims,
        growth_pct
    from marts.victims_by_category
    union all
    select
        'contacts_by_channel' as mart,
        year,
        channel as item,
        contacts,
        lag(contacts) over (partition by channel order by year),
        previous_contacts,
        growth_pct
    from marts.contacts_by_channel
    union all
    select
        'referrals_by_outcome' as mart,
        year,
        outcome as item,
        referrals,
        lag(referrals) over (partition by outcome order by year),
        previous_referrals,
        growth_pct
    from marts.referrals_by_outcome
    union all
    select
        'website_visitors' as mart,
        year,
        site || ', month ' || month as item,
        visitors,
        lag(visitors) over (partition by site, month order by year),
        previous_visitors,
        growth_pct
    from marts.website_visitors
)

select
    mart,
    year,
    item,
    round(100 * (value - previous) / nullif(previous, 0), 4) as expected,
    round(growth, 4) as found,
    greatest(
        if(growth is null, 0, coalesce(abs(100 * (value - previous) / previous - growth), 1)),
        if(previous is distinct from stated_previous, 1, 0)
    ) as measure
from grown
