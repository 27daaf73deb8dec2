with

referrals as (

    select * from {{ ref('referrals') }}
    where day in ({{ pending_days('referrals_by_outcome_daily') }})

),

final as (

    select
        day,
        outcome,
        count(*) as referrals,
        -- a referral is a distinct contact and outcome, so each contact is here once
        count(*) as contacts
    from referrals
    group by all

)

select * from final
order by day
