"""Which rows are one record, by id, by content or by key, and when a version of it was exported."""

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest

from pipelines.ingest.keys import record_key
from pipelines.settings import PROJECT
from tests.integration.landing_world import ARRIVED, World, call, phone_file

ID = """      - name: record_id
        physicalName: Oproepnummer
        logicalType: string
        primaryKey: true
        required: true
"""
CHAT = {"timeOfContact": "2026-03-01T10:00:00Z", "updatedAt": "2026-03-01T10:00:00Z"}


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty home at the clock of the tests, whose contracts a test may change."""
    folder = tmp_path / "contracts"
    shutil.copytree(PROJECT / "pipelines" / "contracts", folder)
    return World(tmp_path / "home", contracts=folder)


def change(world: World, source: str, *changes: tuple[str, str]) -> None:
    """Write something else into a contract."""
    assert world.contracts is not None
    path = world.contracts / f"{source}.odcs.yaml"
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text)


@pytest.mark.parametrize("white", [" ", "\t", "\r", "\u00a0", "\ufeff", " \t "])
def test_white_space_around_an_id_makes_no_other_record(world: World, white: str) -> None:
    ids = ["1", f"1{white}", f"{white}1", f"{white}1{white}", f"1{white}1"]
    chats = [json.dumps({"id": each, **CHAT}) + "," for each in ids]
    world.one("chat/c_2026.json", "\n".join(["[", *chats])[:-1].encode() + b"\n]")
    key = bytes.fromhex(world.settings.key_file.read_text())
    assert world.query("select contact_key from raw.contacts order by line") == [
        (record_key(key, "chat", each),) for each in ("1", "1", "1", "1", f"1{white}1")
    ]


@pytest.mark.parametrize("layout", ["by DuckDB", "by object"])
def test_an_object_where_a_text_is_declared_is_no_text(world: World, layout: str) -> None:
    change(
        world,
        "campaigns",
        ("_{period}.csv", "_{period}.json"),
        ("format: csv", "format: json"),
        ("delimiter: ','", "layout: lines"),
    )
    good = {"id": "C1", "naam": "[a", "soort": "Media", "start": "2026-03-01"}
    rows = [good, {**good, "id": {"$oid": "1"}}, {**good, "id": "C2", "thema": ["x"]}]
    between = "\n" if layout == "by DuckDB" else "\n\n"
    content = between.join(map(json.dumps, rows)) + "\n"
    world.one("campaigns/c_2026.json", content.encode())
    assert world.query("select campaign_id, name from raw.campaigns") == [("C1", "[a")]
    step = len(between)
    assert world.rejects() == [
        (1 + step, "BAD_DIALECT", "id"), (1 + 2 * step, "BAD_DIALECT", "thema"),
    ]  # fmt: skip


def test_versions_of_one_day_in_a_file_are_no_repeats(world: World) -> None:
    updated = "      - {name: updated_at, physicalName: changed, logicalType: timestamp}\n"
    change(world, "web", ("      - name: site\n", updated + "      - name: site\n"))
    visits = '"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":4,"changed":"2026-03-0%dT00:00:00Z"}'
    content = "{" + ",\n".join(visits % day for day in (2, 3, 3)) + "}"
    delivery = world.one("web/matomo_adults_2026-03.json", content.encode())
    assert delivery.rows_loaded == 2
    assert world.rejects() == [(3, "CONFLICTING_REPEAT", "{key}")]


def test_equal_rows_without_an_id_are_the_same_records_when_they_are_exported_again(
    world: World,
) -> None:
    change(world, "phone", (ID, ""))
    for day in (3, 4):
        rows = [call(Geëxporteerd_op=f"0{day}/03/2026 02:00:00")] * 2
        world.one(f"phone/oproepen_{day}_2026.csv", phone_file(*rows))
    assert world.query("select count(*), count(distinct contact_key) from raw.contacts") == [(4, 2)]


@pytest.mark.parametrize(
    ("exported", "received"),
    [("02/03/2026 02:00:00", "2026-03-02 01:00:00"), ("02/03/2030 02:00:00", None)],
)
def test_an_export_time_after_the_clock_is_not_believed(
    world: World, exported: str, received: str | None
) -> None:
    rows = phone_file(call(Geëxporteerd_op=exported))
    delivery = world.one("phone/oproepen_2026.csv", rows)
    arrived = ARRIVED.replace(tzinfo=None)
    expected = dt.datetime.fromisoformat(received) if received else arrived
    assert (delivery.received_at, delivery.rows_loaded) == (expected, 1)
    assert world.query("select version_at from raw.contacts") == [(expected,)]
