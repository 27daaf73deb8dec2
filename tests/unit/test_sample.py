"""What the sample exports look like: files, times, corrections, duplicates, faults, seeds."""

import datetime as dt
import filecmp
import json
import re
from pathlib import Path

import duckdb
import numpy as np
import pytest

from pipelines.errors import WrongUse
from pipelines.sample import write_sample
from pipelines.sample.deliveries import plan_deliveries
from pipelines.sample.records import CHAT, MAIL, PHONE
from pipelines.sample.year import year_of_records
from pipelines.settings import ZONE, load_settings
from tests.unit.sample_reading import open_landing


@pytest.fixture(scope="module")
def landing(sample_home: Path) -> Path:
    return sample_home / "landing"


@pytest.fixture(scope="module")
def records(landing: Path) -> duckdb.DuckDBPyConnection:
    return open_landing(landing)


def files_of(landing: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(landing)): path.read_bytes()
        for path in landing.rglob("*")
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        write_sample(tmp_path / name, seed=seed, years=(2020,))
    first, second, other = (files_of(tmp_path / name) for name in "abc")
    assert first == second
    assert first.keys() == other.keys()
    assert first["phone/oproepen_2020-06.csv"] != other["phone/oproepen_2020-06.csv"]


def test_files_are_yearly_then_monthly_then_daily(landing: Path) -> None:
    assert (landing / "phone" / "oproepen_2012.csv").exists()
    assert (landing / "mail" / "tickets_2019.jsonl").exists()
    assert (landing / "chat" / "contacts_2020-11.json").exists()
    assert (landing / "web" / "matomo_minors_2020-12-31.json").exists()
    assert (landing / "ads" / "advertenties_2020-12-01.csv").exists()
    assert not (landing / "phone" / "oproepen_2020-12.csv").exists()
    assert len(list((landing / "mail").glob("tickets_2*"))) == 8 + 11 + 31


def test_monthly_files_run_from_march_2012() -> None:
    plan = plan_deliveries(monthly=True)
    assert [plan.periods[0].label, plan.periods[-1].label] == ["2012-03", "2020-12"]
    assert len(plan.periods) == 10 + 8 * 12


def test_a_file_is_dated_by_its_export_and_none_after_the_clock(landing: Path) -> None:
    exported = dt.datetime(2020, 6, 30, 23, 55, tzinfo=ZONE)
    path = landing / "phone" / "oproepen_2020-06.csv"
    assert path.stat().st_mtime == exported.timestamp()
    assert path.read_text("utf-8-sig").splitlines()[1].endswith(f"{exported:%d/%m/%Y %H:%M:%S}")
    clock = dt.datetime(2021, 1, 1, tzinfo=ZONE).timestamp()
    assert all(
        path.stat().st_mtime < clock
        for path in landing.rglob("*_*")
        if path.is_file()
    )  # fmt: skip


def test_the_sample_states_seed_scale_and_clock(landing: Path, sample_home: Path) -> None:
    stated = json.loads((landing / "SAMPLE.json").read_text())
    assert stated == {"seed": 1712, "scale": 1, "as_of": "2021-01-01"}
    assert load_settings(home=sample_home, as_of=None).today == dt.date(2021, 1, 1)


def test_phone_files_have_byte_order_mark_semicolons_and_crlf(landing: Path) -> None:
    content = (landing / "phone" / "oproepen_2020-10.csv").read_bytes()
    assert content.startswith("\ufeffOproepnummer;Persoon;Begin;Einde;Duur (s);".encode())
    assert content.count(b"\n") == content.count(b"\r\n")
    assert b'"Twee vragen:\r\n1. wat kan school doen;\r\n2. wie contacteert wie?"' in content


def test_a_correction_adds_withdraws_edits_and_moves_calls(landing: Path) -> None:
    def calls(name: str) -> dict[str, list[list[str]]]:
        rows: dict[str, list[list[str]]] = {}
        for line in (landing / "phone" / name).read_text("utf-8-sig").splitlines()[1:]:
            cells = line.split(";")
            if re.fullmatch(r"\d{10}", cells[0]) and not cells[0].startswith("20999999"):
                rows.setdefault(cells[0], []).append(cells[1:16])
        return rows

    before, after = calls("oproepen_2020-03.csv"), calls("oproepen_correctie_2020-03.csv")
    assert after.keys() - before.keys()
    assert before.keys() - after.keys()
    both = before.keys() & after.keys()
    days = {call for call in both if before[call][0][1][:10] != after[call][0][1][:10]}
    edited = {call for call in both - days if before[call] != after[call]}
    assert days
    assert edited
    assert len(both) > 10 * len(days | edited)


def test_one_delivery_comes_twice_under_another_name(landing: Path) -> None:
    first = landing / "phone" / "oproepen_2020-05.csv"
    second = landing / "phone" / "oproepen_kopie_2020-05.csv"
    assert filecmp.cmp(first, second, shallow=False)
    assert second.stat().st_mtime > first.stat().st_mtime


def test_a_ticket_finished_later_comes_again_and_an_older_version_after_it(landing: Path) -> None:
    def versions(period: str) -> dict[int, str]:
        lines = (landing / "mail" / f"tickets_{period}.jsonl").read_text().splitlines()
        return {ticket["id"]: ticket["updated_at"] for ticket in map(json.loads, lines)}

    may, june, late = versions("2020-05"), versions("2020-06"), versions("nalevering_2020-05")
    again = may.keys() & june.keys()
    assert len(again) > 5
    assert all(may[ticket] < june[ticket] for ticket in again)
    assert late.keys() & june.keys()
    assert all(late[ticket] < june[ticket] for ticket in late.keys() & june.keys())
    assert late.keys() - may.keys() - june.keys()


def test_mails_and_chats_fall_into_the_doubled_hour(records: duckdb.DuckDBPyConnection) -> None:
    hour = "between '{0}T{1}:00:00' and '{0}T{1}:59:59.999'"
    for instant, table in (("created_at", "tickets"), ("timeOfContact", "chats")):
        passes = [
            records.execute(
                f"select count(*) from {table} where {instant} {hour.format('2020-10-25', utc)}"
            ).fetchall()[0][0]
            for utc in ("00", "01")
        ]
        assert sum(passes) > 0
        assert table == "chats" or min(passes) > 0


def test_no_local_time_lies_in_the_hour_that_march_lacks() -> None:
    records = year_of_records(2020, 1712, 20)
    missing = records.day == np.datetime64("2020-03-29")
    missing &= (records.second >= 7200) & (records.second < 10_800)
    assert not missing.any()
    assert ((records.day == np.datetime64("2020-03-29")) & (records.channel == MAIL)).any()


def test_hours_follow_the_service() -> None:
    records = year_of_records(2019, 1712, 20)
    records = records.select(records.day != np.datetime64("2019-10-27"))  # clocks change
    hour = records.second // 3600
    phone, chat, mail = (hour[records.channel == channel] for channel in (PHONE, CHAT, MAIL))
    assert (phone.min(), phone.max()) == (9, 16)
    assert (chat.min(), chat.max()) == (17, 19)
    assert set(mail.tolist()) == set(range(24))
    assert (mail < 6).mean() < 0.1


def test_years_follow_each_other_without_a_jump() -> None:
    december, january = (year_of_records(year, 1712, 20) for year in (2018, 2019))
    for channel in (PHONE, MAIL, CHAT):
        before = ((december.day >= np.datetime64("2018-12-01")) & (december.channel == channel)
                  ).sum()  # fmt: skip
        after = ((january.day < np.datetime64("2019-02-01")) & (january.channel == channel)).sum()
        assert after == pytest.approx(before, rel=0.2)


def test_scale_multiplies_the_totals(tmp_path: Path) -> None:
    summary = write_sample(tmp_path / "landing", scale=2, years=(2014,))
    connection = open_landing(tmp_path / "landing")
    assert summary.contacts == {2014: 9352}
    counted = [
        connection.execute(f"select count(*) from {table} where year(day) = 2014").fetchall()[0][0]
        for table in ("contacts", "victims")
    ]
    # Mails finished in 2015 are there unfinished, yet they count.
    assert counted == [9352, 9674]


def test_through_keeps_to_what_had_been_exported_by_then(tmp_path: Path) -> None:
    summary = write_sample(tmp_path / "landing", monthly=True, through=dt.date(2014, 11, 30))
    names = {path.name for path in (tmp_path / "landing").rglob("*") if path.is_file()}
    assert "oproepen_2014-11.csv" in names
    assert "oproepen_2014-12.csv" not in names
    assert summary.as_of == dt.date(2014, 12, 1)


def test_rows_to_be_rejected_are_counted(landing: Path, tmp_path: Path) -> None:
    summary = write_sample(tmp_path / "landing", years=(2020,))
    content = b"".join(files_of(tmp_path / "landing").values())
    assert content.count(b"99999") >= summary.rejected_rows == 7


def test_other_deliveries_are_not_touched(tmp_path: Path) -> None:
    foreign = tmp_path / "landing" / "phone" / "oproepen_2020-01.csv"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("theirs")
    with pytest.raises(WrongUse, match="already holds 1 other deliver"):
        write_sample(tmp_path / "landing", years=(2020,))
    assert foreign.read_text() == "theirs"
    assert [path.name for path in tmp_path.iterdir()] == ["landing"]


def test_a_sample_may_be_written_over_itself(tmp_path: Path) -> None:
    write_sample(tmp_path / "landing", seed=1, years=(2020,))
    write_sample(tmp_path / "landing", seed=2, years=(2020,))
    assert json.loads((tmp_path / "landing" / "SAMPLE.json").read_text())["seed"] == 2


@pytest.mark.parametrize("wrong", [{"scale": 0}, {"years": (2021,)}])
def test_a_scale_or_year_that_cannot_be_is_refused(tmp_path: Path, wrong: dict[str, int]) -> None:
    with pytest.raises(WrongUse):
        write_sample(tmp_path / "landing", **wrong)  # type: ignore[arg-type]  # wrong on purpose
    assert not (tmp_path / "landing").exists()
