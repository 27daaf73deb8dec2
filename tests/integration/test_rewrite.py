"""A warehouse that has become mostly air is written anew, and nothing else about it changes."""

from pathlib import Path

import duckdb
import pytest

from pipelines import rewrite as module
from pipelines.ready import ready
from pipelines.rewrite import draft_of, rewrite
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse
from tests.integration.landing_world import World, call, phone_file

CATALOG = """
    select schema_name, table_name, column_name, data_type, comment from duckdb_columns()
    where not internal
    union all
    select schema_name, table_name, constraint_text, 'constraint', null from duckdb_constraints()
    union all
    select schema_name, view_name, sql, 'view', comment from duckdb_views() where not internal
    order by all
"""
ROWS = "select rowid, * from raw.contacts order by rowid"


@pytest.fixture
def airy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A warehouse with two contacts in which a large table has come and gone."""
    monkeypatch.setattr(module, "SMALLEST", 0)
    world = World(tmp_path)
    world.deliver("phone/oproepen_2026.csv", phone_file(call(), call(Oproepnummer="T2")))
    world.read("phone")
    with open_warehouse(world.settings) as connection:
        connection.execute("create schema core")
        connection.execute("create table core.air as select random() as x from range(2_000_000)")
        connection.execute("create table core.told (day date primary key)")
        connection.execute("comment on column core.told.day is 'A day that counts.'")
        connection.execute("create view core.seen as from core.told")
    with open_warehouse(world.settings) as connection:
        connection.execute("drop table core.air")
        connection.execute("create table core.last as select 1 as x")
    return world.settings


def asked(settings: Settings, sql: str) -> list[tuple[object, ...]]:
    with open_warehouse(settings, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_air_leaves_and_everything_else_stays(airy: Settings) -> None:
    before = airy.warehouse.stat().st_size
    held = asked(airy, CATALOG), asked(airy, ROWS)
    assert rewrite(airy)
    assert airy.warehouse.stat().st_size < before / 2
    assert (asked(airy, CATALOG), asked(airy, ROWS)) == held
    assert not rewrite(airy)
    assert "rewrite: the warehouse went from" in airy.journal.read_text()


def test_a_small_warehouse_is_left_alone(airy: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert not rewrite(airy)


def test_it_happens_at_the_end_of_a_night_and_not_of_one_that_stopped(airy: Settings) -> None:
    before = airy.warehouse.stat().st_size
    with pytest.raises(KeyError), ready(airy):
        raise KeyError
    assert airy.warehouse.stat().st_size == before
    with ready(airy), ready(airy):
        pass
    assert airy.warehouse.stat().st_size < before


def test_what_a_killed_attempt_left_is_in_nobodys_way(airy: Settings) -> None:
    draft_of(airy).write_bytes(b"half")
    draft_of(airy).with_name("rewritten.duckdb.wal").write_bytes(b"half")
    assert rewrite(airy)
    assert not list(airy.scratch.glob("rewritten*"))


def test_a_full_disk_leaves_the_warehouse_as_it_was(
    airy: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Settings) -> None:
        draft_of(airy).write_bytes(b"half")
        raise duckdb.IOException("No space left on device")

    held = asked(airy, ROWS)
    monkeypatch.setattr(module, "copy_whole", full)
    assert not rewrite(airy)
    assert asked(airy, ROWS) == held
    assert not list(airy.scratch.glob("rewritten*"))
    assert "rewrite: not done (IOException)" in airy.journal.read_text()


def test_a_copy_that_lacks_a_row_is_thrown_away(
    airy: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = module.copy_whole

    def lose_a_row(settings: Settings) -> None:
        copy(settings)
        with duckdb.connect(str(draft_of(settings))) as connection:
            connection.execute("delete from raw.contacts where line = 2")

    held = asked(airy, ROWS)
    monkeypatch.setattr(module, "copy_whole", lose_a_row)
    assert not rewrite(airy)
    assert asked(airy, ROWS) == held
