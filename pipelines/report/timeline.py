"""The year along its weeks: contacts per week, the campaigns, and the visitors of the websites."""

import datetime as dt
from typing import Any

from pipelines.report.small_cells import is_small
from pipelines.report.source import Marts

Entry = dict[str, Any]
Rows = list[dict[str, Any]]
RATES = (
    "contacts_per_day_before",
    "contacts_per_day_during",
    "contacts_per_day_same_weeks_last_year",
)
RATIOS = ("rate_ratio", "rate_ratio_low", "rate_ratio_high")


def timeline_figures(
    marts: Marts, minimum: int
) -> tuple[dict[str, Entry], dict[str, Rows], list[str]]:
    """Figures, tables and the names of tables left out, for weeks, campaigns and visitors."""
    figures: dict[str, Entry] = {}
    tables: dict[str, Rows] = {}
    left_out: list[str] = []
    weeks = _whole_weeks(marts)
    implied = [*weeks.values(), *_beside_months(marts, weeks)]
    if any(is_small(count, minimum) for count in implied):
        left_out.append("contacts.week")
    elif weeks:
        rows = []
        for monday, count in sorted(weeks.items()):
            key = f"contacts.week.{monday}"
            figures[key] = {"value": count}
            rows.append({"member": monday.isoformat(), "figures": {"all": key}})
        tables["contacts.week"] = rows
    if marts.campaigns:
        figures["campaigns"] = {"value": len(marts.campaigns)}
        tables["campaigns"] = [
            _campaign(campaign, figures, minimum) for campaign in marts.campaigns
        ]
    _visitors_by_month(marts, figures, tables, left_out, minimum)
    return figures, tables, left_out


def _whole_weeks(marts: Marts) -> dict[dt.date, int]:
    """Contacts per week, Monday first; weeks that the year cuts are left out."""
    weeks = {}
    for (measure, breakdown, member, *within), cell in marts.cells.items():
        if (measure, breakdown) == ("contacts", "week") and within == ["all", "all"]:
            monday = dt.date.fromisoformat(member)
            if monday.year == (monday + dt.timedelta(days=6)).year == marts.year:
                weeks[monday] = cell.value
    return weeks


def _beside_months(marts: Marts, weeks: dict[dt.date, int]) -> list[int]:
    """What months less weeks tell: contacts of the days that weeks leave over, up to each month."""
    told, months, within = [], 0, 0
    for month in range(1, 13):
        months += marts.month_by_channel.get((month, "all"), 0)
        within += sum(
            count
            for monday, count in weeks.items()
            if (monday + dt.timedelta(days=6)).month == month
        )
        told.append(months - within)
    return told


def _campaign(campaign: dict[str, Any], figures: dict[str, Entry], minimum: int) -> dict[str, Any]:
    """One row: dates, and contacts per day around it unless they stand for too few contacts.

    The ratio is printed only where no other campaign or change of the service lies in its windows.
    """
    key = f"campaigns.{campaign['campaign_id']}"
    entry: Entry = {}
    days = {
        "contacts_per_day_before": campaign["days_observed_before"],
        "contacts_per_day_during": campaign["days_observed_during"],
    }
    counted = all(
        campaign[name] is not None
        and not is_small(round(campaign[name] * (days[name] or 0)), minimum)
        for name in days
    )
    if counted:
        for name in RATES:
            if campaign[name] is not None:
                entry[name] = round(float(campaign[name]), 1)
        if not campaign["overlaps"] and all(campaign[name] is not None for name in RATIOS):
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
