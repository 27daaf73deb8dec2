"""What the warehouse must hold, written beside it and compared at every opening.

DuckDB opens a file whose write-ahead log is lost, or an older copy of it, without a word. The
manifest lists the loaded deliveries and the rows of every raw table as they were when a writer
last closed the warehouse. A warehouse that holds *more* is one whose writer was killed before it
could say so; one that holds less has lost something (`pipelines.ingest.repair` mends it).
"""

import contextlib
import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CannotRun
from pipelines.settings import Settings

FORMAT = 1
COUNTED = ("contacts", "victims", "referrals", "web_visits", "campaigns", "ad_delivery")

DeliveryLine = tuple[int, str, str, str, int]
"""delivery_id, source, file name, SHA-256, rows loaded"""


class WarehouseChanged(CannotRun):
    """The warehouse is not the one that was last closed here."""


@dataclass(frozen=True)
class State:
    """What a warehouse holds: a hash over its loaded deliveries, and the rows of raw tables."""

    hash: str
    count: int
    rows: dict[str, int]
    deliveries: tuple[DeliveryLine, ...] = field(default=(), compare=False, repr=False)


def expect_whole(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Compare the open warehouse with the manifest.

    Raises:
        WarehouseChanged: it lacks deliveries or rows that it had.
    """
    known = read_manifest(settings)
    if known is None:
        return
    found = state_of(connection)
    if found == known:
        return
    lost = lost_deliveries(connection, known)
    if lost:
        raise WarehouseChanged(
            f"The warehouse lacks {len(lost)} deliveries that it held before, first "
            f"{lost[0][1]}/{lost[0][2]}: its write-ahead log was lost, or an older copy was put "
            "in its place. `helpline run` takes them from landing again."
        )
    if found.hash == known.hash:
        tables = sorted(name for name in known.rows if found.rows.get(name) != known.rows[name])
        raise WarehouseChanged(
            f"The rows of raw.{', raw.'.join(tables)} are not those that were loaded. "
            "`helpline run` takes every delivery from landing again."
        )


def state_of(connection: duckdb.DuckDBPyConnection) -> State:
    """What the open warehouse holds; a new one holds nothing."""
    if not has_ledger(connection):
        return State(hash="0", count=0, rows={})
    counts = ", ".join(f"(select count(*) from raw.{table})" for table in COUNTED)
    line = "concat_ws('|', delivery_id, source, rows_loaded)"
    digest, count, *rows = connection.execute(
        f"select cast(coalesce(bit_xor(md5_number({line})), 0) as varchar), count(*), {counts} "
        "from raw.deliveries where status = 'loaded'"
    ).fetchall()[0]
    return State(digest, count, dict(zip(COUNTED, rows, strict=True)))


def lost_deliveries(connection: duckdb.DuckDBPyConnection, known: State) -> list[DeliveryLine]:
    """The deliveries of the manifest that the open warehouse does not hold as loaded."""
    there = {(line[0], line[1]) for line in loaded_deliveries(connection)}
    return [line for line in known.deliveries if (line[0], line[1]) not in there]


def loaded_deliveries(connection: duckdb.DuckDBPyConnection) -> list[DeliveryLine]:
    """Every loaded delivery of the ledger, in an order that is always the same."""
    if not has_ledger(connection):
        return []
    lines: list[DeliveryLine] = connection.execute(
        "select delivery_id, source, file_name, coalesce(sha256, ''), rows_loaded "
        "from raw.deliveries where status = 'loaded' order by source, delivery_id"
    ).fetchall()
    return lines


def has_ledger(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether the raw tables have been made."""
    found = connection.execute(
        "select count(*) from duckdb_tables() where schema_name = 'raw' "
        "and table_name in ('deliveries', 'ad_delivery', 'settings')"
    ).fetchall()
    return bool(found[0][0] == 3)


def read_manifest(settings: Settings) -> State | None:
    """The manifest, or None where there is none yet or it is not what we wrote."""
    try:
        content = json.loads(settings.warehouse_manifest.read_text(encoding="utf-8"))
        if content["format"] != FORMAT or content["seal"] != seal(content):
            return None
        lines = tuple(tuple(line) for line in content["deliveries"])
        return State(content["hash"], content["count"], content["rows"], lines)
    except (OSError, ValueError, KeyError, TypeError):
        return None


def write_manifest(settings: Settings, state: State, lines: Iterable[DeliveryLine]) -> None:
    """Replace the manifest in one step, on the disk before it counts."""
    content: dict[str, Any] = {
        "format": FORMAT,
        "hash": state.hash,
        "count": state.count,
        "rows": state.rows,
        "deliveries": [list(line) for line in lines],
    }
    content["seal"] = seal(content)
    replace_file(settings.warehouse_manifest, json.dumps(content) + "\n")


def seal(content: dict[str, Any]) -> str:
    """A hash over the rest of the manifest: an edited one is told from a written one."""
    rest = {name: value for name, value in content.items() if name != "seal"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def replace_file(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a small file so that a reader, or a machine that loses power, has the old or the new.

    Raises:
        CannotRun: it could not be written; the old one stays.
    """
    draft = path.with_name(f".{path.name}.next")
    try:
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            draft.unlink()
        raise CannotRun(
            f"{path} could not be written ({error.strerror}). Free space in HELPLINE_HOME and run "
            "again: nothing is lost."
        ) from None
