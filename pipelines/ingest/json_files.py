"""Reads JSON deliveries into the table `delivered`.

The fast path gives DuckDB the declared paths as explicit columns. What it refuses, and what is
laid out otherwise than one object per line, goes through `json_objects`, which finds the broken
objects and hands over the declared content of the others.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import expressions as sql
from pipelines.ingest.declared import KEY, Shape, declared_shape
from pipelines.ingest.json_names import Names
from pipelines.ingest.json_objects import read_objects
from pipelines.ingest.json_shape import check_depth
from pipelines.ingest.reading import DELIVERED, Reading, count_rows
from pipelines.ingest.scan import Scan
from pipelines.ingest.select import Columns
from pipelines.ingest.table_files import escape_glob
from pipelines.ingest.table_shape import LineMap
from pipelines.ingest.typed import Builder

BATCH = 20_000
UNREADABLE_FOR_DUCKDB = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
)
FORMATS = {"lines": "newline_delimited", "array": "array"}


def plan_json(
    contract: Contract, builder: Builder, path: Path, scan: Scan, stated: Mapping[str, str]
) -> Reading:
    """How to type and code every object of the file.

    Raises:
        Rejected: SCHEMA_DRIFT_MISSING when a declared key seems to have been renamed; what
            `by_object` raises, where DuckDB cannot read the file itself.
    """
    shape = declared_shape(contract)
    select = builder.build(texts_of(contract, stated))
    layout = contract.dialect.layout
    names = Names.of(scan.head[scan.text_start :], layout, shape)
    names.refuse_renamed(shape)
    reading = Reading(contract, path, scan, select, "", sorted(names.undeclared))
    if scan.json.is_plain and not scan.json.may_be_deep and layout in FORMATS:
        reading.statement = select.statement(whole_files(layout, shape))
        reading.first_line = scan.json.first_line
    else:
        by_object(reading)
    return reading


def read_jsons(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> bool:
    """Read files of one kind into `delivered`; False where they must be read one by one.

    Raises:
        Rejected: the only file is not what its contract says.
    """
    if readings[0].objects is None and not read_whole(connection, readings):
        if len(readings) > 1:
            return False
        by_object(readings[0])
    if readings[0].objects is not None:
        load_objects(connection, readings)
    return True


def whole_files(layout: str, shape: Shape) -> str:
    """The relation that DuckDB reads of files with one object per line."""
    columns = ", ".join(
        f"{sql.literal(key)}: {sql.literal(sql_type(p))}" for key, p in shape.items()
    )
    return (
        f"(select file_index::integer as file, * from read_json(?, format = '{FORMATS[layout]}', "
        f"columns = {{{columns}}}, auto_detect = false, maximum_object_size = 16777216))"
    )


def read_whole(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> bool:
    """Let DuckDB read the files; False when it refuses one or counts other than the lines do."""
    paths = [escape_glob(str(reading.path)) for reading in readings]
    statement = f"create or replace temp table {DELIVERED} as {readings[0].statement}"
    try:
        connection.execute(statement, [paths])
    except UNREADABLE_FOR_DUCKDB:
        return False  # the text of the error quotes the file; json_objects finds the place
    return count_rows(connection, readings) and all(
        reading.rows == reading.scan.json.objects for reading in readings
    )


def by_object(reading: Reading) -> None:
    """Read the file in Python, object by object; `load_objects` hands them to DuckDB.

    Raises:
        Rejected: TRUNCATED, BAD_DIALECT, or OVERSIZE when it is nested too deep.
    """
    shape = declared_shape(reading.contract)
    content = reading.path.read_bytes()
    check_depth(content)
    text = content[reading.scan.text_start :].decode()
    reading.objects = read_objects(text, reading.contract.dialect.layout, shape)
    reading.unreadable = [(line, reason, place) for line, reason, place in reading.objects.bad]
    reading.first_line = 0
    reading.lines = LineMap(steps_of(reading.objects.lines))
    spec = sql.literal(json.dumps(json_type(shape)))
    names = ", ".join(f"struct_extract(o, {sql.literal(key)}) as {sql.name(key)}" for key in shape)
    given = f"select unnest(?::integer[]) as file, from_json(unnest(?::varchar[]), {spec}) as o"
    reading.statement = reading.select.statement(f"(select file, {names} from ({given}))")


def load_objects(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> None:
    """Type and code objects that Python has read, in batches."""
    texts = [
        (place, text)
        for place, reading in enumerate(readings)
        for text in (reading.objects.texts if reading.objects else ())
    ]
    verb = f"create or replace temp table {DELIVERED} as"
    for start in range(0, max(len(texts), 1), BATCH):
        batch = texts[start : start + BATCH]
        connection.execute(
            f"{verb} {readings[0].statement}",
            [[place for place, _ in batch], [text for _, text in batch]],
        )
        verb = f"insert into {DELIVERED}"
    count_rows(connection, readings)


def steps_of(lines: list[int]) -> tuple[tuple[int, int], ...]:
    """The shifts that give each ordinal its line; a step wherever lines do not follow closely."""
    steps = []
    last = None
    for ordinal, line in enumerate(lines):
        if line - ordinal != last:
            last = line - ordinal
            steps.append((ordinal, last))
    return tuple(steps)


def texts_of(contract: Contract, stated: Mapping[str, str]) -> Columns:
    """SQL of the text of each field of the record, and of the nested lists."""
    texts: Columns = {}
    for field in contract.record.fields:
        place = field.source_name
        if place is None:
            continue
        if place == KEY:
            texts[field.name] = sql.name(KEY)
        elif place.startswith("{"):
            texts[field.name] = sql.literal(stated.get(place.strip("{}"), ""))
        else:
            texts[field.name] = extract(place)
    for entity in contract.objects.values():
        if entity.unfold and entity.unfold.path:
            texts[entity.name] = extract(entity.unfold.path)
    return texts


def extract(path: str) -> str:
    """SQL of a dotted path below the top-level columns."""
    first, *rest = path.split(".")
    text = sql.name(first)
    for step in rest:
        text = f"struct_extract({text}, {sql.literal(step)})"
    return text


def sql_type(shape: Any) -> str:
    """The DuckDB type of a declared part: every leaf a text."""
    if shape is None:
        return "VARCHAR"
    if isinstance(shape, list):
        return f"{sql_type(shape[0])}[]"
    return "STRUCT(" + ", ".join(f"{sql.name(k)} {sql_type(p)}" for k, p in shape.items()) + ")"


def json_type(shape: Any) -> Any:
    """The same for `from_json`."""
    if shape is None:
        return "VARCHAR"
    if isinstance(shape, list):
        return [json_type(shape[0])]
    return {key: json_type(part) for key, part in shape.items()}
