"""One whole night on the sample, seen from outside: what comes out, and what a second one does."""

import contextlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import DataNotPassed
from pipelines.night import run_night
from pipelines.settings import Settings


def released(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(settings.current_release / "helpline.duckdb"), read_only=True) as db:
        return db.execute(sql).fetchall()


def every_mart(settings: Settings) -> dict[str, set[tuple[object, ...]]]:
    names = released(
        settings, "select table_name from duckdb_tables() where schema_name = 'marts' order by all"
    )
    return {
        str(name): set(map(tuple, released(settings, f"select * from marts.{name}")))
        for (name,) in names
    }


def test_the_published_totals_of_2020_come_out(night_home: Path) -> None:
    totals = "select contacts, victims, is_complete from marts.yearly_totals where year = 2020"
    assert released(Settings(home=night_home), totals) == [(8059, 11305, True)]


def test_every_published_figure_matches(night_home: Path) -> None:
    found = released(
        Settings(home=night_home),
        "select status, count(*) from marts.figure_reconciliation group by status",
    )
    assert found == [("match", 100)]


def test_2013_has_no_growth_because_2012_begins_in_march(night_home: Path) -> None:
    found = released(
        Settings(home=night_home),
        "select year, is_complete, contacts_growth_pct is null from marts.yearly_totals "
        "where year in (2012, 2013, 2014) order by year",
    )
    assert found == [(2012, False, True), (2013, True, True), (2014, True, False)]


def test_the_release_says_that_it_is_the_sample(night_home: Path) -> None:
    manifest = json.loads((Settings(home=night_home).current_release / "MANIFEST.json").read_text())
    assert manifest["is_sample"] is True


def test_a_second_night_finds_nothing_new_and_leaves_the_release(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    before = settings.current_release.resolve()
    night = run_night(settings)
    assert not night.news
    assert not night.is_new_release
    assert settings.current_release.resolve() == before


def test_the_same_deliveries_in_another_order_give_the_same_marts(
    night_home: Path, sample_home: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    files = sorted(path for path in (sample_home / "landing").rglob("*") if path.is_file())
    # three nights: a third of the files each, the newest files first
    for night in range(3):
        for path in files[::-1][night::3]:
            target = settings.landing / path.relative_to(sample_home / "landing")
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
        shutil.copy2(sample_home / "landing" / "SAMPLE.json", settings.sample_file)
        try:
            run_night(settings)
        except DataNotPassed:
            assert night < 2, "with everything delivered, every check passes"
    assert every_mart(settings) == every_mart(Settings(home=night_home))


def test_a_broken_delivery_stops_publication_and_yesterdays_release_stays(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    before = settings.current_release.resolve()
    last = settings.landing / "phone" / "oproepen_2020-12-31.csv"
    text = last.read_text(encoding="utf-8")
    correction = settings.landing / "phone" / "oproepen_correctie_2020-12-31.csv"
    correction.write_text(text.replace("Kindermishandeling", "Kindermishandelingen"))
    with pytest.raises(DataNotPassed, match="unmapped"):
        run_night(settings)
    assert settings.current_release.resolve() == before


def command_line(pid: int | str) -> bytes:
    """Program and arguments of a process, each ended by a zero byte."""
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def pythons_below(pid: int) -> set[str]:
    """The Pythons that a process has started and that still live.

    Other programs come and go: Dagster asks `file` for the width of a word, dbt asks `uname`. Until
    it becomes one, a child is a copy of its parent and has its command line.
    """
    found: set[str] = set()
    with contextlib.suppress(OSError):  # a thread, a child, or the process, has just ended
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                line = command_line(child)
                if b"python" in line.partition(b"\0")[0] and line != command_line(pid):
                    found.add(child)
    return found


def test_the_command_line_ends_with_a_table_and_the_paths_and_starts_no_second_python(
    night_home: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(night_home, home, symlinks=True)
    night = subprocess.Popen(
        [sys.executable, "-m", "pipelines.cli", "run"],
        env={**os.environ, "HELPLINE_HOME": str(home)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    started: set[str] = set()
    while night.poll() is None:
        started |= pythons_below(night.pid)
        time.sleep(0.02)
    told, complaints = night.communicate()
    assert night.returncode == 0, complaints
    assert "Nothing new came in" in told
    assert "2020        8,059    11,305     +49%" in told
    assert str(home / "published" / "current") in told
    assert "Traceback" not in complaints
    assert not started
