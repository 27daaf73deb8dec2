"""Erasure of one record: out of raw and core, and kept out by a keyed tombstone.

The tombstones lie in a file of their own, so that they outlive the warehouse, and say no more than
the keyed hash of the id (see `keys`). They are written before anything is deleted and applied
again at the start of every night: an erasure that was killed, or a warehouse restored from before
it, ends in the same state.
"""

import csv
import datetime as dt
import io
from collections.abc import Sequence
from dataclasses import dataclass

import duckdb

from pipelines.contracts import Contract
from pipelines.errors import CannotRun, WrongUse
from pipelines.ingest import expressions, refusal
from pipelines.ingest.keys import ensure_key, record_key
from pipelines.ingest.repair import rebuild_core_next
from pipelines.ingest.tables import create_raw_tables
from pipelines.integrity import replace_file
from pipelines.settings import Settings

HEADER = ("source", "contact_key", "forgotten_at")
KEYED = ("contacts", "victims", "referrals")


@dataclass(frozen=True)
class Erasure:
    """What left raw: rows of files, and the deliveries that held them."""

    rows: int
    deliveries: int


def forget(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Sequence[Contract],
    source: str,
    record_id: str,
) -> Erasure:
    """Erase the record of that id and keep it out from now on.

    Args:
        record_id: the id as the source system writes it; neither stored nor logged.

    Raises:
        WrongUse: no such source, or its records have no id.
        CannotRun: the key is missing or wrong.
    """
    contract = next((each for each in contracts if each.source == source), None)
    if contract is None:
        known = ", ".join(each.source for each in contracts)
        raise WrongUse(f"There is no source of that name. Sources: {known}.")
    if not contract.is_contact_source or contract.record.field("record_id") is None:
        raise WrongUse(f"Records of {source} have no id of their own, so none can be named.")
    if not record_id.strip(expressions.WHITE):
        raise WrongUse("The id is empty. Give it as an argument or on stdin.")
    create_raw_tables(connection)
    key = record_key(ensure_key(connection, settings), source, record_id.strip(expressions.WHITE))
    keep_out(settings, source, key)
    return apply_tombstones(connection, settings)


def keep_out(settings: Settings, source: str, key: int) -> None:
    """Write the tombstone of one record, once."""
    rows = read_tombstones(settings)
    if any((source, key) == (row[0], row[1]) for row in rows):
        return
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([HEADER, *rows, (source, key, now)])
    replace_file(settings.tombstones, text.getvalue(), mode=0o600)


def read_tombstones(settings: Settings) -> list[tuple[str, int, str]]:
    """(source, contact key, time) of every erased record.

    Raises:
        CannotRun: the file is damaged; going on would bring erased records back.
    """
    try:
        with settings.tombstones.open(encoding="utf-8", newline="") as file:
            header, *rows = list(csv.reader(file))
            if tuple(header) != HEADER:
                raise ValueError
            return [(source, int(key), at) for source, key, at in rows]
    except FileNotFoundError:
        return []
    except (OSError, ValueError):
        raise CannotRun(
            f"{settings.tombstones} cannot be read. Restore it from the backup: without it, "
            "erased records would come back."
        ) from None


def apply_tombstones(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Erasure:
    """Take out whatever raw or core still holds of an erased record; all of it or nothing.

    The ledger's account stays whole: the rows count as rejected with the reason FORGOTTEN, without
    the line on which they stand in the file.
    """
    keys = [key for _, key, _ in read_tombstones(settings)]
    if not keys:
        return Erasure(0, 0)
    erased = f"select unnest([{', '.join(map(str, keys))}]) as contact_key"
    rows = " union ".join(
        f"select source, delivery_id, line from raw.{table} "
        f"semi join ({erased}) using (contact_key)"
        for table in ("contacts", "victims")
    )
    held = connection.execute(
        f"select source, delivery_id, count(*) from ({rows}) group by all"
    ).fetchall()
    if not held:
        return Erasure(0, 0)
    in_core = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'core' "
        f"and table_name in {KEYED}"
    ).fetchall()
    connection.execute("begin transaction")
    for source, delivery_id, count in held:
        connection.execute(
            f"update raw.deliveries set rows_loaded = rows_loaded - {count}, "
            f"rows_rejected = rows_rejected + {count} where delivery_id = {delivery_id} "
            f"and source = {expressions.literal(source)}"
        )
        connection.execute(
            f"insert into raw.rejects select {delivery_id}, null, '{refusal.FORGOTTEN}', null "
            f"from range({count})"
        )
    for table in [f"raw.{name}" for name in KEYED] + [f"core.{name}" for (name,) in in_core]:
        connection.execute(f"delete from {table} where contact_key in ({erased})")
    rebuild_core_next(connection)
    connection.execute("commit")
    return Erasure(sum(count for *_, count in held), len(held))
