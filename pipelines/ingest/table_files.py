"""Reads one CSV delivery into the table `delivered`, by header name and in the declared dialect."""

import csv
import io
import os
import re
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.contracts import Contract
from pipelines.contracts.model import Field
from pipelines.ingest import expressions as sql
from pipelines.ingest import refusal
from pipelines.ingest.reading import DELIVERED, Reading
from pipelines.ingest.refusal import Rejected
from pipelines.ingest.scan import Scan
from pipelines.ingest.table_shape import LONGEST_LINE, LineMap, line_of_record, recount
from pipelines.ingest.typed import Builder, Columns

DELIMITERS = (";", ",", "\t", "|")
CURRENCY = "{currency}"


def read_table(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    builder: Builder,
    path: Path,
    scan: Scan,
    stated: Mapping[str, str],
) -> Reading:
    """Type and code every record of the file.

    Raises:
        Rejected: the file is not in the contract's dialect, or a quote swallowed several lines.
    """
    header = read_header(contract, scan)
    places, constants = find_columns(contract, header)
    texts = texts_of(contract, places, stated)
    if contract.dialect.leave_out_blank:
        texts["summary"] = sql.name(contract.dialect.leave_out_blank)
    select = builder.build(texts)
    source = f"(select {source_columns(places)} from {reader(contract, len(header))})"
    statement = select.statement(source)
    as_it_is = contract.dialect.encoding == "utf-8" and not scan.table.needs_one_newline
    if not (as_it_is and run(connection, statement, escape_glob(str(path)))):
        with plain_copy(path, contract, scan) as copy:
            if not run(connection, statement, copy):
                raise Rejected(refusal.BAD_DIALECT)
    reading = Reading(contract, select, LineMap(()), undeclared=undeclared(contract, header))
    reading.constants = constants
    place_rows(connection, reading, path, scan)
    return reading


def read_header(contract: Contract, scan: Scan) -> list[str]:
    """The names of the columns, as the file has them."""
    dialect = contract.dialect
    text = scan.head[scan.text_start :].decode(dialect.encoding, errors="ignore")
    lines = csv.reader(
        io.StringIO(text, newline=None), delimiter=dialect.delimiter, quotechar=dialect.quote
    )
    return next(lines, [])


def find_columns(contract: Contract, header: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Position of every declared column, and the currency where a header names it.

    Raises:
        Rejected: SCHEMA_DRIFT_MISSING names the missing column; BAD_DIALECT when another
            delimiter would give it, or when a declared column stands twice.
    """
    names = [normal_header(name) for name in header]
    places: dict[str, int] = {}
    constants: dict[str, str] = {}
    missing: list[str] = []
    for wanted, aliases, required in declared_columns(contract):
        patterns = [header_pattern(alias) for alias in aliases]
        found = [
            (place, match)
            for place, name in enumerate(names)
            for pattern in patterns
            if (match := pattern.fullmatch(name))
        ]
        if len(found) > 1:
            raise Rejected(refusal.BAD_DIALECT, 1, wanted)
        if found:
            places[wanted] = found[0][0]
            constants |= {key: value.upper() for key, value in found[0][1].groupdict().items()}
        elif required:
            missing.append(wanted)
    if missing:
        raise Rejected(missing_reason(contract, header), 1, missing[0])
    return places, constants


def declared_columns(contract: Contract) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """(source name, names under which it may come, must be there) of every column that is read.

    Every declared column must be there unless the contract says that it may be absent: a renamed
    column would else turn all its values to not-filled without a word.
    """
    for field in all_fields(contract):
        if field.source_name and not field.source_name.startswith("{"):
            yield field.source_name, field.names, not field.may_be_absent
        for name in field.inputs:
            yield name, (name,), True
    if contract.dialect.leave_out_blank:
        yield contract.dialect.leave_out_blank, (contract.dialect.leave_out_blank,), True


def all_fields(contract: Contract) -> Iterator[Field]:
    """Every field of every entity."""
    for entity in contract.objects.values():
        yield from entity.fields


def normal_header(name: str) -> str:
    """Headers match after trimming, case-folding and composing accents."""
    return unicodedata.normalize("NFC", name.strip(" \t\r\n\u00a0\ufeff")).casefold()


def header_pattern(name: str) -> re.Pattern[str]:
    """A declared header as pattern; `{currency}` stands for the three letters of a currency."""
    pattern = re.escape(normal_header(name))
    return re.compile(pattern.replace(re.escape(CURRENCY), "(?P<currency>[a-z]{3})"))


def missing_reason(contract: Contract, header: list[str]) -> str:
    """Whether a column went missing or the whole line was cut at the wrong character."""
    wanted = [
        [header_pattern(alias) for alias in aliases]
        for _, aliases, required in declared_columns(contract)
        if required
    ]
    line = contract.dialect.delimiter.join(header)

    def found(names: list[str]) -> int:
        return sum(
            any(pattern.fullmatch(name) for pattern in patterns for name in names)
            for patterns in wanted
        )

    as_declared = found([normal_header(name) for name in header])
    others = (
        found([normal_header(name.strip('"')) for name in line.split(other)])
        for other in DELIMITERS
        if other != contract.dialect.delimiter
    )
    return refusal.BAD_DIALECT if max(others) > as_declared else refusal.SCHEMA_DRIFT_MISSING


def undeclared(contract: Contract, header: list[str]) -> list[str]:
    """Names of the columns that the contract does not know; they were never read."""
    known = [
        header_pattern(alias) for _, aliases, _ in declared_columns(contract) for alias in aliases
    ]
    return [
        name.strip()[:80] or f"(column {place} without a name)"
        for place, name in enumerate(header, start=1)
        if not any(pattern.fullmatch(normal_header(name)) for pattern in known)
    ]


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


def run(connection: duckdb.DuckDBPyConnection, statement: str, path: str) -> bool:
    """Create `delivered`; False where DuckDB's strict reader cannot follow the file.

    Its own text could quote a line of the file and is not passed on.
    """
    connection.execute("drop table if exists refused; drop table if exists refused_scans")
    try:
        connection.execute(f"create or replace temp table {DELIVERED} as {statement}", [path])
    except (duckdb.InvalidInputException, duckdb.ConversionException, duckdb.OutOfRangeException):
        return False
    return True


def place_rows(
    connection: duckdb.DuckDBPyConnection, reading: Reading, path: Path, scan: Scan
) -> None:
    """Lines of the loaded rows, and the records that DuckDB refused with theirs.

    Raises:
        Rejected: OVERSIZE, TRUNCATED, or BAD_QUOTING when a broken quote spans several lines or
            when the records do not add up.
    """
    shape, unended = scan.table, scan.table.unended
    dialect = reading.contract.dialect
    refused = refused_records(connection)
    counted = connection.execute(f"select count(*) from {DELIVERED}").fetchone()
    loaded = int(counted[0]) if counted else 0
    blank: list[int] = []
    if shape.records != loaded + len(refused):
        shape, blank = recount(path, dialect.delimiter, dialect.quote, dialect.encoding)
        if shape.records - len(blank) != loaded + len(refused):
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


def refused_records(connection: duckdb.DuckDBPyConnection) -> dict[int, str]:
    """Position (the header being 0) and reason of every record that DuckDB refused."""
    rows = connection.execute(
        "select line - 1, list(distinct error_type::varchar) from refused group by 1 order by 1"
    ).fetchall()
    return {record: refused_reason(set(errors)) for record, errors in rows}


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
def plain_copy(path: Path, contract: Contract, scan: Scan) -> Iterator[str]:
    """A copy in memory, in UTF-8 and with one kind of newline, as DuckDB's strict reader wants.

    It never touches a disk: columns that no contract declares are in it.
    """
    text = path.read_bytes().decode(contract.dialect.encoding)
    only_returns = scan.table.newlines == 0
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
