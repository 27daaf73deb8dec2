"""Weeks, months and campaigns may be subtracted from each other without telling a small count."""

import datetime as dt
from typing import Any

from pipelines.report.source import Cell, Key, YearTotal
from tests.unit.few_marts import cell, document, marts

DAY = dt.timedelta(days=1)


def report(
    few: dict[dt.date, int] | None = None, campaigns: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    """figures.json of 2019 and 2020 with ten contacts a day, but for the days named."""
    days = {dt.date(2019, 1, 1) + DAY * n: 10 for n in range(731)} | (few or {})
    cells, cells_before = cells_of(2020, days), cells_of(2019, days)
    totals = tuple(
        YearTotal(year, sum(days[d] for d in days if d.year == year), 0, None, 0, True, 12)
        for year in (2019, 2020)
    )
    # a first year with hardly a contact
    first = YearTotal(2018, 2, 0, None, 0, is_complete=True, months=1)
    around = tuple(rates(campaign, days) | campaign for campaign in campaigns)
    campaigns_now, campaigns_before = (
        tuple(one for one in around if one["starts_on"].year == year) for year in (2020, 2019)
    )
    return document(
        marts(
            cells,
            previous=cells_before,
            totals=(first, *totals),
            campaigns=campaigns_now,
            campaigns_before=campaigns_before,
        )
    )


def cells_of(year: int, days: dict[dt.date, int]) -> dict[Key, Cell]:
    """Months of a year, beside those of the year before where there are any, and its weeks."""
    cells: dict[Key, Cell] = {}
    for month in range(1, 13):
        now, before = (
            sum(n for day, n in days.items() if (day.year, day.month) == (of, month))
            for of in (year, year - 1)
        )
        cells["contacts", "month", str(month), "all", "all"] = cell(now, previous=before)
    mondays = (day - DAY * day.weekday() for day in days if day.year == year)
    for monday in dict.fromkeys(mondays):
        week = sum(days.get(monday + DAY * n, 0) for n in range(7))
        cells["contacts", "week", str(monday), "all", "all"] = cell(week)
    return cells


def rates(campaign: dict[str, Any], days: dict[dt.date, int]) -> dict[str, Any]:
    start, length = campaign["starts_on"], (campaign["ends_on"] - campaign["starts_on"]).days + 1

    def per_day(back: int, of: int) -> float:
        return sum(days.get(start - DAY * back + DAY * n, 0) for n in range(of)) / of

    weekdays = [(start + DAY * n).isoweekday() for n in range(length)]
    before = {start - DAY * (n + 1): days[start - DAY * (n + 1)] for n in range(28)}
    expected = sum(n for day, n in before.items() for w in weekdays if w == day.isoweekday()) / 4
    return {
        "days_observed_before": 28,
        "days_observed_during": length,
        "contacts_per_day_before": per_day(28, 28),
        "contacts_per_day_during": per_day(0, length),
        "contacts_per_day_same_weeks_last_year": per_day(364, length),
        "rate_ratio": length * per_day(0, length) / expected,
        "rate_ratio_low": 0.5,
        "rate_ratio_high": 2.0,
    }


def campaign(first: str, last: str, name: str = "C") -> dict[str, Any]:
    return {
        "campaign_id": name,
        "name": name,
        "kind": "campaign",
        "starts_on": dt.date.fromisoformat(first),
        "ends_on": dt.date.fromisoformat(last),
        "overlaps": "",
    }


def weeks(told: dict[str, Any]) -> list[str]:
    return [row["member"] for row in told["tables"]["contacts.week"]]


BEFORE, DURING = "contacts_per_day_before", "contacts_per_day_during"
LAST_YEAR = "contacts_per_day_same_weeks_last_year"


def told_of(told: dict[str, Any], name: str = "C") -> set[str]:
    return set(told["figures"][f"campaigns.{name}"])


def test_every_whole_week_is_told_where_no_few_days_are_small() -> None:
    told = report()
    assert len(weeks(told)) == 51
    assert told["joined"] == []


def test_few_contacts_on_the_days_at_the_end_of_a_month_do_not_follow_from_weeks() -> None:
    # 31 August 2020 is a Monday; 31 May is a Sunday, so that weeks and months begin together
    told = report({dt.date(2020, 8, 31): 3})
    assert len(weeks(told)) == 50
    assert told["joined"] == ["contacts.week"]


def test_few_contacts_on_the_first_days_of_a_month_do_not_follow_from_weeks() -> None:
    # the week of 27 July ends on Sunday 2 August
    told = report({dt.date(2020, 8, 1): 2, dt.date(2020, 8, 2): 2})
    assert len(weeks(told)) == 50


def test_a_campaign_has_its_rates_and_ratio_where_they_tell_nothing_small() -> None:
    told = report(campaigns=(campaign("2020-09-07", "2020-09-12"),))
    ratios = {"rate_ratio", "rate_ratio_low", "rate_ratio_high"}
    assert told_of(told) == {BEFORE, DURING, LAST_YEAR} | ratios


def test_a_rate_that_stands_for_few_contacts_of_last_year_is_left_out() -> None:
    # the same days of 2019 are 10 and 11 September
    few = {dt.date(2019, 9, 10): 1, dt.date(2019, 9, 11): 2}
    told = report(few, (campaign("2020-09-08", "2020-09-09"),))
    assert told_of(told) >= {BEFORE, DURING}
    assert LAST_YEAR not in told_of(told)


def test_the_one_day_of_a_week_outside_a_campaign_does_not_follow_from_its_rate() -> None:
    told = report({dt.date(2020, 9, 13): 3}, (campaign("2020-09-07", "2020-09-12"),))
    assert "2020-09-07" in weeks(told)
    assert told_of(told) == {BEFORE, LAST_YEAR}


def test_the_day_of_a_campaign_beyond_whole_weeks_does_not_follow_from_its_rate() -> None:
    told = report({dt.date(2020, 9, 14): 3}, (campaign("2020-09-07", "2020-09-14"),))
    assert told_of(told) == {BEFORE, LAST_YEAR}


def test_days_at_both_ends_of_a_week_do_not_follow_together() -> None:
    few = {dt.date(2020, 9, 7): 2, dt.date(2020, 9, 13): 1}
    assert told_of(report(few, (campaign("2020-09-08", "2020-09-12"),))) == {BEFORE, LAST_YEAR}


def test_the_day_by_which_two_campaigns_differ_does_not_follow() -> None:
    two = campaign("2020-09-08", "2020-09-09", "A"), campaign("2020-09-08", "2020-09-08", "B")
    told = report({dt.date(2020, 9, 9): 4}, two)
    assert DURING in told_of(told, "A")
    assert DURING not in told_of(told, "B")


def test_the_last_days_of_a_year_do_not_follow_from_its_weeks_in_the_report_before() -> None:
    # 28 days before Monday 6 January are three weeks that the report of 2019 prints, and this one
    turn = dt.date(2019, 12, 30)
    few = {turn + DAY * n: int(n == 3) for n in range(7)}
    own_campaign = campaign("2020-01-06", "2020-01-10")
    assert told_of(report(few, (own_campaign,))) == {DURING, LAST_YEAR}
    assert BEFORE in told_of(report(few | {turn: 9}, (own_campaign,)))


def test_a_campaign_of_the_year_before_does_not_part_the_days_of_this_ones_window() -> None:
    # 16 to 18 September 2019, a campaign then, and 16 to 19 September, the same days as this one's
    one_day = {dt.date(2019, 9, 19): 3}
    now, then = campaign("2020-09-14", "2020-09-17"), campaign("2019-09-16", "2019-09-18", "D")
    assert LAST_YEAR in told_of(report(one_day, (now,)))
    assert LAST_YEAR not in told_of(report(one_day, (now, then)))


def test_few_contacts_on_one_weekday_before_a_campaign_do_not_follow_from_its_ratio() -> None:
    sundays = {dt.date(2020, 9, 6) - 7 * DAY * n: 1 for n in range(4)}
    rest = {day + DAY: 40 for day in sundays} | {day - DAY: 40 for day in sundays}
    told = report(sundays | rest, (campaign("2020-09-07", "2020-09-12"),))
    assert told_of(told) == {BEFORE, DURING, LAST_YEAR}


def test_a_rate_over_days_of_which_some_are_missing_is_left_out() -> None:
    lacking = campaign("2020-09-07", "2020-09-12") | {"days_observed_before": 27}
    assert told_of(report(campaigns=(lacking,))) == {DURING, LAST_YEAR}
