-- Every share against its part and its whole; the distance is in percentage points.
with missing_codes as (
    select
        list,
        code
    from codes.code_lists
    where code_group = 'missing'
),

parts as (
    select
        'victims_by_category' as mart,
        year,
        category as item,
        victims as part,
        sum(victims) over (partition by year) as whole,
        sum(victims) over (partition by year) as stated_whole,
        share_pct as share,
        share_pct_rounded
    from marts.victims_by_category
    union all by name
    select
        'victims_by_age' as mart,
        year,
        age_band as item,
        victims as part,
        sum(victims) over (partition by year) as whole,
        sum(victims) over (partition by year) as stated_whole,
        share_pct as share,
        share_pct_rounded
    from marts.victims_by_age
    union all by name
    select
        'contacts_by_channel' as mart,
        year,
        channel as item,
        contacts as part,
        sum(contacts) over (partition by year) as whole,
        sum(contacts) over (partition by year) as stated_whole,
        share_pct as share,
        share_pct_rounded
    from marts.contacts_by_channel
    union all by name
    select
        'referrals_by_outcome' as mart,
        year,
        outcome as item,
        referrals as part,
        sum(referrals) over (partition by year) as whole,
        sum(referrals) over (partition by year) as stated_whole,
        share_pct as share,
        share_pct_rounded
    from marts.referrals_by_outcome
    union all by name
    select
        'referrals_by_outcome' as mart,
        year,
        outcome || ', of contacts' as item,
        contacts_with_outcome as part,
        yearly_totals.contacts as whole,
        yearly_totals.contacts as stated_whole,
        share_of_contacts_pct as share
    from marts.referrals_by_outcome
    inner join marts.yearly_totals as yearly_totals using (year)
    union all by name
    select
        'contacts_by_violence_form' as mart,
        year,
        channel || ', ' || violence_form as item,
        contacts as part,
        all_contacts as whole,
        all_contacts as stated_whole,
        share_of_contacts_pct as share
    from marts.contacts_by_violence_form
    union all by name
    select
        'victims_by_violence_form' as mart,
        year,
        category || ', ' || violence_form as item,
        victims as part,
        sum(victims) filter (where missing_codes.code is null) over (partition by year, category)
            as whole,
        known_victims as stated_whole,
        share_of_known_pct as share,
        share_pct_rounded
    from marts.victims_by_violence_form
    left join missing_codes
        on missing_codes.list = 'violence_form' and violence_form = missing_codes.code
    union all by name
    select
        'victims_by_age_and_sex' as mart,
        year,
        age_band || ', ' || sex as item,
        victims as part,
        sum(victims) filter (where missing_codes.code is null) over (partition by year, age_band)
            as whole,
        known_victims as stated_whole,
        share_of_known_pct as share
    from marts.victims_by_age_and_sex
    left join missing_codes on missing_codes.list = 'sex' and sex = missing_codes.code
    union all by name
    select
        'victims_by_context' as mart,
        year,
        context as item,
        victims as part,
        sum(victims) filter (where missing_codes.code is null) over (partition by year) as whole,
        known_victims as stated_whole,
        share_of_known_pct as share
    from marts.victims_by_context
    left join missing_codes on missing_codes.list = 'context' and context = missing_codes.code
    union all by name
    select
        'contact_persons' as mart,
        year,
        channel || ', ' || dimension || ', ' || member as item,
        contacts as part,
        sum(contacts) filter (
            where dimension not in ('age_group', 'sex') or missing_codes.code is null
        ) over (partition by year, channel, dimension) as whole,
        denominator as stated_whole,
        share_pct as share,
        share_pct_rounded
    from marts.contact_persons
    left join missing_codes on missing_codes.list = 'sex' and member = missing_codes.code
    union all by name
    select
        'yearly_totals' as mart,
        year,
        'victims per contact' as item,
        victims as part,
        100 * contacts as whole,
        100 * contacts as stated_whole,
        victims_per_contact as share
    from marts.yearly_totals
)

select
    mart,
    year,
    item,
    round(100 * part / nullif(whole, 0), 4) as expected,
    round(share, 4) as found,
    greatest(
        coalesce(abs(100 * part / nullif(whole, 0) - share), 0),
        abs(coalesce(whole, 0) - stated_whole),
        -- largest remainder moves a share by less than one point
        coalesce(floor(abs(share_pct_rounded - share)), 0)
    ) as measure
from parts
