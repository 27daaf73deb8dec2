"""A file damaged in a way that no rule was made for: the night refuses, and mends itself later."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipelines.settings import Settings
from tests.integration.canaries import EXPORTED, Row, edit_json, edit_table

DAMAGED = "oproepen_correctie_2020-11.csv"
VISITS = (
    "select visits from marts.website_visitors where year = 2020 and month = 12 and site = 'adults'"
)
CALLS = "select contacts from marts.contacts_by_channel where year = 2020 and channel = 'phone'"


def run(settings: Settings) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "run"],
        env={
            **os.environ,
            "HELPLINE_HOME": str(settings.home),
            "HELPLINE_SETTLE_SECONDS": "0",
        },
        capture_output=True,
        text=True,
        check=False,
    )


def released(settings: Settings, sql: str) -> int:
    with duckdb.connect(str(settings.current_release / "helpline.duckdb"), read_only=True) as db:
        row = db.execute(f"{sql} order by all limit 1").fetchone()
    assert row is not None
    return int(row[0])


def as_on_a_clock_face(rows: list[Row]) -> None:
    """Times of the afternoon without their 12, as after a changed setting of the export."""
    for row in rows:
        day, time = row["Begin"].split(" ")
        hour, rest = time.split(":", 1)
        row["Begin"] = f"{day} {(int(hour) - 1) % 12 + 1:02}:{rest}"


def one_visit_more(days: dict[str, dict[str, Any]]) -> None:
    days["2020-12-30"]["nb_visits"] = int(days["2020-12-30"]["nb_visits"]) + 1


def test_a_night_refuses_a_damaged_file_and_the_next_publishes_all_that_waited(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    november = settings.landing / "phone" / "oproepen_2020-11.csv"
    correction = november.with_name(DAMAGED)
    web = settings.landing / "web" / "matomo_adults_2020-12-30.json"
    yesterday = settings.current_release.resolve()
    visits, calls = released(settings, VISITS), released(settings, CALLS)

    edit_table(november, correction, as_on_a_clock_face)
    edit_json(web, web, one_visit_more)
    refused = run(settings)
    assert refused.returncode == 1, refused.stderr
    assert "nothing was published and the current release stays" in refused.stderr
    said = failure(refused.stderr, "composition_break on raw/phone")
    assert f"file_name {DAMAGED}" in said
    assert "first_day 2020-11-01, last_day 2020-11-30" in said
    assert "dimension hour" in said
    assert settings.current_release.resolve() == yesterday
    assert released(settings, VISITS) == visits

    edit_table(november, correction, lambda rows: None)
    os.utime(correction, (EXPORTED + 60, EXPORTED + 60))
    mended = run(settings)
    assert mended.returncode == 0, mended.stderr
    assert settings.current_release.resolve() != yesterday
    assert released(settings, VISITS) == visits + 1
    assert released(settings, CALLS) == calls
    assert Path(yesterday).is_dir()


def failure(text: str, name: str) -> str:
    """The line that says what a check found."""
    lines = [line for line in text.splitlines() if f"{name}: does not hold" in line]
    assert lines, text
    return lines[0]
