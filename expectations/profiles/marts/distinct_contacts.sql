-- A contact is counted once per code, so no code has more contacts than there are.
select
    'contacts_by_violence_form' as mart,
    year,
    channel || ', ' || violence_form as item,
    all_contacts as expected,
    contacts as found,
    greatest(0, contacts - all_contacts) as measure
from marts.contacts_by_violence_form
union all
select
    'referrals_by_outcome' as mart,
    year,
    outcome as item,
    yearly_totals.contacts as expected,
    contacts_with_outcome as found,
    greatest(0, contacts_with_outcome - yearly_totals.contacts) as measure
from marts.referrals_by_outcome
inner join marts.yearly_totals as yearly_totals using (year)
