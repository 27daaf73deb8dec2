"""Website visits, the campaign calendar and daily advertising: a few rows per day or campaign."""

import csv
import datetime as dt
import io
import json

import numpy as np
import numpy.typing as npt

from pipelines.sample import labels
from pipelines.sample.calendars import CAMPAIGNS
from pipelines.sample.deal import Floats, Random, apportion
from pipelines.sample.deliveries import Delivery
from pipelines.sample.margins import FIRST_YEAR, LAST_YEAR, WEB_VISITORS
from pipelines.sample.seasons import days_of, weekday_of

CAMPAIGN_HEADER = ("id", "naam", "thema", "soort", "medium", "start", "einde")
ADS_HEADER = (
    "Reporting starts",
    "Reporting ends",
    "Campaign name",
    "Results",
    "Reach",
    "Impressions",
    "Link clicks",
    "Amount spent (EUR)",
)
# Days on which a site was down: nobody visited it.
SITE_DOWN = {"minors": (dt.date(2012, 3, 18), dt.date(2013, 8, 4)), "adults": ()}
CAMPAIGN_LIFT = 1.25
MOVED_CAMPAIGN = "C2020-04"  # planned a week later than it came to be

Ads = dict[dt.date, list[tuple[str, int, int, int, int]]]


def web_file(delivery: Delivery, visitors: dict[dt.date, tuple[int, int]]) -> str:
    """Matomo's VisitsSummary.get by day: an empty list for a day without visits.

    As the real one does, some days bring their numbers as text.
    """
    days: list[str] = []
    for number in range((delivery.period.last - delivery.period.first).days + 1):
        day = delivery.period.first + dt.timedelta(days=number)
        unique, visits = visitors[day]
        summary = (
            {
                "nb_uniq_visitors": str(unique) if day.toordinal() % 11 == 0 else unique,
                "nb_users": 0,
                "nb_visits": str(visits) if day.toordinal() % 11 == 0 else visits,
                "nb_actions": visits * 3 + unique % 5,
                "nb_visits_converted": 0,
                "bounce_count": visits // 2,
                "sum_visit_length": visits * 95,
                "max_actions": 9 + unique % 7,
                "bounce_rate": f"{100 * (visits // 2) // visits}%",
                "nb_actions_per_visit": 3,
                "avg_time_on_site": 95,
            }
            if visits
            else []
        )
        days.append(f'"{day}":{json.dumps(summary)}')
    return "{" + ",\n".join(days) + "}\n"


def web_visitors(
    site: str, year: int, scale: int, random: Random
) -> dict[dt.date, tuple[int, int]]:
    """Unique visitors and visits of a site on each day; the visitors sum to the year's total."""
    days = days_of(year)
    expected = (
        _web_level(site, days) * np.array([1.06, 1.06, 1.05, 1.04, 1, 0.86, 0.93])[weekday_of(days)]
    )
    dates: list[dt.date] = days.tolist()
    lifted = [any(entry.runs_on(day) and entry.advertised for entry in CAMPAIGNS) for day in dates]
    expected *= np.where(lifted, CAMPAIGN_LIFT, 1) * random.lognormal(0, 0.09, len(days))
    expected[np.isin(days, np.array(SITE_DOWN[site], "datetime64[D]"))] = 0
    unique = apportion(WEB_VISITORS[site][year] * scale, expected)
    visits = unique + np.rint(unique * random.uniform(0.1, 0.3, len(days))).astype(np.int64)
    return dict(zip(dates, zip(unique.tolist(), visits.tolist(), strict=True), strict=True))


def campaign_file(delivery: Delivery) -> str:
    """The calendar of a year as known when it was exported; that of 2020 grew during the year."""
    rows: list[tuple[str, ...]] = [CAMPAIGN_HEADER]
    for entry in CAMPAIGNS:
        same_year = entry.start.year == delivery.period.first.year
        if not same_year or entry.known > delivery.exported.date():
            continue
        moved = entry.start > delivery.exported.date() and entry.code == MOVED_CAMPAIGN
        start = entry.start + dt.timedelta(days=7) if moved else entry.start
        rows.append(
            (
                entry.code,
                entry.name,
                entry.theme,
                labels.labels("campaign_kind", "nl")[entry.kind],
                entry.medium,
                start.isoformat(),
                entry.end.isoformat() if entry.end else "",
            )
        )
    return _csv(rows)


def advertising(year: int, scale: int, random: Random) -> Ads:
    """Per day the advertised campaigns: name, reach, impressions, clicks and cents spent."""
    ads: Ads = {}
    for day in days_of(year).tolist():
        for entry in CAMPAIGNS:
            if not (entry.advertised and entry.runs_on(day)):
                continue
            impressions = int(random.lognormal(9.4, 0.25)) * scale
            reach = int(impressions * random.uniform(0.55, 0.75))
            clicks = int(impressions * random.uniform(0.006, 0.012))
            cents = int(impressions * random.uniform(0.3, 0.5))
            row = (f"{entry.code} | {entry.name}", reach, impressions, clicks, cents)
            ads.setdefault(day, []).append(row)
    return ads


def ads_file(delivery: Delivery, ads: Ads) -> str:
    """Daily delivery per campaign as an advertising platform exports it, its summary row last."""
    rows: list[tuple[str, ...]] = [ADS_HEADER]
    sums = np.zeros(4, np.int64)
    for day in sorted(ads):
        if delivery.period.first <= day <= delivery.period.last:
            for name, *numbers in ads[day]:
                rows.append(_ads_row(day, day, name, numbers))
                sums += numbers
    rows.append(_ads_row(delivery.period.first, delivery.period.last, "", sums.tolist()))
    return _csv(rows)


def _ads_row(first: dt.date, last: dt.date, name: str, numbers: list[int]) -> tuple[str, ...]:
    reach, impressions, clicks, cents = numbers
    return (
        first.isoformat(),
        last.isoformat(),
        name,
        str(clicks // 12),
        str(reach),
        str(impressions),
        str(clicks),
        f"{cents // 100}.{cents % 100:02d}",
    )


def _web_level(site: str, days: npt.NDArray[np.datetime64]) -> Floats:
    years = range(FIRST_YEAR, LAST_YEAR + 1)
    daily = [WEB_VISITORS[site][year] / len(days_of(year)) for year in years]
    middles = [np.datetime64(dt.date(year, 7, 1)).astype(np.int64) for year in years]
    level: Floats = np.interp(days.astype(np.int64), middles, daily)
    lockdown = (days >= np.datetime64("2020-03-18")) & (days < np.datetime64("2020-06-15"))
    return level * np.where(lockdown, 1.2, 1)


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
