"""Deliveries: taken once, held or refused, versions of files, ids, what stays out."""

import datetime as dt
import os
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import CannotRun
from pipelines.ingest.keys import record_key
from tests.integration.landing_world import ARRIVED, PHONE, World, call, phone_file


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty home at the clock of the tests."""
    return World(tmp_path / "home")


def test_the_same_content_is_taken_once_and_said_once(world: World) -> None:
    content = phone_file(call())
    world.one("phone/oproepen_2026.csv", content)
    world.deliver("phone/oproepen_2026.csv", content, ARRIVED + dt.timedelta(days=1))
    world.deliver("phone/kopie_2026.csv", content)
    taken = world.read()
    assert [(d.file_name, d.status, d.reason) for d in taken] == [
        ("kopie_2026.csv", "duplicate", "DUP_DELIVERY"),
        ("oproepen_2026.csv", "duplicate", "DUP_DELIVERY"),
    ]
    world.deliver("phone/oproepen_2026.csv", content, ARRIVED + dt.timedelta(days=2))
    assert world.read() == []
    assert world.query("select count(*) from raw.contacts") == [(1,)]


def test_files_without_rows_are_not_duplicates_of_each_other(world: World) -> None:
    world.deliver("phone/oproepen_2026-03-01.csv", phone_file())
    world.deliver("phone/oproepen_2026-03-02.csv", phone_file())
    same = b'{"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":4}}'
    world.deliver("web/matomo_adults_2026-03-01.json", same)
    world.deliver("web/matomo_minors_2026-03-01.json", same)
    assert {(d.status, d.site, str(d.first_day)) for d in world.read()} == {
        ("loaded", None, "2026-03-01"), ("loaded", None, "2026-03-02"),
        ("loaded", "adults", "2026-03-01"), ("loaded", "minors", "2026-03-01"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("place", "content"),
    [
        ("chat/contacts", b"[]"),
        ("chat/contacts", b"\xef\xbb\xbf [ ]\r\n"),
        ("mail/mails", b"\n"),
        ("web/matomo_adults", b"[]"),
        ("web/matomo_adults", b"{}\n"),
    ],
)
def test_an_empty_json_file_is_a_delivery_of_its_own_period(
    world: World, place: str, content: bytes
) -> None:
    suffix = "jsonl" if place.startswith("mail") else "json"
    for month in ("2026-03", "2026-04"):
        world.deliver(f"{place}_{month}.{suffix}", content)
    assert [(d.status, d.rows_in, str(d.first_day), str(d.last_day)) for d in world.read()] == [
        ("loaded", 0, "2026-03-01", "2026-03-31"),
        ("loaded", 0, "2026-04-01", "2026-04-30"),
    ]


def test_a_corrected_file_is_a_new_delivery_and_the_old_one_stays(world: World) -> None:
    world.one("phone/oproepen_2026-03-01.csv", phone_file(call(), call(Oproepnummer="T2")))
    world.deliver("phone/oproepen_2026-03-01.csv", phone_file(call()))
    world.read()
    ledger = world.query(
        "select load_number, status, rows_loaded, replaces_period, superseded "
        "from raw.deliveries order by 1"
    )
    assert ledger == [(1, "loaded", 2, True, False), (2, "loaded", 1, True, False)]


def test_a_file_that_is_still_arriving_waits_and_is_taken_later(world: World) -> None:
    content = phone_file(call())
    for name in ("a_2026.csv.part", "b_2026.csv.tmp", ".c_2026.csv"):
        world.deliver(f"phone/{name}", content)
    assert world.read() == []
    young = world.deliver("phone/oproepen_2026.csv", content, dt.datetime.now(dt.UTC))
    world.changes["settle_seconds"] = 60
    assert [(d.status, d.reason) for d in world.read()] == [("held", "NOT_STABLE")]
    assert world.read() == [], "a file that waits is said once"
    os.utime(young, (time.time() - 120, time.time() - 120))
    assert [(d.status, d.rows_loaded) for d in world.read()] == [("loaded", 1)]
    assert world.query("select status from raw.deliveries") == [("loaded",)]


def test_what_is_no_readable_file_is_held(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = world.deliver("phone/oproepen_2026.csv", phone_file(call()))
    (path.parent / "link_2026.csv").symlink_to(path)
    os.mkfifo(path.parent / "pipe_2026.csv")
    monkeypatch.setattr("pipelines.ingest.deliveries.os.access", lambda *_: False)
    taken = world.read()
    assert {(d.status, d.reason) for d in taken} == {("held", "UNREADABLE")}
    assert len(taken) == 3
    monkeypatch.undo()
    assert [(d.file_name, d.status) for d in world.read()] == [("oproepen_2026.csv", "loaded")]


def test_a_file_that_changes_while_it_is_read_is_held(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("phone/oproepen_2026.csv", phone_file(call()))
    monkeypatch.setattr("pipelines.ingest.landing.LandingFile.is_unchanged", lambda _: False)
    assert [(d.status, d.reason) for d in world.read()] == [("held", "NOT_STABLE")]
    assert world.query("select count(*) from raw.contacts") == [(0,)]


def test_a_larger_file_than_allowed_is_rejected(world: World) -> None:
    world.changes["max_file_mb"] = 1
    content = phone_file(*[call(Oproepnummer=f"T{n}") for n in range(6000)])
    delivery = world.one("phone/oproepen_2026.csv", content)
    assert (delivery.status, delivery.reason) == ("rejected", "OVERSIZE")


def test_a_hostile_file_name_is_only_a_name(world: World) -> None:
    name = "x'; drop table contact;--[1]*?.csv"
    delivery = world.one(f"phone/{name}", phone_file(call()))
    assert (delivery.file_name, delivery.status) == (name, "loaded")
    assert (str(delivery.first_day), str(delivery.last_day)) == ("2026-03-01", "2026-03-01")


def test_a_file_of_which_every_row_is_bad_is_rejected_and_not_a_quiet_day(world: World) -> None:
    bad = phone_file(call(Begin="03/31/2026 10:00:00"), call(Begin="04/31/2026 10:00:00"))
    delivery = world.one("phone/oproepen_2026.csv", bad)
    assert (delivery.status, delivery.reason) == ("rejected", "INVALID_DATE")
    assert (delivery.rows_in, delivery.rows_loaded, delivery.rows_rejected) == (2, 0, 2)


def test_ids_are_stored_as_keyed_hashes_and_the_key_is_private(world: World) -> None:
    world.one("phone/oproepen_2026.csv", phone_file(call(Oproepnummer=" é-77 ")))
    key = bytes.fromhex(world.settings.key_file.read_text())
    assert world.settings.key_file.stat().st_mode & 0o777 == 0o600
    assert world.query("select contact_key from raw.contacts") == [
        (record_key(key, "phone", "é-77"),)
    ]


@pytest.mark.parametrize("damage", ["missing", "other", "broken"])
def test_without_the_right_key_nothing_runs(world: World, damage: str) -> None:
    world.one("phone/oproepen_2026.csv", phone_file(call()))
    key = world.settings.key_file
    if damage == "missing":
        key.unlink()
    else:
        key.write_text("00" * 32 if damage == "other" else "no key")
    with pytest.raises(CannotRun, match="backup"):
        world.read()


def test_a_key_file_that_was_cut_short_stops_before_anything_is_read(world: World) -> None:
    world.deliver("phone/oproepen_2026.csv", phone_file(call()))
    world.settings.key_file.parent.mkdir(exist_ok=True)
    world.settings.key_file.write_text("")
    with pytest.raises(CannotRun, match="cannot be read as a key"):
        world.read()
    world.settings.key_file.unlink()  # put right, the home has taken no harm
    assert [d.status for d in world.read()] == ["loaded"]


def test_a_folder_that_may_not_be_looked_into_is_not_taken_for_no_delivery(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver("phone/oproepen_2026.csv", phone_file(call()))
    looked = os.scandir

    def closed(path: str) -> object:
        if str(path).endswith("phone"):
            raise PermissionError(13, "Permission denied", str(path))
        return looked(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(CannotRun, match=r"landing/phone may not be looked at by this user"):
        world.read("phone")


def test_nothing_undeclared_reaches_the_warehouse_file(world: World) -> None:
    token = "CANARY7"
    rows = [call(Opmerkingen=f"{token}", Context=f"{token}"), call(Oproepnummer=token)]
    world.deliver("phone/oproepen_2026.csv", phone_file(*rows, call() + f";{token}"))
    world.deliver(
        "mail/tickets_2026.jsonl",
        b'{"id":1,"title":"CANARY7","created_at":"2026-03-01T10:00:00Z",'
        b'"updated_at":"2026-03-01T10:00:00Z","registration":{"note":"CANARY7","relation":"CANARY7",'
        b'"persons":[{"name":"CANARY7","category":"CANARY7"}],"outcomes":["CANARY7"]}}\n'
        b'{"id":"CANARY7","created_at":"CANARY7"}\n{"broken CANARY7\n',
    )
    world.deliver(
        "chat/contacts_2026.json",
        b'[\n{"id":"CANARY7","timeOfContact":"2026-03-01T10:00:00Z","x":"CANARY7",'
        b'"updatedAt":"2026-03-01T10:00:00Z","rawJson":{"callType":"CANARY7"}},\n{"id":CANARY7}\n]',
    )
    statuses = {d.source: (d.status, d.rows_loaded, d.rows_rejected) for d in world.read()}
    assert statuses == {
        "phone": ("loaded", 2, 1),
        "mail": ("loaded", 1, 2),
        "chat": ("loaded", 1, 1),
    }
    for path in world.home.rglob("*"):
        if path.is_file() and world.settings.landing not in path.parents:
            assert token.encode() not in path.read_bytes(), path


def test_the_ledger_names_columns_that_no_contract_knows(world: World) -> None:
    header = ";".join(PHONE) + ";Notitie;"
    delivery = world.one("phone/oproepen_2026.csv", phone_file(call() + ";x;", header=header))
    assert delivery.undeclared_columns == ["Opmerkingen", "Notitie", "(column 20 without a name)"]


@pytest.mark.parametrize("step", ["store", "ledger.enter"])
def test_a_broken_delivery_leaves_nothing_of_itself(
    world: World, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    world.deliver("phone/oproepen_2026.csv", phone_file(call()))

    def dies(*_: object) -> None:
        raise duckdb.IOException("No space left on device")

    monkeypatch.setattr(f"pipelines.ingest.pending.{step}", dies)
    with pytest.raises(CannotRun):
        world.read()
    monkeypatch.undo()
    assert world.query("select count(*) from raw.contacts") == [(0,)]
    assert world.query("select count(*) from raw.deliveries") == [(0,)]
    assert [(d.status, d.rows_loaded) for d in world.read()] == [("loaded", 1)]


def test_a_run_writes_its_clock_its_sources_and_the_published_figures_once(world: World) -> None:
    world.read()
    assert world.query("select as_of::varchar, as_of_day::varchar, is_sample from raw.runs") == [
        ("2029-01-01 03:00:00", "2029-01-01", False)
    ]
    assert world.query("select source, site, channel from raw.sources order by 1, 2") == [
        ("ads", None, None), ("campaigns", None, None), ("chat", None, "chat"),
        ("mail", None, "mail"), ("phone", None, "phone"), ("web", "adults", None),
        ("web", "minors", None),
    ]  # fmt: skip
    assert world.query("select count(*) from raw.published_figures") == [(100,)]
