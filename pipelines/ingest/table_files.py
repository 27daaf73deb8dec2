"""Reads CSV deliveries into the table `delivered`, by header name and in the declared dialect."""

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import expressions as sql
from pipelines.ingest import refusal
from pipelines.ingest.reading import DELIVERED, Reading, count_rows
from pipelines.ingest.refusal import Rejected
from pipelines.ingest.scan import Scan
from pipelines.ingest.select import Columns
from pipelines.ingest.table_header import all_fields, find_columns, read_header, undeclared
from pipelines.ingest.table_shape import LONGEST_LINE, LineMap, line_of_record, recount
from pipelines.ingest.typed import Builder


def plan_table(
    contract: Contract, builder: Builder, path: Path, scan: Scan, stated: Mapping[str, str]
) -> Reading:
    """How to type and code every record of the file.

    Raises:
        Rejected: the file is not in the contract's dialect, or lacks a column.
    """
    header = read_header(contract, scan)
    places, constants = find_columns(contract, header)
    texts = texts_of(contract, places, stated)
    if contract.dialect.leave_out_blank:
        texts["summary"] = sql.name(contract.dialect.leave_out_blank)
    select = builder.build(texts)
    source = f"(select file_index::integer as file, {source_columns(places)} "
    statement = select.statement(f"{source} from {reader(contract, len(header))})")
    unknown = undeclared(contract, header)
    return Reading(contract, path, scan, select, statement, unknown, constants)


def read_tables(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> bool:
    """Read files of one kind into `delivered`; False where they must be read one by one.

    A file that is refused says so by its `fault`.
    """
    dialect, statement = readings[0].contract.dialect, readings[0].statement
    # DuckDB's strict reader knows one kind of newline, and UTF-8
    as_it_is = dialect.encoding == "utf-8" and not any(
        reading.scan.table.needs_one_newline for reading in readings
    )
    paths = [escape_glob(str(reading.path)) for reading in readings]
    if not (as_it_is and run(connection, statement, paths)):
        if len(readings) > 1:
            return False
        with plain_copy(readings[0]) as copy:
            if not run(connection, statement, [copy]):
                raise Rejected(refusal.BAD_DIALECT)
    if not count_rows(connection, readings):
        return False
    refused = refused_records(connection, readings)
    for reading, records in zip(readings, refused, strict=True):
        try:
            place_rows(reading, records)
        except Rejected as fault:
            reading.fault = fault
    return True


def texts_of(contract: Contract, places: Mapping[str, int], stated: Mapping[str, str]) -> Columns:
    """SQL of each field's text; a column that is not in this file is null."""
    texts: Columns = {}
    for field in all_fields(contract):
        if field.transform:
            texts[field.name] = f"({field.transform})"
        elif field.source_name and field.source_name.startswith("{"):
            texts[field.name] = sql.literal(stated.get(field.source_name.strip("{}"), ""))
        elif field.source_name:
            known = field.source_name in places
            texts[field.name] = sql.name(field.source_name) if known else "null::varchar"
    return texts


def source_columns(places: Mapping[str, int]) -> str:
    """The columns of the file under the names that the contract uses."""
    return ", ".join(f"c{place} as {sql.name(wanted)}" for wanted, place in places.items())


def reader(contract: Contract, width: int) -> str:
    """`read_csv` with everything said and nothing guessed; the path is a parameter."""
    dialect = contract.dialect
    names = ", ".join(f"'c{place}': 'VARCHAR'" for place in range(width))
    return (
        f"read_csv(?, columns = {{{names}}}, auto_detect = false, header = true, "
        f"delim = {sql.literal(dialect.delimiter)}, quote = {sql.literal(dialect.quote)}, "
        f"escape = {sql.literal(dialect.quote)}, strict_mode = true, "
        f"max_line_size = {LONGEST_LINE}, store_rejects = true, "
        "rejects_table = 'refused', rejects_scan = 'refused_scans', rejects_limit = 0)"
    )


def run(connection: duckdb.DuckDBPyConnection, statement: str, paths: list[str]) -> bool:
    """Create `delivered`; False where DuckDB's strict reader cannot follow a file.

    Its own text could quote a line of the file and is not passed on.
    """
    connection.execute("drop table if exists refused; drop table if exists refused_scans")
    try:
        connection.execute(f"create or replace temp table {DELIVERED} as {statement}", [paths])
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException):
        return False
    return True


def place_rows(reading: Reading, refused: Mapping[int, str]) -> None:
    """Lines of the loaded rows, and the records that DuckDB refused with theirs.

    Raises:
        Rejected: OVERSIZE, TRUNCATED, or BAD_QUOTING when a broken quote spans several lines or
            when the records do not add up.
    """
    shape, unended = reading.scan.table, reading.scan.table.unended
    dialect = reading.contract.dialect
    blank: list[int] = []
    if shape.records != reading.rows + len(refused):
        shape, blank = recount(reading.path, dialect.delimiter, dialect.quote, dialect.encoding)
        if shape.records - len(blank) != reading.rows + len(refused):
            raise Rejected(refusal.BAD_QUOTING)
    broken_over_lines = dict(shape.extra)
    for record, reason in refused.items():
        line = line_of_record(record, shape.extra)
        if reason == refusal.OVERSIZE or (
            reason == refusal.BAD_QUOTING and record in broken_over_lines
        ):
            raise Rejected(reason, line)
        if reason == refusal.TRUNCATED and not (record == shape.records and unended):
            reason = refusal.FIELD_COUNT
        if reason == refusal.TRUNCATED:
            raise Rejected(reason, line)
        reading.unreadable.append((line, reason, None))
    reading.lines = LineMap.build(shape.extra, [*refused, *blank])


def refused_records(
    connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]
) -> list[dict[int, str]]:
    """Per file, position (the header being 0) and reason of every record that DuckDB refused."""
    found: list[dict[int, str]] = [{} for _ in readings]
    rows = connection.execute(
        "select file_id, line - 1, list(distinct error_type::varchar) from refused "
        "group by all order by all"
    ).fetchall()
    for file, record, errors in rows:
        found[file][record] = refused_reason(set(errors))
    return found


def refused_reason(errors: set[str]) -> str:
    """One line can be refused for several reasons; the most telling one counts."""
    if "LINE SIZE OVER MAXIMUM" in errors:
        return refusal.OVERSIZE
    if "TOO MANY COLUMNS" in errors:
        return refusal.FIELD_COUNT
    if "UNQUOTED VALUE" in errors:
        return refusal.BAD_QUOTING
    if "MISSING COLUMNS" in errors:
        return refusal.TRUNCATED  # if it is the last line and has no end; else FIELD_COUNT
    return refusal.BAD_ENCODING if "INVALID ENCODING" in errors else refusal.BAD_DIALECT


@contextmanager
def plain_copy(reading: Reading) -> Iterator[str]:
    """A copy in memory, in UTF-8 and with one kind of newline, as DuckDB's strict reader wants.

    It never touches a disk: columns that no contract declares are in it.
    """
    text = reading.path.read_bytes().decode(reading.contract.dialect.encoding)
    only_returns = reading.scan.table.newlines == 0
    text = re.sub("\r\n?" if only_returns else "\r\n", "\n", text).replace("\r", " ")
    handle = os.memfd_create("delivery")
    try:
        with os.fdopen(os.dup(handle), "wb") as copy:
            copy.write(text.encode())
        yield f"/proc/self/fd/{handle}"
    finally:
        os.close(handle)


def escape_glob(path: str) -> str:
    """A path that DuckDB takes as it is, whatever characters a file name has."""
    return re.sub(r"([*?\[])", r"[\1]", path)
