"""The year along its weeks: contacts per week, the campaigns, and the visitors of the websites."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from pipelines.report.rows import Table
from pipelines.report.small_cells import is_small
from pipelines.report.source import Marts
from pipelines.report.stretches import Span, Stretches

Entry = dict[str, Any]
Rows = list[dict[str, Any]]
Windows = dict[str, Span]
BEFORE = "contacts_per_day_before"
DURING = "contacts_per_day_during"
LAST_YEAR = "contacts_per_day_same_weeks_last_year"
DAYS_BEFORE = 28
DAYS_BACK = 364
"""So many days before a campaign are the same weeks, Monday to Sunday, of the year before."""

RATIOS = ("rate_ratio", "rate_ratio_low", "rate_ratio_high")


def timeline_figures(
    marts: Marts, minimum: int, months: list[Span], months_before: list[Span]
) -> tuple[dict[str, Entry], dict[str, Rows], list[str], list[str]]:
    """Weeks, campaigns and visitors, given the contacts of months as they are printed.

    Args:
        months_before: those that the report of the year before prints.

    Returns:
        Figures, tables, and the names of tables that lack rows and of those left out.
    """
    figures: dict[str, Entry] = {}
    tables: dict[str, Rows] = {}
    coarsened: list[str] = []
    left_out: list[str] = []
    years = {
        total.year: Span(dt.date(total.year, 1, 1), dt.date(total.year + 1, 1, 1), total.contacts)
        for total in marts.totals
        if total.is_tellable(minimum)
    }
    weeks, windows = _whole_weeks(marts), _windows_of_all(marts)
    told_before = []
    if marts.year - 1 in years:
        before = marts.year_before
        told_before = [*_whole_weeks(before), *_spans(_windows_of_all(before))]
    stretches = Stretches(
        [*years.values(), *months_before, *months],
        [*told_before, *weeks, *_spans(windows)],
        minimum,
    )
    for span in told_before:
        stretches.tell(span)  # in that report, as far as it tells nothing small there
    rows = []
    for week in weeks:
        if stretches.tell(week):
            key = f"contacts.week.{week.first}"
            figures[key] = {"value": week.contacts}
            rows.append({"member": week.first.isoformat(), "figures": {"all": key}})
    if rows:
        tables["contacts.week"] = rows
    if len(rows) < len(weeks):
        (coarsened if rows else left_out).append("contacts.week")
    if marts.campaigns:
        figures["campaigns"] = {"value": len(marts.campaigns)}
        tables["campaigns"] = [
            _campaign(campaign, windows[campaign["campaign_id"]], stretches, figures, minimum)
            for campaign in marts.campaigns
        ]
    _visitors_by_month(marts, figures, tables, left_out, minimum)
    return figures, tables, coarsened, left_out


def month_spans(rows: Rows, figures: dict[str, Entry], year: int) -> list[Span]:
    """The contacts of months, joined or not, as their table prints them for two years."""
    spans = []
    for row in rows:
        months, figure = [int(code) for code in row["codes"]], figures[row["figures"]["all"]]
        for name, of_year in (("value", year), ("previous", year - 1)):
            if name in figure:
                spans.append(_month_span(of_year, months, figure[name]))
    return spans


def joined_months(table: Table) -> list[Span]:
    """The contacts of months, joined as the report that `table` is of prints them."""
    spans = []
    for codes in table.blocks.parts:
        cells = [table.marts.cell("contacts", "month", code) for code in codes]
        contacts = sum(cell.value for cell in cells if cell)
        spans.append(_month_span(table.marts.year, [int(code) for code in codes], contacts))
    return spans


def _month_span(year: int, months: Sequence[int], contacts: int) -> Span:
    after = dt.date(year, max(months), 28) + dt.timedelta(days=4)
    return Span(dt.date(year, min(months), 1), after.replace(day=1), contacts)


def _whole_weeks(marts: Marts) -> list[Span]:
    """Contacts per week, Monday first; weeks that the year cuts are left out."""
    weeks = []
    for (measure, breakdown, member, *within), cell in marts.cells.items():
        if (measure, breakdown) == ("contacts", "week") and within == ["all", "all"]:
            monday = dt.date.fromisoformat(member)
            if monday.year == (monday + dt.timedelta(days=6)).year == marts.year:
                weeks.append(Span(monday, monday + dt.timedelta(days=7), cell.value))
    return sorted(weeks)


def _windows_of_all(marts: Marts) -> dict[str, Windows]:
    return {campaign["campaign_id"]: _windows(campaign, marts) for campaign in marts.campaigns}


def _spans(windows: dict[str, Windows]) -> list[Span]:
    return [span for of_one in windows.values() for span in of_one.values()]


def _windows(campaign: dict[str, Any], marts: Marts) -> Windows:
    """The windows of a campaign whose contacts follow from a rate: those without a missing day."""
    start, end = campaign["starts_on"], campaign["ends_on"]
    days = campaign["days_observed_during"]
    before = [total for total in marts.totals if total.year == marts.year - 1]
    is_whole = {
        BEFORE: campaign["days_observed_before"] == DAYS_BEFORE,
        DURING: (end - start).days + 1 == days if end else marts.total.is_complete,
        LAST_YEAR: bool(before) and before[0].is_whole and marts.total.is_complete,
    }
    placed = {BEFORE: (-DAYS_BEFORE, DAYS_BEFORE), DURING: (0, days), LAST_YEAR: (-DAYS_BACK, days)}
    windows = {}
    for name, (distance, length) in placed.items():
        if is_whole[name] and campaign[name] is not None:
            first = start + dt.timedelta(days=distance)
            contacts = round(campaign[name] * length)
            windows[name] = Span(first, first + dt.timedelta(days=length), contacts)
    return windows


def _campaign(
    campaign: dict[str, Any],
    windows: Windows,
    stretches: Stretches,
    figures: dict[str, Entry],
    minimum: int,
) -> dict[str, Any]:
    """One row: dates, and contacts per day around it where they do not tell a small count.

    The ratio is printed only where no other campaign or change of the service lies in its windows.
    """
    key = f"campaigns.{campaign['campaign_id']}"
    entry: Entry = {
        name: round(float(campaign[name]), 1)
        for name, window in windows.items()
        if stretches.tell(window)
    }
    is_told = {BEFORE, DURING} <= entry.keys() and not campaign["overlaps"]
    if (
        is_told
        and all(campaign[name] is not None for name in RATIOS)
        and not any(is_small(count, minimum) for count in _weekdays_told(campaign, windows))
    ):
        entry |= {name: round(float(campaign[name]), 2) for name in RATIOS}
    figures[key] = entry
    return {
        "member": campaign["campaign_id"],
        "name": campaign["name"],
        "kind": campaign["kind"],
        "starts_on": campaign["starts_on"].isoformat(),
        "ends_on": campaign["ends_on"].isoformat() if campaign["ends_on"] else None,
        "overlaps": bool(campaign["overlaps"]),
        "figures": {"all": key},
    }


def _weekdays_told(campaign: dict[str, Any], windows: Windows) -> tuple[int, int]:
    """What a ratio tells of the window before: contacts of some of its weekdays, and of the others.

    It is a ratio to as many contacts as the weekdays of the campaign would have at the rate before.
    """
    before, during = windows[BEFORE].contacts, windows[DURING].contacts
    weeks, further_days = divmod((windows[DURING].after - windows[DURING].first).days, 7)
    if not further_days:
        return (0, before)
    expected = during / campaign["rate_ratio"]
    some = round(DAYS_BEFORE // 7 * expected - weeks * before)
    return (some, before - some)


def _visitors_by_month(
    marts: Marts,
    figures: dict[str, Entry],
    tables: dict[str, Rows],
    left_out: list[str],
    minimum: int,
) -> None:
    """Sums of daily unique visitors of all sites per month of the year."""
    months: dict[int, int] = {}
    for (year, month, _), visitors in marts.visitors_by_month.items():
        if year == marts.year and month > 0:
            months[month] = months.get(month, 0) + visitors
    if not any(months.values()):
        return
    if any(is_small(count, minimum) for count in months.values()):
        left_out.append("web_visitors.month")
        return
    rows = []
    for month, visitors in sorted(months.items()):
        key = f"web_visitors.month.{month}"
        figures[key] = {"value": visitors}
        rows.append({"member": str(month), "figures": {"all": key}})
    tables["web_visitors.month"] = rows
