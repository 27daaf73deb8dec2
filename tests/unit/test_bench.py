"""The harness of the benchmark counts what it says it counts."""

import datetime as dt
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.answers import compare_marts
from benchmarks.landing import covered, make_last_day
from benchmarks.measure import CommandFailed, run
from benchmarks.performance import Spread, ratios, summarise


def test_a_process_is_charged_for_the_children_that_it_waited_for(tmp_path: Path) -> None:
    busy = "sum(i * i for i in range(3_000_000))"
    child = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{busy}'], check=True)"
    parent = run([sys.executable, "-c", child], {}, tmp_path / "log")
    idle = run([sys.executable, "-c", "import subprocess, sys"], {}, tmp_path / "log")
    assert parent.cpu_s > idle.cpu_s


def test_a_command_that_fails_is_not_measured(tmp_path: Path) -> None:
    with pytest.raises(CommandFailed, match="ended with 3"):
        run([sys.executable, "-c", "import sys; sys.exit(3)"], {}, tmp_path / "log")


@pytest.mark.parametrize(
    ("name", "first", "last"),
    [
        ("oproepen_2012.csv", "2012-03-01", "2012-12-31"),
        ("tickets_2020-02.jsonl", "2020-02-01", "2020-02-29"),
        ("matomo_adults_2020-12-31.json", "2020-12-31", "2020-12-31"),
    ],
)
def test_a_file_covers_the_period_in_its_name_since_the_service_began(
    name: str, first: str, last: str
) -> None:
    assert covered(Path(name)) == (dt.date.fromisoformat(first), dt.date.fromisoformat(last))


def test_the_last_day_comes_under_numbers_that_no_history_holds(tmp_path: Path) -> None:
    whole = tmp_path / "whole"
    for source in ("phone", "mail", "chat"):
        (whole / source).mkdir(parents=True)
    (whole / "SAMPLE.json").write_text("{}")
    call = 'Oproepnummer;Persoon\r\n2000000010;1\r\n2000000020;"2000000030;\n2"\r\n'
    (whole / "phone" / "oproepen_2020-12-31.csv").write_text(call, newline="")
    (whole / "mail" / "tickets_2020-12-31.jsonl").write_text('{"id":2000000040,"title":"0"}\n')
    (whole / "chat" / "contacts_2020-12-31.json").write_text('[\n{"id":2000000050,"x":0}\n]')
    day = make_last_day(tmp_path / "day", whole)
    assert (day / "phone" / "oproepen_2020-12-31.csv").read_bytes().split() == [
        b"Oproepnummer;Persoon", b"2000000017;1", b'2000000027;"2000000030;', b'2"',
    ]  # fmt: skip
    assert '"id":2000000047,' in (day / "mail" / "tickets_2020-12-31.jsonl").read_text()
    assert '"id":2000000057,' in (day / "chat" / "contacts_2020-12-31.json").read_text()


def test_one_wrong_count_is_two_rows_that_differ(tmp_path: Path) -> None:
    for name, contacts in (("ours", 8059), ("theirs", 8058)):
        with duckdb.connect(str(tmp_path / name)) as connection:
            connection.execute("create schema marts")
            connection.execute(
                f"create table marts.yearly_totals as select 2020 as year, {contacts} as contacts"
            )
    assert compare_marts(tmp_path / "ours", tmp_path / "theirs") == {"yearly_totals": 2}


def test_a_cell_shows_the_median_between_the_least_and_the_most() -> None:
    assert str(Spread.of([3.0, 1.0, 2.0])) == "2.0 (1.0–3.0)"


def test_a_ratio_leaves_out_what_starting_costs_on_either_side() -> None:
    # start-up 2 + 3 + 5 = 10: (30 − 10) / (10.5 − 0.5) = 2
    seconds = {
        "import dagster, dagster_dbt": 2.0,
        "import great_expectations": 3.0,
        "dbt run of one model": 5.0,
        "import duckdb": 0.5,
        "rebuild": 30.0,
        "bound, layers": 10.5,
    }
    results: list[dict[str, object]] = [
        {"scale": 1, "case": case, "cpu_s": spent, "wall_s": spent, "memory_mb": 1.0}
        for case, spent in seconds.items()
    ]
    table = ratios(summarise(results), [1])
    assert "| 1× | rebuild / bound that keeps raw and core too, CPU | 2.00 |  |" in table
