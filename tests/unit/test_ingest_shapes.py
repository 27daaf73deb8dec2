"""Counting lines on bytes agrees with real parsers, whatever the file looks like (hypothesis)."""

import csv
import datetime as dt
import io
import json
import re
import unicodedata
from zoneinfo import ZoneInfo

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.contracts.model import Dialect
from pipelines.contracts.zones import transitions
from pipelines.ingest import expressions as sql
from pipelines.ingest.clocks import Clocks
from pipelines.ingest.declared import declared
from pipelines.ingest.json_objects import read_objects
from pipelines.ingest.json_shape import JsonLines, check_depth
from pipelines.ingest.keys import record_key, set_key_variables
from pipelines.ingest.refusal import Rejected
from pipelines.ingest.table_shape import LineMap, TableLines, line_of_record
from pipelines.ingest.typed import keyed

unhurried = settings(deadline=None, max_examples=60)
ISO = Dialect(format="json", layout="lines")
CELL = st.text(st.sampled_from('ab ;"\n'), max_size=6)
RECORDS = st.lists(st.lists(CELL, min_size=2, max_size=2), min_size=1, max_size=8)


def chunks(content: bytes, sizes: list[int]) -> list[bytes]:
    """The content in pieces of the given sizes, and the rest."""
    pieces = []
    for size in sizes:
        pieces.append(content[:size])
        content = content[size:]
    return [*pieces, content]


def written(records: list[list[str]], newline: str) -> tuple[bytes, list[int]]:
    """A CSV of the records under a header, and the line in which each starts."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL, lineterminator=newline)
    writer.writerow(["x", "y"])
    lines = []
    for record in records:
        lines.append(text.getvalue().count("\n") + 1)
        writer.writerow(record)
    return text.getvalue().encode(), lines


@unhurried
@given(RECORDS, st.lists(st.integers(1, 9), max_size=9), st.sampled_from(["\n", "\r\n"]), st.data())
def test_every_loaded_record_has_the_line_in_which_it_starts(
    records: list[list[str]], sizes: list[int], newline: str, data: st.DataObject
) -> None:
    content, lines = written(records, newline)
    shape = TableLines()
    for piece in chunks(content, sizes):
        shape.feed(piece)
    shape.finish()
    assert shape.records == len(records)
    refused = data.draw(st.sets(st.integers(1, len(records))))
    places = LineMap.build(shape.extra, refused)
    loaded = [line for n, line in enumerate(lines, start=1) if n not in refused]
    assert [n + 2 + places.shift(n) for n in range(len(loaded))] == loaded
    assert [line_of_record(n, shape.extra) for n in refused] == [lines[n - 1] for n in refused]


def test_a_quote_that_nothing_closes_refuses_the_file() -> None:
    shape = TableLines()
    shape.feed(b'a;b\n1;"x\n2;y\n')
    with pytest.raises(Rejected, match="BAD_QUOTING"):
        shape.finish()


JSON = st.recursive(
    st.none() | st.integers() | st.text(st.sampled_from('a{}[]",\\\n:'), max_size=6),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner),
    max_leaves=8,
)
OBJECTS = st.lists(st.dictionaries(st.sampled_from("abc"), JSON, max_size=3), max_size=6)


@unhurried
@given(OBJECTS, st.lists(st.integers(1, 20), max_size=9), st.sampled_from([None, 1]))
def test_objects_of_an_array_are_counted_and_found_in_their_lines(
    objects: list[dict[str, object]], sizes: list[int], indent: int | None
) -> None:
    texts = [json.dumps(item, indent=indent) for item in objects]
    text = "[\n" + ",\n".join(texts) + "\n]\n"
    lines, line = [], 2
    for item in texts:
        lines.append(line)
        line += item.count("\n") + 1
    shape = JsonLines()
    for piece in chunks(text.encode(), sizes):
        shape.feed(piece)
    shape.finish()
    if shape.is_plain and objects:
        assert shape.objects == len(objects)
        assert [shape.first_line + n for n in range(len(objects))] == lines
    found = read_objects(text, "array", {"a": None})
    assert found.lines == lines
    assert found.bad == []


def test_lines_of_whole_objects_are_plain_and_others_are_not() -> None:
    plain, spread = JsonLines(), JsonLines()
    plain.feed(b'{"a":{"b":[1]}}\n{"a":"{}"}\n')
    plain.finish()
    spread.feed(b'{"a":\n{"b":[1]}}\n')
    spread.finish()
    assert (plain.is_plain, plain.records) == (True, 2)
    assert (spread.is_plain, spread.records) == (False, None)


def test_depth_is_that_of_brackets_outside_texts() -> None:
    check_depth(b'{"a":"' + b"[" * 1000 + b'"}')
    check_depth(b'{"a":"\\"' + b"[" * 1000 + b'"}')
    with pytest.raises(Rejected, match="OVERSIZE"):
        check_depth(b'["]",' * 100 + b"]" * 100)


def test_only_declared_paths_leave_an_object() -> None:
    value = {"a": {"b": 1, "name": "x"}, "list": [{"c": True, "d": "x"}, None], "note": "x"}
    shape = {"a": {"b": None}, "list": [{"c": None}]}
    assert json.loads(declared(value, shape)) == {"a": {"b": "{}"}, "list": [{"c": "true"}, None]}


@pytest.fixture(scope="module")
def connection() -> duckdb.DuckDBPyConnection:
    """An empty DuckDB."""
    return duckdb.connect()


@unhurried
@given(st.text(max_size=20), st.binary(min_size=32, max_size=32))
def test_keyed_ids_in_sql_are_those_of_hmac(
    connection: duckdb.DuckDBPyConnection, text: str, key: bytes
) -> None:
    set_key_variables(connection, key, "phone")
    clean = text.encode(errors="replace").decode()
    row = connection.execute(f"select {keyed('$1')}", [clean]).fetchone()
    assert row == (record_key(key, "phone", clean),)


@unhurried
@given(st.text(st.sampled_from("aÀé\u0301 \u00a0\t\ufeffB"), max_size=8))
def test_labels_are_normalised_alike_in_sql_and_in_contracts(
    connection: duckdb.DuckDBPyConnection, label: str
) -> None:
    row = connection.execute(f"select {sql.normal_sql('$1')}", [label]).fetchone()
    assert row == (sql.normal(label),)
    assert sql.normal(unicodedata.normalize("NFD", label)) == sql.normal(label)


@pytest.mark.parametrize("word", ["justitiële", "café", "“citaat”", "naïef", "à la", "€ 5", "Één"])
def test_twice_encoded_words_are_told_from_right_ones(
    connection: duckdb.DuckDBPyConnection, word: str
) -> None:
    question = f"select {sql.is_mojibake('$1')}"
    assert connection.execute(question, [word]).fetchone() == (False,)
    for encoding in ("latin-1", "cp1252"):
        twice = word.encode().decode(encoding, errors="replace")
        if "\ufffd" not in twice:
            assert connection.execute(question, [twice]).fetchone() == (True,), (word, encoding)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", 12), (" 12 ", 12), ("-5", -5), ("12.0", 12), ("0012", 12), ("12.5", None),
     ("1e3", None), ("0x1F", None), ("1_000", None), ("tien", None), ("", None), ("9" * 30, None)],
)  # fmt: skip
def test_whole_numbers_are_never_rounded_nor_guessed(
    connection: duckdb.DuckDBPyConnection, text: str, number: int | None
) -> None:
    row = connection.execute(f"select {sql.whole_number('$1')}", [text]).fetchone()
    assert row == (number,)


@pytest.mark.parametrize(
    ("ending", "hour"),
    [("", None), (".25", None), ("Z", 10), ("+00", 10), ("+02", 8), ("-05", 15), ("+0530", 4.5),
     ("+02:00", 8), ("+02:00:00", 8), (" UTC", 10), (".25 UTC", 10), (".25+02", 8)],
)  # fmt: skip
def test_a_time_is_moved_by_the_offset_that_it_names(
    connection: duckdb.DuckDBPyConnection, ending: str, hour: float | None
) -> None:
    question = f"select {sql.zoned('$1')}, {sql.local('$1', ISO)}"
    begun = dt.datetime(2026, 3, 1)  # noqa: DTZ001  naive, as DuckDB gives it
    more = dt.timedelta(seconds=0.25 if "." in ending else 0)
    instant = None if hour is None else begun + dt.timedelta(hours=hour) + more
    local = begun + dt.timedelta(hours=10) + more if hour is None else None
    for separator in "T ":
        row = connection.execute(question, [f" 2026-03-01{separator}10:00:00{ending}"]).fetchone()
        assert row == (instant, local)


@pytest.mark.parametrize(
    "text",
    ["2026-03-01 10:00:00" + rest for rest in (
        " CET", " GMT", "+2", "+", "+99", "+02:99", "Z+02", "+02Z", " +02 UTC", " PM", "x", ".1.2",
    )] + ["2026-03-01", "2026-03-01 10:00", "2026-03-01 10:00+02", "2026-03-01 10-05"],
)  # fmt: skip
def test_a_time_that_ends_in_something_else_is_not_understood(
    connection: duckdb.DuckDBPyConnection, text: str
) -> None:
    question = f"select {sql.zoned('$1')}, {sql.local('$1', ISO)}"
    assert connection.execute(question, [text]).fetchone() == (None, None)


def test_a_short_time_keeps_its_offset(connection: duckdb.DuckDBPyConnection) -> None:
    question = f"select {sql.zoned('$1')}, {sql.local('$1', ISO)}"
    for text in ("2026-03-01 1:00:00Z", "2026-03-01 3:0:0+02"):
        row = connection.execute(question, [text]).fetchone()
        assert row == (dt.datetime(2026, 3, 1, 1), None)  # noqa: DTZ001  naive, as DuckDB gives it


@pytest.mark.parametrize(
    "zone",
    ["Europe/Brussels", "America/Argentina/Buenos_Aires", "Africa/Casablanca", "UTC",
     "Australia/Lord_Howe", "America/St_Johns"],
)  # fmt: skip
def test_local_times_and_instants_are_those_of_the_time_zone_database(
    connection: duckdb.DuckDBPyConnection, zone: str
) -> None:
    clocks = Clocks(zone, 2011, 2030, sql.Constants(connection))
    around = [dt.timedelta(minutes=m) for m in (-61, -31, -1, 0, 1, 29, 31, 61, 100_000)]
    changes = [c.instant for c in transitions(zone, 2011, 2030)] or [dt.datetime(2020, 1, 1)]  # noqa: DTZ001  naive UTC, as stored
    moments = [change + step for change in changes for step in around]
    moments = [moment for moment in moments if moment.year < 2030]
    here = [moment.replace(tzinfo=dt.UTC).astimezone(ZoneInfo(zone)) for moment in moments]
    rows = connection.execute(
        f"select u + to_seconds({clocks.offset_of_utc('u')}), "
        f"l - to_seconds({clocks.offset_of_local('l')}), "
        f"{clocks.is_missing('l')}, {clocks.is_doubled('l')} "
        "from (select unnest(?::timestamp[]) as u, unnest(?::timestamp[]) as l)",
        [moments, [time.replace(tzinfo=None) for time in here]],
    ).fetchall()
    assert rows == [
        (
            time.replace(tzinfo=None),
            time.replace(fold=0).astimezone(dt.UTC).replace(tzinfo=None),
            False,
            time.replace(fold=0).utcoffset() != time.replace(fold=1).utcoffset(),
        )
        for time in here
    ]


def test_the_hour_that_clocks_skip_is_missing(connection: duckdb.DuckDBPyConnection) -> None:
    clocks = Clocks("Europe/Brussels", 2011, 2030, sql.Constants(connection))
    question = f"select {clocks.is_missing('$1::timestamp')}"
    for text, missing in {
        "2026-03-29 01:59:59": False,
        "2026-03-29 02:00:00": True,
        "2026-03-29 02:59:59": True,
        "2026-03-29 03:00:00": False,
    }.items():
        assert connection.execute(question, [text]).fetchone() == (missing,)


def test_the_pattern_of_serial_dates_knows_no_date() -> None:
    assert re.fullmatch(sql.SERIAL, "46115")
    assert re.fullmatch(sql.SERIAL, "46115,4375")
    assert not re.fullmatch(sql.SERIAL, "01/03/2026")
