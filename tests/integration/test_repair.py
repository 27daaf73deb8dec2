"""Reading again, erasing, and noticing that the warehouse is not the one that was closed."""

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.contracts import reader
from pipelines.errors import CannotRun, WrongUse
from pipelines.ingest.archive import retire_landing
from pipelines.ingest.forget import Erasure, forget
from pipelines.ingest.repair import Selection, read_again
from pipelines.integrity import WarehouseChanged, read_manifest
from pipelines.ready import mend
from pipelines.warehouse import open_warehouse
from tests.integration.landing_world import World, call, own_contracts, phone_file

MARCH = "phone/oproepen_2026-03-01.csv"
APRIL = "phone/oproepen_2026-04-01.csv"
HELD = "select contact_key, victim_number, category from raw.victims order by all"
LEDGER = "select delivery_id, rows_in, rows_loaded, rows_rejected, status from raw.deliveries"


@pytest.fixture
def world(tmp_path: Path) -> World:
    """Two calls in March, the first about two persons, and one in April."""
    made = World(tmp_path)
    two_persons = call(), call(Persoon="2", Geslacht_slachtoffer="Vrouwelijk")
    made.deliver(MARCH, phone_file(*two_persons, call(Oproepnummer="T2")))
    april = {"Begin": "01/04/2026 10:00:00", "Einde": "01/04/2026 10:10:00"}
    april["Geëxporteerd_op"] = "02/04/2026 02:00:00"
    made.deliver(APRIL, phone_file(call(Oproepnummer="T3", **april)))
    made.read("phone")
    return made


def erase(world: World, source: str, record_id: str) -> Erasure:
    with open_warehouse(world.settings) as connection:
        return forget(connection, world.settings, own_contracts(), source, record_id)


def again(world: World, selection: Selection) -> tuple[int, int]:
    with open_warehouse(world.settings) as connection:
        return read_again(connection, world.settings, selection)


@pytest.mark.parametrize(
    ("selection", "files"),
    [
        (Selection(), 2),
        (Selection(source="phone"), 2),
        (Selection(source="mail"), 0),
        (Selection(since=dt.date(2026, 4, 1)), 1),
        (Selection(delivery=MARCH), 1),
    ],
)
def test_what_is_read_again_is_neither_lost_nor_doubled(
    world: World, selection: Selection, files: int
) -> None:
    before = world.query(HELD), sorted(world.query(LEDGER))
    assert again(world, selection) == (files, 0)
    assert len(world.query(LEDGER)) == 2 - files
    assert len(world.read("phone")) == files
    assert (world.query(HELD), sorted(world.query(LEDGER))) == before


def test_of_a_file_that_has_gone_raw_is_what_is_left(world: World) -> None:
    before = world.query(HELD)
    (world.settings.landing / MARCH).unlink()
    assert again(world, Selection()) == (1, 1)
    world.read("phone")
    assert world.query(HELD) == before
    with pytest.raises(WrongUse, match="no longer in landing"):
        again(world, Selection(delivery=MARCH))


@pytest.mark.parametrize("how", ["read again", "another contract"])
def test_of_two_files_with_equal_bytes_the_one_that_has_gone_stays(
    world: World, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    same = b'{"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":4}}'
    for site in ("adults", "minors"):
        world.deliver(f"web/matomo_{site}_2026-03-01.json", same)
    for day in (2, 3):
        world.deliver(f"phone/oproepen_2026-03-0{day}.csv", phone_file())
    world.read()
    (world.settings.landing / "web/matomo_minors_2026-03-01.json").unlink()
    (world.settings.landing / "phone/oproepen_2026-03-02.csv").unlink()
    if how == "read again":
        again(world, Selection())
    else:
        monkeypatch.setattr(reader, "READING", "other")
        world.contracts = world.settings.contracts
    world.read()
    stands = "from raw.deliveries where status = 'loaded' and not superseded"
    assert world.query(f"select site {stands} and source = 'web' order by 1") == [
        ("adults",),
        ("minors",),
    ]
    assert world.query(f"select count(*) {stands} and source = 'phone' and rows_in = 0") == [(2,)]


def test_an_unknown_delivery_is_wrong_use(world: World) -> None:
    with pytest.raises(WrongUse, match="no such delivery"):
        again(world, Selection(delivery="12345"))


def test_a_forgotten_record_leaves_raw_and_the_account_stays_whole(world: World) -> None:
    assert erase(world, "phone", "T1") == Erasure(rows=2, deliveries=1)
    assert world.query("select count(*) from raw.contacts") == [(2,)]
    assert world.query("select count(*) from raw.referrals") == [(2,)]
    assert sorted(row[1:4] for row in world.query(LEDGER)) == [(1, 1, 0), (3, 1, 2)]
    assert world.query("select distinct line, reason_code from raw.rejects") == [
        (None, "FORGOTTEN")
    ]


def test_a_forgotten_record_stays_out_when_its_file_is_read_again(world: World) -> None:
    erase(world, "phone", "T1")
    after = world.query(HELD), sorted(world.query(LEDGER))
    again(world, Selection())
    world.read("phone")
    assert (world.query(HELD), sorted(world.query(LEDGER))) == after


def test_a_forgotten_record_stays_out_of_a_warehouse_built_anew(world: World) -> None:
    erase(world, "phone", "T3")
    after = world.query(HELD), sorted(world.query(LEDGER))
    world.settings.warehouse.unlink()
    world.settings.warehouse_manifest.unlink()
    world.read("phone")
    assert (world.query(HELD), sorted(world.query(LEDGER))) == after


def test_an_erasure_is_applied_to_a_warehouse_restored_from_before_it(world: World) -> None:
    old = world.home / "old.duckdb"
    shutil.copy(world.settings.warehouse, old)
    erase(world, "phone", "T1")
    after = world.query(HELD)
    shutil.copy(old, world.settings.warehouse)
    mend(world.settings)
    assert world.query(HELD) == after


def test_the_id_of_a_forgotten_record_is_written_nowhere(world: World) -> None:
    world.deliver("phone/oproepen_2026-05-01.csv", phone_file(call(Oproepnummer="GEHEIM7")))
    world.read("phone")
    erase(world, "phone", " GEHEIM7\n")
    for path in world.home.rglob("*"):
        if path.is_file() and "landing" not in path.parts:
            assert b"GEHEIM7" not in path.read_bytes(), path
    assert world.settings.tombstones.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(("source", "record_id"), [("fax", "1"), ("web", "1"), ("phone", " ")])
def test_forgetting_what_cannot_be_named_is_wrong_use(
    world: World, source: str, record_id: str
) -> None:
    with pytest.raises(WrongUse):
        erase(world, source, record_id)
    assert not world.settings.tombstones.exists()


def test_damaged_tombstones_stop_everything(world: World) -> None:
    erase(world, "phone", "T1")
    world.settings.tombstones.write_text("source,contact_key,forgotten_at\nphone,12")
    with pytest.raises(CannotRun, match="backup"):
        world.read("phone")


def test_an_older_warehouse_is_noticed_and_made_whole_from_landing(world: World) -> None:
    before = world.query(HELD)
    older = World(world.home / "older")
    older.deliver(MARCH, (world.settings.landing / MARCH).read_bytes())
    shutil.copy(world.settings.key_file, older.home)
    older.read("phone")
    shutil.copy(older.settings.warehouse, world.settings.warehouse)
    with pytest.raises(WarehouseChanged, match=r"lacks 1 deliver.* phone/oproepen_2026-04-01"):
        world.query(HELD)
    mend(world.settings)
    world.read("phone")
    assert world.query(HELD) == before


def test_a_lost_warehouse_is_made_whole_from_landing(world: World) -> None:
    before = world.query(HELD)
    world.settings.warehouse.unlink()
    mend(world.settings)
    world.read("phone")
    assert world.query(HELD) == before


def test_an_unreadable_warehouse_is_set_aside_and_made_whole_from_landing(world: World) -> None:
    before = world.query(HELD)
    world.settings.warehouse.write_bytes(b"\0" * 5000)
    mend(world.settings)
    world.read("phone")
    assert world.query(HELD) == before
    assert list(world.home.glob("warehouse.unreadable-*.duckdb"))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"memory": "0MB"}, "Raise HELPLINE_MEMORY"),
        ({"memory": "99999999999TB"}, "does not take HELPLINE_MEMORY"),
        ({}, "no right to write .*warehouse.duckdb"),
    ],
)
def test_a_good_warehouse_that_does_not_open_stays_where_it_is(
    world: World, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], told: str
) -> None:
    before = world.query(HELD)
    world.changes = changes
    if not changes:
        opened = duckdb.connect

        def closed(database: str = ":memory:", **how: Any) -> duckdb.DuckDBPyConnection:
            if database != ":memory:":
                raise duckdb.IOException("Cannot open file: Permission denied")
            return opened(database, **how)

        monkeypatch.setattr(duckdb, "connect", closed)
        monkeypatch.setattr("os.access", lambda *_: False)  # root may do everything
    with pytest.raises(CannotRun, match=told):
        mend(world.settings)
    monkeypatch.undo()
    world.changes = {}
    assert not list(world.home.glob("warehouse.unreadable-*"))
    assert world.query(HELD) == before


def test_rows_taken_out_behind_our_back_are_noticed_and_read_again(world: World) -> None:
    before = world.query(HELD)
    manifest = world.settings.warehouse_manifest.read_text()
    with open_warehouse(world.settings) as connection:
        connection.execute("delete from raw.victims where victim_number = 2")
    world.settings.warehouse_manifest.write_text(manifest)
    with pytest.raises(WarehouseChanged, match=r"raw\.victims"):
        world.query(HELD)
    mend(world.settings)
    world.read("phone")
    assert world.query(HELD) == before


def test_what_only_the_lost_warehouse_held_asks_for_the_backup(world: World) -> None:
    (world.settings.landing / MARCH).unlink()
    world.settings.warehouse.unlink()
    with pytest.raises(WarehouseChanged, match=r"1 of them .*phone/oproepen_2026-03-01.*backup"):
        mend(world.settings)


def test_a_writer_killed_before_its_manifest_is_no_loss(world: World) -> None:
    manifest = world.settings.warehouse_manifest.read_text()
    world.deliver("phone/oproepen_2026-05-01.csv", phone_file(call(Oproepnummer="T4")))
    world.read("phone")
    world.settings.warehouse_manifest.write_text(manifest)
    assert len(world.query(LEDGER)) == 3
    mend(world.settings)
    known = read_manifest(world.settings)
    assert known is not None
    assert known.count == 3


def test_loaded_files_leave_landing_when_they_are_old_enough(world: World) -> None:
    world.deliver("phone/oproepen_2026-06-01.csv", b"neither;header;nor;rows\r\n1;2;3;4\r\n")
    world.read("phone")
    with open_warehouse(world.settings) as connection:
        connection.execute(
            "update raw.deliveries set loaded_at = timestamp '2028-11-01 00:00:00' "
            "where file_name <> 'oproepen_2026-04-01.csv'"
        )
        connection.execute(
            "update raw.deliveries set loaded_at = timestamp '2028-12-31 00:00:00' "
            "where file_name = 'oproepen_2026-04-01.csv'"
        )
        assert retire_landing(world.settings, connection) == 0
        world.changes["keep_landing"] = 30
        assert retire_landing(world.settings, connection) == 1
    left = sorted(path.name for path in (world.settings.landing / "phone").iterdir())
    assert left == ["oproepen_2026-04-01.csv", "oproepen_2026-06-01.csv"]


def test_a_landing_folder_that_cannot_be_written_keeps_its_files_and_is_named(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def closed(_: Path) -> None:
        raise PermissionError(13, "Permission denied")

    world.changes["keep_landing"] = 1
    monkeypatch.setattr(Path, "unlink", closed)
    with open_warehouse(world.settings) as connection:
        connection.execute("update raw.deliveries set loaded_at = timestamp '2028-11-01 00:00:00'")
        assert retire_landing(world.settings, connection) == 0
    told = world.settings.journal.read_text(encoding="utf-8")
    assert f"{world.settings.landing / 'phone'} could not be removed (Permission denied)" in told
