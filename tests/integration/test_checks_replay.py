"""False alarms: seven years of the sample, month by month, with the clock moved along.

Both borders judge each of the 85 nights, dbt included; what they say of each year is printed
(`pytest -s`). The lockdown of 2020 is among them.
"""

import datetime as dt
from collections import Counter
from pathlib import Path

import pytest

from pipelines.sample import write_sample
from pipelines.settings import ZONE, Settings
from tests.integration.judged_world import judge_night, land

YEARS = range(2014, 2021)
FIRST_OF_MONTHS = [dt.date(2014, 1, 1)] + [
    dt.date(year + month // 12, month % 12 + 1, 1) for year in YEARS for month in range(1, 13)
]
MOST_WARNINGS_A_YEAR = 2


@pytest.mark.slow
def test_seven_years_bring_no_blocking_failure_and_at_most_two_warnings_a_year(
    tmp_path: Path,
) -> None:
    exports = tmp_path / "exports"
    write_sample(exports, monthly=True)
    warnings: Counter[int] = Counter()
    stopped: list[tuple[dt.date, str, str]] = []
    for day in FIRST_OF_MONTHS:
        clock = dt.datetime(day.year, day.month, day.day, 4, tzinfo=ZONE)
        settings = Settings(home=tmp_path, as_of=clock.isoformat(), settle_seconds=0)
        assert land(exports, settings, clock.timestamp())
        for result in judge_night(settings, f"night-{day}"):
            if result.stops_publication:
                stopped.append((day, result.rule, result.asset))
                say(f"{day} blocked: {result.rule} {result.asset} {result.offending[:1]}")
            elif not result.passed:
                warnings[(day - dt.timedelta(days=1)).year] += 1
                say(f"{day} warned: {result.rule} {result.asset} {result.offending[:1]}")
    for year in YEARS:
        say(f"{year}: {warnings[year]} warnings")
    assert not stopped
    assert max(warnings.values(), default=0) <= MOST_WARNINGS_A_YEAR


def say(text: str) -> None:
    """Aggregates only, for whoever looks why it failed."""
    print(text, flush=True)  # noqa: T201 - pytest shows it with -s and when the test fails
