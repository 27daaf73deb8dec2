"""Files of one kind are read by one statement; each comes out as if it had been read alone."""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.ingest import deliveries, waiting
from pipelines.ingest.table_files import read_tables
from pipelines.ingest.tables import create_raw_tables
from tests.integration.landing_world import PHONE, World, call, phone_file

NOTE = '"regel een\nregel twee"'
ONE_BY_ONE = 0


def ticket(number: int, **changes: object) -> bytes:
    """One mail ticket per line, with persons and outcomes."""
    text = (
        '{"id":%d,"created_at":"2026-03-01T10:00:00Z","updated_at":"2026-03-0%dT10:00:00Z",'
        '"registration":{"relation":"Buur","age_group":"Volwassen","sex":"Mannelijk",'
        '"anonymous":true,"persons":[{"category":"Partnergeweld"},{"category":"Pesten"}],'
        '"outcomes":["Doorverwijzing politie"]}}\n'
    )
    return (text % (number, changes.get("day", 2))).encode()


def land_all_manner_of_files(world: World) -> None:
    """Sound files, and between them files with every kind of fault that a reader must place."""
    twice = [call(Oproepnummer="T"), call(Oproepnummer="T", Persoon="2", Opmerkingen=NOTE)]
    torn = [call(Oproepnummer="I"), call(Oproepnummer="I", Persoon="2", Anoniem="Nee")]
    phone = {
        "01": phone_file(*twice, call(Oproepnummer="A")),
        "02": phone_file(call(Oproepnummer="A", Opmerkingen=NOTE), call(Oproepnummer="B")),
        "03": phone_file(call(Oproepnummer="C") + ";x", call(Oproepnummer="D", Duur_s="-1")),
        "04": phone_file("", call(Oproepnummer="E"), "", call(Oproepnummer="F")),
        "05": phone_file(),
        "06": phone_file(call(Oproepnummer="G"), newline="\n"),
        "07": phone_file(call(Oproepnummer="T"), call(Oproepnummer="H"), call(Oproepnummer="T")),
        "08": phone_file(*torn, call(Oproepnummer="P")),
        "09": phone_file(call(Oproepnummer="J", Opmerkingen='a"b'), call(Oproepnummer="K")),
        "10": phone_file(call(Oproepnummer="L"), header=";".join(PHONE).replace("Begin", "Start")),
        "11": phone_file(call(Oproepnummer="M", Relatie_contactnemer="Niemand")),
        "12": phone_file(call(Oproepnummer="N"))[:-30],
        "13": phone_file(call(Oproepnummer="A"), call(Oproepnummer="O")),
    }
    for month, content in phone.items():
        world.deliver(f"phone/oproepen_2026-{month}.csv", content)
    world.deliver("phone/oproepen_kopie_2026-01.csv", phone["01"])
    mails = [ticket(1) + ticket(2), ticket(2, day=3), ticket(4) + b'{"id":\n' + ticket(5), b""]
    for number, content in enumerate(mails, start=1):
        world.deliver(f"mail/tickets_2026-0{number}.jsonl", content)
    for site in ("adults", "minors"):
        for day in (1, 2, 3):
            visits = f'{{"2026-03-0{day}": {{"nb_uniq_visitors": "{day}", "nb_visits": 9}}}}'
            world.deliver(f"web/matomo_{site}_2026-03-0{day}.json", visits.encode())


def raw_of(world: World) -> dict[str, list[tuple[object, ...]]]:
    """Every row that ingest wrote, but for when and in which order."""
    tables = ("contacts", "victims", "referrals", "web_visits", "rejects")
    told = "source, file_name, delivery_id, rows_in, rows_loaded, rows_rejected, first_day, "
    told += "last_day, received_at, status, reason"
    rows = {table: world.query(f"select * from raw.{table} order by all") for table in tables}
    return rows | {"deliveries": world.query(f"select {told} from raw.deliveries order by all")}


def test_files_read_together_give_what_each_gives_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together, alone = World(tmp_path / "together"), World(tmp_path / "alone")
    for world in (together, alone):
        land_all_manner_of_files(world)
    together.read()
    shutil.copy(together.settings.key_file, alone.settings.key_file)
    monkeypatch.setattr(waiting, "TOGETHER", ONE_BY_ONE)
    alone.read()
    found, expected = raw_of(together), raw_of(alone)
    assert found == expected
    assert len(found["contacts"]) == 18  # 13 of eight phone files, 5 of three mail files
    statuses = {status for *_, status, _ in found["deliveries"]}
    assert statuses == {"loaded", "rejected", "duplicate", "held"}


def test_a_file_that_goes_while_others_are_read_is_held_and_the_others_are_taken(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(tmp_path)
    world.deliver("phone/oproepen_2026-01.csv", phone_file(call(Oproepnummer="A")))
    going = world.deliver("phone/oproepen_2026-02.csv", phone_file(call(Oproepnummer="B")))

    def read_and_lose(*given: Any) -> bool:
        going.unlink(missing_ok=True)
        return read_tables(*given)

    monkeypatch.setattr(deliveries, "read_tables", read_and_lose)
    taken = {delivery.file_name: delivery for delivery in world.read("phone")}
    assert taken["oproepen_2026-01.csv"].rows_loaded == 1
    assert taken["oproepen_2026-02.csv"].reason == "NOT_STABLE"
    assert world.query("select line from raw.contacts") == [(2,)]


def test_columns_of_an_older_warehouse_take_every_code_and_core_is_built_anew() -> None:
    with duckdb.connect() as connection:
        connection.execute("create schema raw; create schema core")
        connection.execute("create table raw.referrals (contact_key bigint, outcome varchar)")
        connection.execute("insert into raw.referrals values (1, 'police'), (2, 'no_longer_used')")
        connection.execute("create table core.watermarks as select 'referrals' as model")
        create_raw_tables(connection)
        connection.execute("insert into raw.referrals (contact_key, outcome) values (3, 'legal')")
        rows = connection.execute(
            "select contact_key, outcome, typeof(outcome) like 'ENUM%' from raw.referrals "
            "order by 1"
        ).fetchall()
        assert rows == [(1, "police", True), (2, "no_longer_used", True), (3, "legal", True)]
        assert connection.execute("select count(*) from core.watermarks").fetchall() == [(0,)]
        connection.execute("insert into core.watermarks values ('referrals')")
        create_raw_tables(connection)
        assert connection.execute("select count(*) from core.watermarks").fetchall() == [(1,)]
