with
years as (select * from {{ ref('years') }}),

outcomes as ({{ codes_of('outcome') }}),

counted as (
    select
        year(day) as year,
        outcome,
        sum(referrals)::bigint as referrals,
        sum(contacts)::bigint as contacts_with_outcome
    from {{ ref('referrals_by_outcome_daily') }}
    group by all
),

totals as (
    select year(day) as year, sum(contacts)::bigint as all_contacts
    from {{ ref('contacts_by_channel_daily') }}
    group by all
),

every_code as (
    select
        years.year,
        years.is_comparable,
        outcomes.code as outcome,
        outcomes.code_group as outcome_group,
        outcomes.position,
        coalesce(counted.referrals, 0) as referrals,
        coalesce(counted.contacts_with_outcome, 0) as contacts_with_outcome,
        totals.all_contacts
    from years
    cross join outcomes
    left join counted on years.year = counted.year and outcomes.code = counted.outcome
    left join totals on years.year = totals.year
),

shared as ({{ with_shares('every_code', 'referrals', per='year') }}),

compared as (
    select
        *,
        {{ previous_year('referrals', per='outcome') }} as previous_referrals
    from shared
),

final as (
    select
        year,
        outcome,
        outcome_group,
        referrals,
        share_pct,
        share_pct_rounded,
        contacts_with_outcome,
        {{ share_pct('contacts_with_outcome', 'all_contacts') }} as share_of_contacts_pct,
        previous_referrals,
        {{ growth_pct('referrals', 'previous_referrals', 'is_comparable') }} as growth_pct
    from compared
)

select * from final
order by year, outcome
