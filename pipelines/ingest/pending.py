"""Deliveries that have been read and wait to be written, each whole.

Files of one run share a transaction where that is cheaper: a large one has its own, hundreds of
small ones do not pay for a commit each. Rows, rejects and ledger line of a delivery are always in
the same one, so it appears as a whole or not at all.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import landing, ledger
from pipelines.ingest.landing import LandingFile
from pipelines.ingest.ledger import Delivery, Reject
from pipelines.ingest.reading import Reading
from pipelines.ingest.store import Facts, store

log = logging.getLogger(__name__)

ROWS = 1_000_000
"""Rows that wait at most: typed and coded they take about 100 bytes each."""


@dataclass(frozen=True)
class Entry:
    """One delivery to be written: rows only where it was loaded, a ledger line unless known."""

    delivery: Delivery
    file: LandingFile | None
    """None: the file is not to be remembered, every run looks at it again."""
    rejects: tuple[Reject, ...] = ()
    rows: tuple[Reading, Facts] | None = None
    is_new: bool = True


@dataclass
class Pending:
    """What one source has read and not yet written."""

    connection: duckdb.DuckDBPyConnection
    contract: Contract
    entries: list[Entry] = field(default_factory=list)
    written: list[Delivery] = field(default_factory=list)

    def add(self, entry: Entry) -> None:
        """Take a delivery; writes what waits once that is much."""
        self.entries.append(entry)
        if sum(waiting.delivery.rows_loaded for waiting in self.entries) >= ROWS:
            self.write()

    def holds(self, delivery_id: int) -> bool:
        """Whether a delivery waits that has been taken, loaded or not."""
        return any(
            entry.delivery.delivery_id == delivery_id
            and entry.delivery.status in ("loaded", "rejected")
            for entry in self.entries
        )

    def write(self) -> None:
        """Write all that waits in one transaction, and say so."""
        if not self.entries:
            return
        new = [entry for entry in self.entries if entry.is_new]
        with transaction(self.connection):
            for entry in self.entries:
                if entry.rows is not None:
                    store(self.connection, *entry.rows, entry.delivery)
            ledger.enter_rejects(
                self.connection, [(entry.delivery.delivery_id, entry.rejects) for entry in new]
            )
            ledger.supersede(self.connection, [entry.delivery for entry in new])
            ledger.enter(self.connection, [entry.delivery for entry in new])
            landing.remember(
                self.connection,
                self.contract,
                [(e.file, e.delivery.sha256 or "") for e in self.entries if e.file is not None],
            )
        for entry in self.entries:
            if entry.rows is not None:
                self.connection.execute(f"drop table {entry.rows[0].placed}")
        for entry in new:
            log.info("%s", ledger.told(entry.delivery))
        self.written += [entry.delivery for entry in new]
        self.entries.clear()


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
