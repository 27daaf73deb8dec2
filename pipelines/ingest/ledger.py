"""The ledger: one line per delivery, whatever became of it, and the files known already."""

import datetime as dt
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from typing import Literal

import duckdb

Status = Literal["loaded", "rejected", "duplicate", "held"]


@dataclass
class Delivery:
    """One file as read under one contract version: a line of `raw.deliveries`.

    `received_at` and `loaded_at` are naive UTC. `rejects_by_reason` and `detail` (where a file
    was refused) are not in the ledger table.
    """

    load_number: int
    delivery_id: int
    source: str
    site: str | None
    file_name: str
    sha256: str | None
    bytes: int
    contract_version: str
    received_at: dt.datetime
    modified_at: dt.datetime
    loaded_at: dt.datetime
    run_id: str
    rows_in: int = 0
    rows_loaded: int = 0
    rows_rejected: int = 0
    first_day: dt.date | None = None
    last_day: dt.date | None = None
    replaces_period: bool = False
    status: Status = "loaded"
    reason: str | None = None
    undeclared_columns: list[str] = field(default_factory=list)
    superseded: bool = False
    rejects_by_reason: dict[str, int] = field(default_factory=dict)
    detail: str | None = None


LEDGER = [each.name for each in fields(Delivery)][:-2]


def delivery_id(*parts: str | None) -> int:
    """A positive 60-bit number that depends on content and contract, not on order or time."""
    text = "|".join(part or "" for part in parts)
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)


def enter(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Write the delivery's line; an older line that says its file waits is replaced."""
    connection.execute(
        "delete from raw.deliveries where status = 'held' and source = ? and file_name = ?",
        [delivery.source, delivery.file_name],
    )
    marks = ", ".join("?" for _ in LEDGER)
    connection.execute(
        f"insert into raw.deliveries ({', '.join(LEDGER)}) values ({marks})",
        [getattr(delivery, name) for name in LEDGER],
    )


def enter_rejects(
    connection: duckdb.DuckDBPyConnection,
    delivery_id: int,
    rejects: Sequence[tuple[int | None, str, str | None]],
) -> None:
    """Write line, reason and column of each rejected row."""
    if rejects:
        lines, reasons, places = zip(*rejects, strict=True)
        connection.execute(
            "insert into raw.rejects select ?, unnest(?::bigint[]), unnest(?::varchar[]), "
            "unnest(?::varchar[])",
            [delivery_id, list(lines), list(reasons), list(places)],
        )


def supersede(connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
    """Flag what an older version of the contract made of the same file."""
    connection.execute(
        "update raw.deliveries set superseded = true where source = ? and sha256 = ? "
        "and contract_version <> ? and not superseded",
        [delivery.source, delivery.sha256, delivery.contract_version],
    )


def next_load_number(connection: duckdb.DuckDBPyConnection) -> int:
    """One more than any delivery has; core's watermark relies on the order."""
    row = connection.execute("select coalesce(max(load_number), 0) + 1 from raw.deliveries")
    return int(row.fetchall()[0][0])
