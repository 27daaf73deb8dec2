"""Nights while the clock changes, on 29 February, at New Year, and with a clock set back a day."""

import datetime as dt
import os
import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.ready import mend
from pipelines.sample import write_sample
from pipelines.transform import NOT_AT_NIGHT
from tests.faults.judge import tables_that_differ
from tests.integration.dbt_runner import NodesFailed, run_in_process
from tests.integration.landing_world import World, call, phone_file

SET_BACK = "2020-12-30T23:59:59+01:00"
"""Core holds a day that has not come yet then: the night stops, and readers keep what they had."""
CLOCKS = (
    "2020-02-29T23:58:00+01:00",
    "2020-03-01T00:00:00+01:00",
    "2020-03-29T01:59:59+01:00",
    "2020-03-29T03:00:00+02:00",
    "2020-10-25T02:30:00+02:00",
    "2020-10-25T02:30:00+01:00",
    "2020-12-31T23:59:59+01:00",
    SET_BACK,
    "2021-01-01T00:00:00+01:00",
)
SHORT = tuple(CLOCKS[number] for number in (0, 3, 5, 6, 7, 8))
MISSING = (
    "select line from raw.rejects join raw.deliveries using (delivery_id) "
    "where reason_code = 'NONEXISTENT_LOCAL_TIME' and file_name = 'oproepen_nacht_2020-03-29.csv'"
)
DOUBLED = (
    "select line from raw.contacts join raw.deliveries using (delivery_id) "
    "where is_ambiguous_hour and file_name = 'oproepen_nacht_2020-10-25.csv'"
)
SPRING = ("29/03/2020 01:45:00", "29/03/2020 02:30:00", "29/03/2020 03:15:00")
AUTUMN = ("25/10/2020 01:45:00", "25/10/2020 02:30:00", "25/10/2020 03:15:00")


def export_of(begins: tuple[str, ...], exported: str) -> bytes:
    """Calls that begin then, in an export made then."""
    return phone_file(
        *(
            call(Oproepnummer=f"D{n}", Begin=begin, Einde=begin, Geëxporteerd_op=exported)
            for n, begin in enumerate(begins)
        )
    )


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """The sample of 2020, and an export of each night on which an hour is missing or doubled."""
    folder = tmp_path / "exports"
    write_sample(folder, years={2020})
    (folder / "SAMPLE.json").unlink()
    for name, begins, exported in (
        ("oproepen_nacht_2020-03-29.csv", SPRING, "29/03/2020 03:30:00"),
        ("oproepen_nacht_2020-10-25.csv", AUTUMN, "25/10/2020 03:30:00"),
    ):
        path = folder / "phone" / name
        path.write_bytes(export_of(begins, exported))
        day = dt.datetime.fromisoformat(f"{name[-14:-4]}T02:30:00+00:00").timestamp()
        os.utime(path, (day, day))
    return folder


def night(home: Path, as_of: str, exports: Path, number: int) -> World:
    """What was exported by then is delivered, and becomes marts."""
    world = World(home, as_of, runs=number)
    for path in sorted(exports.rglob("*.*")):
        place = world.settings.landing / path.relative_to(exports)
        exported = path.stat().st_mtime <= dt.datetime.fromisoformat(as_of).timestamp()
        if exported and not place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, place)
    world.read()
    run_in_process(world.settings, ["build", "--exclude", NOT_AT_NIGHT])
    return world


@pytest.mark.parametrize(
    "clocks",
    [pytest.param(SHORT, id="some"), pytest.param(CLOCKS, id="all", marks=pytest.mark.slow)],
)
def test_after_every_change_of_the_clock_the_marts_are_those_of_a_fresh_build(
    tmp_path: Path, exports: Path, clocks: tuple[str, ...]
) -> None:
    for number, as_of in enumerate(clocks):
        if as_of == SET_BACK:
            with pytest.raises(NodesFailed, match="every_day_of_core_is_a_day_of_service"):
                night(tmp_path / "nightly", as_of, exports, number)
        else:
            nightly = night(tmp_path / "nightly", as_of, exports, number)
    (tmp_path / "fresh").mkdir()
    shutil.copy(nightly.settings.key_file, tmp_path / "fresh")
    fresh = night(tmp_path / "fresh", CLOCKS[-1], exports, 0)
    assert nightly.query(MISSING) == [(3,)]
    assert nightly.query(DOUBLED) == [(3,)]
    with duckdb.connect() as connection:
        for name, world in (("nightly", nightly), ("fresh", fresh)):
            connection.execute(f"attach '{world.settings.warehouse}' as {name} (read_only)")
        assert tables_that_differ(connection, "nightly", "fresh") == []


def test_what_a_slow_clock_took_for_the_future_is_read_again_once_it_is_right(
    tmp_path: Path,
) -> None:
    world = World(tmp_path, "2026-02-28T04:00:00+01:00")
    arrived = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
    world.deliver("phone/oproepen_2026-03-01.csv", phone_file(call()), arrived)
    assert [(d.status, d.reason) for d in world.read("phone")] == [("rejected", "FUTURE")]
    mend(world.settings)
    assert world.read("phone") == []  # the clock is as slow as before

    world.as_of = "2026-03-02T04:00:00+01:00"
    mend(world.settings)
    assert [(d.status, d.rows_loaded) for d in world.read("phone")] == [("loaded", 1)]
    mend(world.settings)
    assert world.read("phone") == []


def test_a_row_from_the_future_of_an_older_file_stays_refused(tmp_path: Path) -> None:
    world = World(tmp_path, "2026-03-02T04:00:00+01:00")
    late = {"Begin": "01/03/2029 10:00:00", "Einde": "01/03/2029 10:10:00"}
    arrived = dt.datetime(2026, 3, 2, 2, tzinfo=dt.UTC)
    content = phone_file(call(), call(Oproepnummer="T2", **late))
    world.deliver("phone/oproepen_2026-03-01.csv", content, arrived)
    assert [d.rows_rejected for d in world.read("phone")] == [1]
    world.as_of = "2026-03-03T04:00:00+01:00"
    mend(world.settings)
    assert world.read("phone") == []
