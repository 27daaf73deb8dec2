"""Reading deliveries again from landing, asked for or because the warehouse lost them.

What is to be read again leaves raw and the ledger in one transaction that also makes core rebuild
itself; the night that follows takes the files as if they were new. Killed in between, the next
night does it. Only what still lies in landing leaves raw: of older deliveries, raw is all there is.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.errors import WrongUse
from pipelines.ingest.archive import Content, archived
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
    chosen: list[Content] = connection.execute(
        "select distinct source, sha256 from raw.deliveries semi join ("
        f"select source, coalesce(sha256, file_name) as content from raw.deliveries "
        f"where {selection.condition()}) as wanted "
        "on raw.deliveries.source = wanted.source "
        "and coalesce(raw.deliveries.sha256, raw.deliveries.file_name) = wanted.content"
    ).fetchall()
    there = archived(settings, {source for source, _ in chosen})
    again = [content for content in chosen if content[1] is None or content in there]
    if selection.delivery is not None and not again:
        raise WrongUse(
            "Its file is no longer in landing, so raw is all that is left of it."
            if chosen
            else "There is no such delivery. Name it by its delivery_id or as <source>/<file>; "
            "the run's page in the UI and raw.deliveries list them."
        )
    take_out(connection, again, there)
    return len(again), len(chosen) - len(again)


def take_early_again(connection: duckdb.DuckDBPyConnection, settings: Settings) -> int:
    """Forget the deliveries whose rows a clock that was slow took for rows from the future.

    That it was slow shows in the file, which was written after the night that read it.

    Returns:
        How many deliveries will be read again.
    """
    clock = settings.clock.astimezone(dt.UTC).replace(tzinfo=None)
    early: list[Content] = connection.execute(
        "select distinct source, sha256 from raw.deliveries join raw.runs using (run_id) "
        "where modified_at > as_of and as_of < ? and delivery_id in "
        "(select delivery_id from raw.rejects where reason_code = ?)",
        [clock, FUTURE],
    ).fetchall()
    there = archived(settings, {source for source, _ in early})
    again = [content for content in early if content in there]
    take_out(connection, again, there)
    return len(again)


def take_out(
    connection: duckdb.DuckDBPyConnection,
    contents: Sequence[Content],
    there: Mapping[Content, set[str]],
) -> None:
    """Let files of these contents be read as if they were new, in one transaction.

    Files of two sites can have the same bytes: a delivery whose own file has gone stays in raw
    where all files with its bytes are those of others.
    """
    if not contents:
        return
    marks = ", ".join(f"({literal(source)}, {literal(sha or '')})" for source, sha in contents)
    lines: list[tuple[int, str, str | None, str]] = connection.execute(
        "select delivery_id, source, sha256, file_name from raw.deliveries "
        f"where (source, coalesce(sha256, '')) in (values {marks})"
    ).fetchall()
    names: dict[Content, set[str]] = defaultdict(set)
    for _, source, sha, name in lines:
        names[source, sha].add(name)
    gone = [
        delivery
        for delivery, source, sha, name in lines
        if sha is None
        or name in there.get((source, sha), ())
        or there.get((source, sha), set()) - names[source, sha]
    ]
    connection.execute("begin transaction")
    delete_deliveries(connection, gone)
    connection.execute(
        f"delete from raw.landing_files where (source, coalesce(sha256, '')) in (values {marks})"
    )
    rebuild_core_next(connection)
    connection.execute("commit")


def delete_deliveries(connection: duckdb.DuckDBPyConnection, deliveries: Sequence[int]) -> None:
    """Delete the rows, rejects and ledger lines of deliveries."""
    for table in (*COUNTED, "rejects", "deliveries"):
        connection.execute(
            f"delete from raw.{table} where delivery_id in (select unnest(?::bigint[]))",
            [list(deliveries)],
        )


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
    take_out(connection, [(line[1], line[3]) for line in lost], there)
