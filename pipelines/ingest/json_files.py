"""Reads one JSON delivery into the table `delivered`.

The fast path gives DuckDB the declared paths as explicit columns. What it refuses, and what is
laid out otherwise than one object per line, goes through `json_objects`, which finds the broken
objects and hands over the declared content of the others.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import expressions as sql
from pipelines.ingest.declared import KEY, Shape, declared_shape
from pipelines.ingest.json_names import Names
from pipelines.ingest.json_objects import Objects, read_objects
from pipelines.ingest.json_shape import JsonLines, check_depth
from pipelines.ingest.reading import DELIVERED, Reading
from pipelines.ingest.scan import Scan
from pipelines.ingest.table_files import escape_glob
from pipelines.ingest.table_shape import LineMap
from pipelines.ingest.typed import Builder, Columns

BATCH = 20_000
UNREADABLE_FOR_DUCKDB = (
    duckdb.InvalidInputException,
    duckdb.ConversionException,
    duckdb.OutOfRangeException,
)
FORMATS = {"lines": "newline_delimited", "array": "array"}


def read_json(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    builder: Builder,
    path: Path,
    scan: Scan,
    stated: Mapping[str, str],
) -> Reading:
    """Type and code every object of the file.

    Raises:
        Rejected: TRUNCATED, BAD_DIALECT, OVERSIZE when it is nested too deep, or
            SCHEMA_DRIFT_MISSING when a declared key seems to have been renamed.
    """
    shape = declared_shape(contract)
    select = builder.build(texts_of(contract, stated))
    names = Names.of(scan.head[scan.text_start :], contract.dialect.layout, shape)
    names.refuse_renamed(shape)
    reading = Reading(contract, select, LineMap(()), undeclared=sorted(names.undeclared))
    lines = scan.json
    plain = lines.is_plain and not lines.may_be_deep and contract.dialect.layout in FORMATS
    if not (plain and read_whole(connection, reading, shape, path, lines)):
        content = path.read_bytes()
        check_depth(content)
        text = content[scan.text_start :].decode()
        objects = read_objects(text, contract.dialect.layout, shape)
        load_objects(connection, reading, shape, objects)
    return reading


def read_whole(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    shape: Shape,
    path: Path,
    lines: JsonLines,
) -> bool:
    """Let DuckDB read the file; False when it refuses it or counts other than the lines do."""
    columns = ", ".join(
        f"{sql.literal(key)}: {sql.literal(sql_type(p))}" for key, p in shape.items()
    )
    layout = FORMATS[reading.contract.dialect.layout]
    source = (
        f"read_json(?, format = '{layout}', columns = {{{columns}}}, auto_detect = false, "
        "maximum_object_size = 16777216)"
    )
    statement = f"create or replace temp table {DELIVERED} as {reading.select.statement(source)}"
    try:
        connection.execute(statement, [escape_glob(str(path))])
    except UNREADABLE_FOR_DUCKDB:
        return False  # the text of the error quotes the file; json_objects finds the place
    counted = connection.execute(f"select count(*) from {DELIVERED}").fetchone()
    reading.first_line = lines.first_line
    return counted is not None and counted[0] == lines.objects


def load_objects(
    connection: duckdb.DuckDBPyConnection, reading: Reading, shape: Shape, objects: Objects
) -> None:
    """Type and code objects that Python has read, in batches."""
    spec = sql.literal(json.dumps(json_type(shape)))
    names = ", ".join(f"struct_extract(o, {sql.literal(key)}) as {sql.name(key)}" for key in shape)
    source = f"(select {names} from (select from_json(unnest(?::varchar[]), {spec}) as o))"
    statement = reading.select.statement(source)
    connection.execute(
        f"create or replace temp table {DELIVERED} as {statement}", [objects.texts[:BATCH]]
    )
    for start in range(BATCH, len(objects.texts), BATCH):
        batch = objects.texts[start : start + BATCH]
        connection.execute(f"insert into {DELIVERED} {statement}", [batch])
    reading.unreadable = [(line, reason, place) for line, reason, place in objects.bad]
    reading.first_line = 0
    reading.lines = LineMap(steps_of(objects.lines))


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
