"""How rows are printed, and which statements are refused before they run."""

import io
import json

import duckdb
import pytest

from pipelines.publish import output
from pipelines.publish.sandbox import refusal


def printed_csv(*rows: list[object]) -> list[str]:
    to = io.StringIO()
    output.as_csv(["=cmd", "b"], rows, to)
    return to.getvalue().splitlines()


def test_csv_gives_an_apostrophe_to_what_a_spreadsheet_would_run() -> None:
    assert printed_csv(
        ["=1+1", -1],
        ["@SUM(A1)", None],
        ["＝1", 1.5],
        ["\t=1", True],
        ["a = b", [1, 2]],
    ) == ["'=cmd,b", "'=1+1,-1", "'@SUM(A1),", "'＝1,1.5", "'\t=1,true", 'a = b,"[1, 2]"']


def test_json_is_one_array_also_without_rows_and_has_no_nan() -> None:
    to = io.StringIO()
    output.as_json(["a"], [[float("nan")], [[float("inf"), "é"]]], to)
    assert json.loads(to.getvalue()) == [{"a": None}, {"a": [None, "é"]}]
    empty = io.StringIO()
    output.as_json(["a"], [], empty)
    assert json.loads(empty.getvalue()) == []


def test_a_table_shows_no_control_character_and_no_markup() -> None:
    to = io.StringIO()
    output.as_table(["name"], [["\x1b[31mred"], ["[red]x[/red]"]], to)
    assert "\x1b" not in to.getvalue()
    assert "[red]x[/red]" in to.getvalue()


def test_a_table_stops_after_its_first_rows_and_says_so() -> None:
    to = io.StringIO()
    output.as_table(["n"], ([n] for n in range(1000)), to)
    lines = to.getvalue().splitlines()
    assert len(lines) == 1 + output.ROWS_SHOWN + 1
    assert lines[-1].startswith("… only the first 200 rows")


def test_a_wide_table_is_not_cut_off() -> None:
    to = io.StringIO()
    output.as_table(["a", "b"], [["x" * 300, "y" * 300]], to)
    assert "x" * 300 in to.getvalue()
    assert "y" * 300 in to.getvalue()


@pytest.mark.parametrize(
    ("sql", "word"),
    [
        ("", "no statement"),
        ("-- nothing", "no statement"),
        ("select 1; select 2", "more than one"),
        ("/* a */ -- b\n attach 'x'", "ATTACH"),
        ("explain (format json) drop table x", "DROP"),
        ("explain analyze insert into x values (1)", "INSERT"),
        ("pragma database_list", "PRAGMA"),
        ("pivot x on y using sum(z)", "PIVOT … ON"),
        ("select * from enable_logging()", "enable_log"),
    ],
)
def test_a_statement_that_does_not_read_is_refused_by_name(sql: str, word: str) -> None:
    assert word in (refusal(duckdb.connect(), sql) or "")


@pytest.mark.parametrize(
    "sql",
    [
        "select 1;",
        "((select 1))",
        "from x",
        "explain (select 1)",
        "-- a\nwith a as (from b) from a",
    ],
)
def test_a_statement_that_reads_is_not_refused(sql: str) -> None:
    assert refusal(duckdb.connect(), sql) is None
