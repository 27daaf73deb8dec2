"""Ingest as a whole: deliveries, versions of files and contracts, ids, lines, what stays out."""

import datetime as dt
import json
import os
import shutil
import time
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import CannotRun, WrongUse
from pipelines.ingest.keys import record_key
from pipelines.settings import PROJECT
from tests.integration.landing_world import ARRIVED, PHONE, World, call, phone_file

TEXT = '"regel een\r\nregel twee ""aangehaald""; en een puntkomma\r\n\r\nregel vier"'


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty home at the clock of the tests."""
    return World(tmp_path / "home")


def own_contracts(world: World, tmp_path: Path) -> Path:
    """A copy of the contracts of 1712 that a test may change."""
    folder = tmp_path / "contracts"
    shutil.copytree(PROJECT / "pipelines" / "contracts", folder, dirs_exist_ok=True)
    world.contracts = folder
    return folder


def test_lines_are_those_of_the_file_around_quoted_newlines_and_rejected_rows(
    world: World,
) -> None:
    content = phone_file(
        call(Oproepnummer="A"),  # line 2
        call(Oproepnummer="B", Opmerkingen=TEXT),  # lines 3 to 6
        call(Oproepnummer="C") + ";x",  # line 7: a field too many
        call(Oproepnummer="D", Opmerkingen=TEXT),  # lines 8 to 11
        call(Oproepnummer="E", Duur_s="-1"),  # line 12
        call(Oproepnummer="F"),  # line 13
        call(Oproepnummer="F", Persoon="2", Opmerkingen=TEXT),  # lines 14 to 17
        call(Oproepnummer="G"),  # line 18
    )
    world.one("phone/oproepen_2026.csv", content)
    assert world.query("select line from raw.contacts order by 1") == [
        (2,), (3,), (8,), (13,), (18,),
    ]  # fmt: skip
    assert world.query("select line, contact_line, victim_number from raw.victims order by 1") == [
        (2, 2, 1), (3, 3, 1), (8, 8, 1), (13, 13, 1), (14, 13, 2), (18, 18, 1),
    ]  # fmt: skip
    assert world.rejects() == [(7, "FIELD_COUNT", None), (12, "RANGE", "Duur (s)")]


def test_blank_lines_and_quotes_inside_a_field_do_not_move_the_lines(world: World) -> None:
    inches = call(Oproepnummer="C", Opmerkingen='scherm van 5" of 6" breed')
    rows = ("", call(Oproepnummer="A"), "", "", call(Oproepnummer="B") + ";x", "", inches)
    blank = phone_file(*rows)
    delivery = world.one("phone/oproepen_2026.csv", blank)
    assert (delivery.rows_in, delivery.rows_loaded) == (3, 2)
    assert world.query("select line from raw.contacts order by 1") == [(3,), (8,)]
    assert world.rejects() == [(6, "FIELD_COUNT", None)]


def test_a_call_on_several_rows_is_one_contact_with_its_victims_and_distinct_outcomes(
    world: World,
) -> None:
    outcome = "Doorverwijzing politie|Informatie en advies|Doorverwijzing politie"
    nobody = {name.replace(" ", "_"): "" for name in
              ("Persoon", "Problematiek", "Hoofdvorm van geweld", "Leeftijd slachtoffer",
               "Geslacht slachtoffer", "Context")}  # fmt: skip
    world.one(
        "phone/oproepen_2026.csv",
        phone_file(
            call(Gevolg=outcome),
            call(Gevolg=outcome, Persoon="2", Problematiek=""),
            call(Oproepnummer="T2", Gevolg="", Soort_oproep="Stille oproep", **nobody),
        ),
    )
    assert world.query("select contact_kind, count(*) from raw.contacts group by 1 order by 1") == [
        ("contact", 1), ("silent", 1),
    ]  # fmt: skip
    assert world.query("select victim_number, category from raw.victims order by 1") == [
        (1, "intimate_partner_violence"), (2, "not_filled"),
    ]  # fmt: skip
    assert world.query("select line, outcome from raw.referrals order by 2") == [
        (2, "information_advice"), (2, "police"),
    ]  # fmt: skip


def test_rows_of_one_call_that_lie_apart_are_still_one_contact(world: World) -> None:
    content = phone_file(call(), call(Oproepnummer="T2"), call(Persoon="2"), call(Persoon="3"))
    world.one("phone/oproepen_2026.csv", content)
    assert world.query("select line from raw.contacts order by 1") == [(2,), (3,)]
    assert world.query(
        "select contact_line, line, victim_number from raw.victims order by 1, 2"
    ) == [(2, 2, 1), (2, 4, 3), (2, 5, 4), (3, 3, 1)]


def test_records_of_a_file_in_one_line_are_told_apart_by_their_number(world: World) -> None:
    def version(second: int, day: str, *categories: str) -> dict[str, object]:
        return {
            "id": "C1",
            "timeOfContact": f"2026-03-{day}T10:00:00.000Z",
            "updatedAt": f"2026-03-01T10:00:{second:02}.000Z",
            "rawJson": {"persons": [{"category": category} for category in categories]},
        }

    records: list[object] = [
        version(1, "01", "Elder abuse"),
        version(2, "99", "Elder abuse"),
        "no object",
        version(3, "01", "Elder abuse", "Elder abuse"),
    ]
    content = json.dumps(records).encode()
    assert b"\n" not in content
    delivery = world.one("chat/contacts_2026-03.json", content)
    assert (delivery.rows_loaded, delivery.rows_rejected) == (2, 2)
    assert world.rejects() == [(2, "INVALID_DATE", "timeOfContact"), (3, "BAD_DIALECT", None)]
    assert world.query(
        "select contacts.line, victim_number from raw.contacts inner join raw.victims "
        "on contacts.contact_key = victims.contact_key and contacts.line = contact_line "
        "order by all"
    ) == [(1, 1), (4, 1), (4, 2)]


def test_times_are_kept_as_instant_local_day_and_hour(world: World) -> None:
    winter = call(Oproepnummer="W", Begin="01/01/2026 00:30:00", Einde="01/01/2026 00:40:00")
    doubled = call(Oproepnummer="D", Begin="25/10/2026 02:30:00", Einde="25/10/2026 02:10:00")
    world.one("phone/oproepen_2026.csv", phone_file(winter, doubled))
    assert world.query(
        "select started_at::varchar, day::varchar, hour, is_ambiguous_hour "
        "from raw.contacts order by 1"
    ) == [
        ("2025-12-31 23:30:00", "2026-01-01", 0, False),
        ("2026-10-25 00:30:00", "2026-10-25", 2, True),
    ]
    world.one(
        "mail/tickets_2026.jsonl",
        b'{"id":1,"created_at":"2026-10-25T01:30:00.000Z",'
        b'"updated_at":"2026-10-26T09:00:00+01:00"}\n'
        b'{"id":2,"created_at":"2019-12-31 23:34:00+00",'
        b'"updated_at":"2020-01-01 08:00:00 UTC"}\n',
    )
    assert world.query(
        "select started_at::varchar, day::varchar, hour, is_ambiguous_hour, version_at::varchar "
        "from raw.contacts where source = 'mail' order by line"
    ) == [
        ("2026-10-25 01:30:00", "2026-10-25", 2, False, "2026-10-26 08:00:00"),
        ("2019-12-31 23:34:00", "2020-01-01", 0, False, "2020-01-01 08:00:00"),
    ]


def test_an_unknown_label_is_counted_as_unmapped_and_never_stored(world: World) -> None:
    world.one("phone/oproepen_2026.csv", phone_file(call(Problematiek="GEHEIM-99", Gevolg="X-98")))
    assert world.query("select category from raw.victims") == [("unmapped",)]
    assert world.query("select outcome from raw.referrals") == [("unmapped",)]
    assert b"GEHEIM-99" not in world.settings.warehouse.read_bytes()


def test_labels_match_after_trimming_case_and_composed_accents_but_never_nearly(
    world: World,
) -> None:
    labels = {
        "Oudermis(be)handeling": "child_to_parent_violence",
        "Ouderenmis(be)handeling": "elder_abuse",
        "\u00a0OUDERENMIS(BE)HANDELING ": "elder_abuse",
        "Ouderenmishandeling": "unmapped",
    }
    rows = [call(Oproepnummer=f"T{n}", Problematiek=label) for n, label in enumerate(labels)]
    decomposed = "Doorverwijzing advocatuur of justitie\u0308le instanties"
    world.one(
        "phone/oproepen_2026.csv", phone_file(*rows, call(Oproepnummer="N", Gevolg=decomposed))
    )
    found = world.query("select category from raw.victims order by line limit 4")
    assert [code for (code,) in found] == list(labels.values())
    assert ("legal",) in world.query("select outcome from raw.referrals")


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


def test_one_line_in_a_contract_mends_a_label_and_reads_its_files_again(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    world.one("phone/oproepen_2026.csv", phone_file(call(Problematiek="Ouderenmishandeling")))
    contract = folder / "phone.odcs.yaml"
    contract.write_text(
        contract.read_text().replace(
            "Ouderenmis(be)handeling: elder_abuse",
            "Ouderenmis(be)handeling: elder_abuse\n              Ouderenmishandeling: elder_abuse",
        )
    )
    assert [(d.source, d.status) for d in world.read()] == [("phone", "loaded")]
    assert world.query(
        "select superseded, category from raw.victims join raw.deliveries using (delivery_id) "
        "order by load_number"
    ) == [(True, "unmapped"), (False, "elder_abuse")]


def test_an_earlier_contract_that_comes_back_reads_its_files_as_it_did(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "phone.odcs.yaml"
    earlier = contract.read_text()
    file, content = "phone/oproepen_2026.csv", phone_file(call(), call(Oproepnummer="T2"))
    world.one(file, content)
    known = "select relation, count(*) from raw.contacts semi join (from raw.deliveries where "
    known += "status = 'loaded' and not superseded) using (delivery_id) group by all"
    before = world.query(known)
    contract.write_text(earlier.replace("Buur: neighbour", "Buur: friend"))
    assert [d.status for d in world.read()] == ["loaded"]
    assert world.query(known) != before

    contract.write_text(earlier)
    assert [d.status for d in world.read()] == ["loaded"]
    assert world.query(known) == before
    world.deliver(file, content, ARRIVED + dt.timedelta(days=1))
    assert [d.status for d in world.read()] == ["duplicate"]
    assert world.query(known) == before


def test_a_new_description_or_schedule_reads_nothing_again(world: World, tmp_path: Path) -> None:
    folder = own_contracts(world, tmp_path)
    world.one("phone/oproepen_2026.csv", phone_file(call()))
    contract = folder / "phone.odcs.yaml"
    text = contract.read_text().replace("value: 1, unit: d}", "value: 2, unit: d}", 2)
    text = text.replace("value: 2, unit: d}", "value: 1, unit: d}", 1)
    contract.write_text(text.replace("Registrations of the calls", "The calls"))
    assert world.read() == []


def test_a_source_that_lost_its_contract_is_told_every_night(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = own_contracts(world, tmp_path)
    world.one("phone/oproepen_2026.csv", phone_file(call()))
    assert caplog.messages == []
    renamed = (folder / "phone.odcs.yaml").rename(folder / "line.odcs.yaml")
    text = renamed.read_text().replace("name: phone", "name: line", 1)
    renamed.write_text(text.replace(" phone/", " line/"))
    world.read()
    assert caplog.messages == [
        "phone has 1 loaded deliveries in the warehouse and no contract any more: they still "
        "count. Bring its contract back under the name phone; a source that ended keeps its "
        "contract."
    ]


def test_a_fault_in_a_contract_stops_before_anything_is_loaded(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "phone.odcs.yaml"
    contract.write_text(contract.read_text().replace("required: true", "requierd: true", 1))
    world.deliver("phone/oproepen_2026.csv", phone_file(call()))
    with pytest.raises(WrongUse, match=r"phone\.odcs\.yaml:\d+: unknown key 'requierd'.*required"):
        world.read()
    assert not world.settings.warehouse.exists()


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


def test_a_chat_that_stands_twice_in_a_file_is_loaded_twice_with_its_versions(world: World) -> None:
    one = '{"id":"7","timeOfContact":"2026-03-01T10:00:00Z","updatedAt":"2026-03-0%dT10:00:00Z"}'
    content = "[" + one % 1 + ",\n" + one % 2 + "]"
    world.one("chat/contacts_2026.json", content.encode())
    found = world.query("select line, version_at::date::varchar from raw.contacts order by 1")
    assert found == [(1, "2026-03-01"), (2, "2026-03-02")]
    assert world.query("select count(distinct contact_key) from raw.contacts") == [(1,)]


def test_the_currency_stands_in_the_header_and_the_sum_below_is_no_row(world: World) -> None:
    delivery = world.one(
        "ads/advertenties_2026-03.csv",
        b"Reporting starts,Reporting ends,Campaign name,Results,Reach,Impressions,Link clicks,"
        b"Amount spent (EUR)\n2026-03-01,2026-03-01,C2026-03 | x,1,2,3,4,5.5\n"
        b"2026-03-01,2026-03-31,,1,2,3,4,5.5\n",
    )
    assert (delivery.rows_in, delivery.rows_loaded, delivery.rows_rejected) == (1, 1, 0)
    assert world.query("select campaign_id, spend::varchar, currency from raw.ad_delivery") == [
        ("C2026-03", "5.50", "EUR")
    ]


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


def test_a_published_figure_that_nothing_could_compute_stops_the_run(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    path = folder / "published" / "1712_annual_report_2020.csv"
    path.write_text(path.read_text().replace("outcome=police", "outcome=polise", 1))
    with pytest.raises(WrongUse, match=r"figure 'out_police'.*'polise'.*police"):
        world.read()


def test_a_contract_may_declare_windows_text(world: World, tmp_path: Path) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "phone.odcs.yaml"
    contract.write_text(contract.read_text().replace("encoding: utf-8", "encoding: cp1252"))
    rows = phone_file(call(Gevolg="Overige", Opmerkingen="5 \u20ac"))[3:].decode().encode("cp1252")
    assert world.one("phone/oproepen_2026.csv", rows).rows_loaded == 1


def test_sql_of_a_contract_that_duckdb_does_not_understand_stops_before_reading(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "ads.odcs.yaml"
    contract.write_text(contract.read_text().replace("split_part(", "splitpart("))
    with pytest.raises(
        WrongUse, match=r"ads\.odcs\.yaml: campaign_id: transformLogic: .*splitpart"
    ):
        world.read()
