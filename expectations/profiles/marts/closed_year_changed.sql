-- A year is closed once a release has it complete: what changes after that, readers must be told.
select
    'figures' as mart,
    year,
    concat_ws(', ', measure, breakdown, member, within_breakdown, within_member) as item,
    old_figures.value as expected,
    new_figures.value as found
from released_figures as old_figures
inner join marts.figures as new_figures
    using (year, measure, breakdown, member, within_breakdown, within_member)
semi join (
    select released_yearly_totals.year
    from released_yearly_totals
    cross join night
    where is_complete and released_yearly_totals.year < year(night.as_of_day)
) as closed_years using (year)
