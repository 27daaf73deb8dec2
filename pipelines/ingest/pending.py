"""Deliveries that have been judged and wait to be written, each whole.

Files that are read together share a transaction, so that hundreds of small ones do not pay for a
commit each. Rows, rejects and ledger line of a delivery are always in the same one, so it appears
as a whole or not at all.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import landing, ledger
from pipelines.ingest.landing import LandingFile
from pipelines.ingest.ledger import Delivery, Reject
from pipelines.ingest.repair import delete_deliveries
from pipelines.ingest.store import Loaded, store

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Entry:
    """One delivery to be written; a ledger line unless it is known already."""

    delivery: Delivery
    file: LandingFile | None
    """None: the file is not to be remembered, every run looks at it again."""
    rejects: tuple[Reject, ...] = ()
    is_new: bool = True


@dataclass
class Pending:
    """What one source has judged and not yet written."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    entries: list[Entry] = field(default_factory=list)
    written: list[Delivery] = field(default_factory=list)

    @cached_property
    def readings(self) -> dict[int, bool]:
        """Deliveries taken in an earlier run, loaded or not, and whether they are superseded.

        Asked file by file, the ledger would cost a first night more than its small files do.
        """
        rows = self.connection.execute(
            "select delivery_id, superseded from raw.deliveries "
            "where source = ? and status in ('loaded', 'rejected')",
            [self.contract.source],
        ).fetchall()
        return dict(rows)

    @cached_property
    def taken(self) -> set[int]:
        """Deliveries that were taken and stand, from this run or an earlier one."""
        return {delivery for delivery, superseded in self.readings.items() if not superseded}

    def add(self, entry: Entry) -> None:
        """Let a delivery wait."""
        self.entries.append(entry)
        if entry.delivery.status in ("loaded", "rejected"):
            self.taken.add(entry.delivery.delivery_id)

    def write(self, rows: Sequence[Loaded] = ()) -> None:
        """Write all that waits in one transaction, with the rows of its deliveries, and say so."""
        # taken out first: after a failure nobody may write a delivery without its rows
        entries, self.entries = self.entries, []
        if not entries:
            return
        new = [entry for entry in entries if entry.is_new]
        # an earlier contract came back: what it made of these files then is made again
        outdated = [
            entry.delivery.delivery_id
            for entry in new
            if self.readings.pop(entry.delivery.delivery_id, False)
        ]
        with transaction(self.connection):
            if outdated:
                delete_deliveries(self.connection, outdated)
            if rows:
                store(self.connection, rows)
            ledger.enter_rejects(
                self.connection, [(entry.delivery.delivery_id, entry.rejects) for entry in new]
            )
            ledger.supersede(self.connection, [entry.delivery for entry in new])
            ledger.enter(self.connection, [entry.delivery for entry in new])
            landing.remember(
                self.connection,
                self.contract,
                [(e.file, e.delivery.sha256 or "") for e in entries if e.file is not None],
            )
        for entry in new:
            log.info("%s", ledger.told(entry.delivery))
        self.written += [entry.delivery for entry in new]


@contextmanager
def transaction(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """All of it or nothing."""
    connection.execute("begin transaction")
    try:
        yield
    except BaseException:
        connection.execute("rollback")
        raise
    connection.execute("commit")
