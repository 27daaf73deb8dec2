"""A night begins with one thread of DuckDB; who finds much to do takes all."""

import datetime as dt
from pathlib import Path

import pytest

from pipelines.ingest import deliveries
from pipelines.warehouse import kept_open
from tests.integration import landing_world, raw_world
from tests.integration.landing_world import call, phone_file

THREADS = "select current_setting('threads')"


def test_dbt_takes_every_thread_only_to_build_from_nothing(tmp_path: Path) -> None:
    world = raw_world.World(tmp_path)
    world.settings = world.settings.model_copy(update={"threads": 3})
    taken = []
    for number in (1, 2):
        day, received = dt.date(2020, 3, number), dt.datetime(2020, 3, number, 3)  # noqa: DTZ001  # raw holds UTC
        with kept_open(world.settings):
            world.load(raw_world.Delivery("phone", day, day, received))
            world.build()
            taken += world.rows(THREADS)
    assert taken == [(3,), (1,)]


def test_ingest_takes_every_thread_only_where_much_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = landing_world.World(tmp_path, changes={"threads": 3})
    taken = []
    for number, much in (("1", 1_000_000), ("2", 1)):
        monkeypatch.setattr(deliveries, "MUCH", much)
        world.deliver(f"phone/oproepen_2026-0{number}.csv", phone_file(call(Oproepnummer=number)))
        with kept_open(world.settings):
            assert [delivery.status for delivery in world.read("phone")] == ["loaded"]
            taken += world.query(THREADS)
    assert taken == [(1,), (3,)]
