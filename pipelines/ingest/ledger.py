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


Reject = tuple[int | None, str, str | None]
"""Line, reason code and column."""

ROWS_A_STATEMENT = 100


def delivery_id(*parts: str | None) -> int:
    """A positive 60-bit number that depends on content and contract, not on order or time."""
    text = "|".join(part or "" for part in parts)
    return int(hashlib.sha256(text.encode()).hexdigest()[:15], 16)


def enter(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    """Write the deliveries' lines; older lines that say that their files wait are replaced."""
    if not deliveries:
        return
    connection.execute(
        "delete from raw.deliveries where status = 'held' and source = ? "
        "and list_contains(?, file_name)",
        [deliveries[0].source, [delivery.file_name for delivery in deliveries]],
    )
    insert_rows(
        connection,
        f"raw.deliveries ({', '.join(LEDGER)})",
        [[getattr(delivery, name) for name in LEDGER] for delivery in deliveries],
    )


def insert_rows(
    connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Sequence[object]]
) -> None:
    """Insert rows given as values, many a statement."""
    for start in range(0, len(rows), ROWS_A_STATEMENT):
        batch = rows[start : start + ROWS_A_STATEMENT]
        marks = ", ".join("(" + ", ".join("?" for _ in row) + ")" for row in batch)
        connection.execute(
            f"insert into {table} values {marks}", [value for row in batch for value in row]
        )


def enter_rejects(
    connection: duckdb.DuckDBPyConnection, rejects: Sequence[tuple[int, Sequence[Reject]]]
) -> None:
    """Write line, reason and column of each rejected row, per delivery."""
    rows = [(delivery, *reject) for delivery, its in rejects for reject in its]
    if rows:
        connection.execute(
            "insert into raw.rejects select unnest(?::bigint[]), unnest(?::bigint[]), "
            "unnest(?::varchar[]), unnest(?::varchar[])",
            [list(column) for column in zip(*rows, strict=True)],
        )


def supersede(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[Delivery]) -> None:
    """Flag what another version of the contract made of the same files.

    The same bytes are the same file for the same site only; without rows, for the same period.
    """
    read = [each for each in deliveries if each.status in ("loaded", "rejected") and each.sha256]
    if read:
        connection.execute(
            """
            update raw.deliveries set superseded = true
            from (
                select
                    unnest(?::varchar[]) as sha256,
                    unnest(?::varchar[]) as site,
                    unnest(?::date[]) as period
            ) as read
            where
                deliveries.source = ?
                and deliveries.contract_version <> ?
                and not deliveries.superseded
                and deliveries.sha256 = read.sha256
                and deliveries.site is not distinct from read.site
                and (read.period is null or deliveries.first_day = read.period)
            """,
            [
                [each.sha256 for each in read],
                [each.site for each in read],
                [None if each.rows_in else each.first_day for each in read],
                read[0].source,
                read[0].contract_version,
            ],
        )


def last_load_number(connection: duckdb.DuckDBPyConnection) -> int:
    """The highest so far, 0 at first; core's watermark relies on the order."""
    row = connection.execute("select coalesce(max(load_number), 0) from raw.deliveries")
    return int(row.fetchall()[0][0])


def without_contract(
    connection: duckdb.DuckDBPyConnection, sources: Sequence[str]
) -> list[tuple[str, str]]:
    """Of each source that is not, or no longer, among `sources`: what is wrong, and what to do.

    Its records count for ever, and twice if its files came again under another name.
    """
    left = connection.execute(
        "select source, count(*) from raw.deliveries "
        "where status = 'loaded' and not list_contains(?, source) group by source order by source",
        [sources],
    ).fetchall()
    return [
        (
            f"{source} has {count} loaded deliveries in the warehouse and no contract any more: "
            "they still count",
            f"Bring its contract back under the name {source}; a source that ended keeps its "
            "contract.",
        )
        for source, count in left
    ]


def told(delivery: Delivery) -> str:
    """One line for the log: names, counts and codes."""
    what = f"{delivery.source}/{delivery.file_name}: {delivery.status}"
    if delivery.reason:
        what += f" {delivery.reason}" + (f" ({delivery.detail})" if delivery.detail else "")
    if delivery.status != "loaded":
        return what
    rejects = ", ".join(f"{reason} {n}" for reason, n in delivery.rejects_by_reason.items())
    return f"{what} {delivery.rows_loaded} of {delivery.rows_in} rows" + (
        f", rejected {rejects}" if rejects else ""
    )
