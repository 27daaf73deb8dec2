"""Reading deliveries again from landing, asked for or because the warehouse lost them.

What is to be read again leaves raw and the ledger in one transaction that also makes core rebuild
itself; the night that follows takes the files as if they were new. Killed in between, the next
night does it. Only what still lies in landing leaves raw: of older deliveries, raw is all there is.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from pipelines.errors import WrongUse
from pipelines.ingest.archive import archived
from pipelines.ingest.expressions import literal
from pipelines.ingest.refusal import FUTURE
from pipelines.integrity import COUNTED, DeliveryLine, WarehouseChanged
from pipelines.settings import Settings


@dataclass(frozen=True)
class Selection:
    """Which deliveries to read again; every condition narrows, none means all.

    `delivery` is a delivery_id, or a file as `<source>/<path>`.
    """

    source: str | None = None
    since: dt.date | None = None
    delivery: str | None = None

    def condition(self) -> str:
        """The selection as SQL over raw.deliveries."""
        parts = ["true"]
        if self.source is not None:
            parts.append(f"source = {literal(self.source)}")
        if self.since is not None:
            parts.append(f"coalesce(last_day >= date '{self.since}', true)")
        if self.delivery is not None:
            parts.append(
                f"delivery_id = {self.delivery}"
                if self.delivery.isdecimal()
                else f"source || '/' || file_name = {literal(self.delivery)}"
            )
        return " and ".join(parts)


def read_again(
    connection: duckdb.DuckDBPyConnection, settings: Settings, selection: Selection
) -> tuple[int, int]:
    """Forget the selected deliveries, so that ingest takes their files anew.

    Returns:
        How many deliveries will be read again, and how many selected ones stay as they are in
        raw because their file has gone.

    Raises:
        WrongUse: the named delivery does not exist or its file has gone.
    """
    # all readings of one file go together: an older contract's are superseded by the next
    chosen: list[tuple[str, str | None]] = connection.execute(
        "select distinct source, sha256 from raw.deliveries semi join ("
        f"select source, coalesce(sha256, file_name) as content from raw.deliveries "
        f"where {selection.condition()}) as wanted "
        "on raw.deliveries.source = wanted.source "
        "and coalesce(raw.deliveries.sha256, raw.deliveries.file_name) = wanted.content"
    ).fetchall()
    there = archived(settings, {source for source, _ in chosen})
    again = [pair for pair in chosen if pair[1] is None or pair in there]
    if selection.delivery is not None and not again:
        raise WrongUse(
            "Its file is no longer in landing, so raw is all that is left of it."
            if chosen
            else "There is no such delivery. Name it by its delivery_id or as <source>/<file>; "
            "the run's page in the UI and raw.deliveries list them."
        )
    take_out(connection, again)
    return len(again), len(chosen) - len(again)


def take_early_again(connection: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Forget the deliveries whose rows a clock that was slow took for rows from the future.

    That it was slow shows in the file, which was written after the night that read it.

    Returns:
        How many deliveries will be read again.
    """
    clock = settings.clock.astimezone(dt.UTC).replace(tzinfo=None)
    early: list[tuple[str, str | None]] = connection.execute(
        "select distinct source, sha256 from raw.deliveries join raw.runs using (run_id) "
        "where modified_at > as_of and as_of < ? and delivery_id in "
        "(select delivery_id from raw.rejects where reason_code = ?)",
        [clock, FUTURE],
    ).fetchall()
    there = archived(settings, {source for source, _ in early})
    again = [pair for pair in early if pair in there]
    take_out(connection, again)
    return len(again)


def take_out(
    connection: duckdb.DuckDBPyConnection, contents: Sequence[tuple[str, str | None]]
) -> None:
    """Delete rows, rejects, ledger lines and file marks of (source, SHA-256) in one transaction."""
    if not contents:
        return
    pairs = ", ".join(f"({literal(source)}, {literal(sha or '')})" for source, sha in contents)
    gone = (
        "select source, delivery_id from raw.deliveries semi join "
        f"(values {pairs}) as contents (source, sha256) "
        "on raw.deliveries.source = contents.source "
        "and coalesce(raw.deliveries.sha256, '') = contents.sha256"
    )
    connection.execute("begin transaction")
    connection.execute(f"create or replace temp table gone as {gone}")
    for table in COUNTED:
        connection.execute(
            f"delete from raw.{table} where (source, delivery_id) in "
            "(select (source, delivery_id) from gone)"
        )
    connection.execute(
        "delete from raw.rejects where delivery_id in (select delivery_id from gone)"
    )
    connection.execute(
        f"delete from raw.landing_files where (source, coalesce(sha256, '')) in (values {pairs})"
    )
    connection.execute(
        "delete from raw.deliveries where (source, delivery_id) in "
        "(select (source, delivery_id) from gone)"
    )
    rebuild_core_next(connection)
    connection.execute("commit")
    connection.execute("drop table gone")


def rebuild_core_next(connection: duckdb.DuckDBPyConnection) -> None:
    """Let every incremental model build itself from nothing when dbt runs next."""
    found = connection.execute(
        "select 1 from duckdb_tables() where schema_name = 'core' and table_name = 'watermarks'"
    ).fetchall()
    if found:
        connection.execute("delete from core.watermarks")


def take_lost_again(
    connection: duckdb.DuckDBPyConnection, settings: Settings, lost: Sequence[DeliveryLine]
) -> None:
    """Let ingest read the files of deliveries that the warehouse no longer knows.

    Raises:
        WarehouseChanged: a file has gone, so that its delivery cannot be had again from landing.
    """
    there = archived(settings, {line[1] for line in lost})
    gone = [line for line in lost if (line[1], line[3]) not in there]
    if gone:
        raise WarehouseChanged(
            f"The warehouse lacks {len(lost)} deliveries that it held, and the files of "
            f"{len(gone)} of them are no longer in landing, first {gone[0][1]}/{gone[0][2]}. "
            "Restore the warehouse from the backup. To go on without them, move "
            f"{settings.warehouse_manifest} away and run again."
        )
    take_out(connection, [(line[1], line[3]) for line in lost])
