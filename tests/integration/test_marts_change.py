"""What a change of one record moves, and that the way to the marts does not matter."""

import csv
import io
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.settings import Settings
from tests.integration.marts_night import differences, ingest_and_build

DAY_FILE = "oproepen_2020-12-30.csv"


def deliver_changed_call(landing: Path) -> None:
    """Export 30 December again: one caller who wished to stay anonymous now does not."""
    lines = csv.DictReader(
        io.StringIO((landing / DAY_FILE).read_text(encoding="utf-8-sig"), newline=""),
        delimiter=";",
    )
    calls = list(lines)
    numbers = [call["Oproepnummer"] for call in calls]
    changed = next(
        call
        for call in calls
        if call["Anoniem"] == "Ja"
        and call["Soort oproep"] == "Oproep"
        and numbers.count(call["Oproepnummer"]) == 1
    )
    changed["Anoniem"] = "Nee"
    for call in calls:
        call["Geëxporteerd op"] = "31/12/2020 06:00:00"
    target = landing / "oproepen_correctie_2020-12-30.csv"
    with target.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, lines.fieldnames or (), delimiter=";", lineterminator="\r\n")
        writer.writeheader()
        writer.writerows(calls)
    os.utime(target, (1609394400, 1609394400))


@pytest.fixture
def changed_home(copied_home: Callable[[], Settings]) -> Settings:
    """The finished night, then a night in which one record came in changed."""
    settings = copied_home()
    deliver_changed_call(settings.landing / "phone")
    ingest_and_build(settings, "changed")
    return settings


def test_a_changed_record_moves_the_figures_it_touches_and_no_other_and_a_rebuild_agrees(
    changed_home: Settings, night_home: Path, tmp_path: Path
) -> None:
    moved = differences(Settings(home=night_home), changed_home)

    touched = {("true", "all", "all"), ("true", "channel", "phone")}
    touched |= {("false", "all", "all"), ("false", "channel", "phone")}
    assert set(moved) == {
        "contact_persons",
        "figures",
        "figure_reconciliation",
        "data_completeness",
    }
    for before_or_after in moved["figures"]:
        keys = {(row[3], row[4], row[5]) for row in before_or_after}
        assert keys == touched
        assert {row[:3] for row in before_or_after} == {(2020, "contacts", "anonymous")}
    for before_or_after in moved["contact_persons"]:
        assert {row[:4] for row in before_or_after} == {
            (2020, channel, "anonymous", member)
            for channel in ("all", "phone")
            for member in ("true", "false")
        }
    before, after = ({row[0]: row for row in side} for side in moved["figure_reconciliation"])
    assert set(before) == set(after) == {"anonymous_2020", "anonymous_2020_share"}
    assert before["anonymous_2020"][5] == "5739"
    assert after["anonymous_2020"][5] == "5738"
    assert after["anonymous_2020"][8] == "differs"
    assert after["anonymous_2020_share"][8] == "match"  # 71.2%
    for before_or_after in moved["data_completeness"]:
        assert {(row[0], row[1].isoformat()) for row in before_or_after} == {
            ("phone", "2020-12-30")
        }

    from_nothing = Settings(home=tmp_path / "from_nothing")
    shutil.copytree(changed_home.landing, from_nothing.landing)
    ingest_and_build(from_nothing, "from nothing")
    assert differences(changed_home, from_nothing) == {}
