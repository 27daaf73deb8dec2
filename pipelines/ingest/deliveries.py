"""Takes the new files of one source, each in one transaction, and keeps the ledger."""

import datetime as dt
import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import landing, refusal
from pipelines.ingest.forget import read_tombstones
from pipelines.ingest.json_files import read_json
from pipelines.ingest.landing import LandingFile, Stated
from pipelines.ingest.ledger import (
    Delivery,
    delivery_id,
    enter,
    enter_rejects,
    next_load_number,
    supersede,
)
from pipelines.ingest.reading import Reading
from pipelines.ingest.refusal import Held, Refusal, Rejected
from pipelines.ingest.scan import Scan, scan_file
from pipelines.ingest.store import Outcome, judge, store
from pipelines.ingest.table_files import read_table
from pipelines.ingest.typed import Builder
from pipelines.settings import Settings

log = logging.getLogger(__name__)

SMALL_FILE = 16_000_000  # bytes


@dataclass
class SourceIngest:
    """One source in one run."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    contract: Contract
    run_id: str

    def __post_init__(self) -> None:
        """The select's clock is that of the run."""
        self.builder = Builder(self.contract, self.settings.clock, self.connection)
        self.load_number = next_load_number(self.connection)
        self.erased = {
            key
            for source, key, _ in read_tombstones(self.settings)
            if source == self.contract.source and self.contract.is_contact_source
        }

    def run(self) -> list[Delivery]:
        """Take every file that is not known yet; returns what this run wrote in the ledger."""
        known = landing.known_files(self.connection, self.contract.source)
        folder, settle = self.settings.landing / self.contract.source, self.settings.settle_seconds
        new = [
            file
            for file in landing.settled_files(folder, settle)
            if known.get(file.name) != landing.marks(file, self.contract)
        ]
        taken = []
        with one_thread_if_small(self.connection, new):
            for file in new:
                delivery = self.take(file)
                if delivery is not None:
                    log.info("%s", told(delivery))
                    taken.append(delivery)
        return taken

    def take(self, file: LandingFile) -> Delivery | None:
        """Judge one file and load it; None when the ledger says already what there is to say."""
        stated = landing.stated_by_name(self.contract, file.name)
        delivery = self.new_delivery(file, stated)
        try:
            scan = self.scan(file)
            delivery.sha256 = scan.sha256
            delivery.delivery_id = self.identity(delivery, scan)
            if scan.size == 0:
                raise Held(refusal.EMPTY_FILE)
            if self.is_duplicate(delivery):
                return self.enter_duplicate(delivery, file)
            reading = self.read(file, stated, scan)
            outcome = judge(self.connection, reading, self.erased)
            return self.load(delivery, file, reading, outcome)
        except Held as fault:
            return self.hold(delivery, file, fault)
        except Rejected as fault:
            return self.reject(delivery, file, fault)

    def new_delivery(self, file: LandingFile, stated: Stated) -> Delivery:
        """A ledger line as far as the file system and the name fill it."""
        return Delivery(
            load_number=self.load_number,
            delivery_id=delivery_id(self.contract.source, file.name, str(file.modified_ns)),
            source=self.contract.source,
            site=stated.site,
            file_name=file.name,
            sha256=None,
            bytes=file.bytes,
            contract_version=self.contract.version,
            received_at=file.modified_at,
            modified_at=file.modified_at,
            loaded_at=dt.datetime.now(dt.UTC).replace(tzinfo=None),
            run_id=self.run_id,
            first_day=stated.first_day,
            last_day=stated.last_day,
            replaces_period=self.contract.replaces_period,
        )

    def scan(self, file: LandingFile) -> Scan:
        """The bytes of a file that may be opened now.

        Raises:
            Held: it is no regular file, cannot be read, or is still arriving.
        """
        if not file.is_regular:
            raise Held(refusal.UNREADABLE)
        if not file.is_settled(self.settings.settle_seconds):
            raise Held(refusal.NOT_STABLE)
        if file.bytes > self.settings.max_file_mb * 1_000_000:
            raise Rejected(refusal.OVERSIZE)
        try:
            if not os.access(file.path, os.R_OK):
                raise Held(refusal.UNREADABLE)
            return scan_file(file.path, self.contract.dialect)
        except OSError:
            raise Held(refusal.UNREADABLE) from None

    def identity(self, delivery: Delivery, scan: Scan) -> int:
        """The same content under the same contract is the same delivery, whatever its name.

        The name counts only where it is part of the content: the site always, the period where
        there are no rows to show it.
        """
        period = str(delivery.first_day) if scan.records == 0 else None
        return delivery_id(delivery.sha256, self.contract.version, delivery.site, period)

    def is_duplicate(self, delivery: Delivery) -> bool:
        """Whether that delivery has been taken before."""
        found = self.connection.execute(
            "select 1 from raw.deliveries where source = ? and delivery_id = ? "
            "and status in ('loaded', 'rejected') limit 1",
            [delivery.source, delivery.delivery_id],
        ).fetchone()
        return found is not None

    def read(self, file: LandingFile, stated: Stated, scan: Scan) -> Reading:
        """Read the file into the temporary table.

        Raises:
            Rejected: the file is not what the contract says.
            Held: it changed while it was read.
        """
        if scan.fault is not None:
            raise scan.fault
        if self.contract.sites and stated.site not in self.contract.sites:
            raise Rejected(refusal.SCHEMA_DRIFT_MISSING, None, "site")
        facts = {"site": stated.site or ""}
        read = read_table if self.contract.format == "csv" else read_json
        reading = read(self.connection, self.contract, self.builder, file.path, scan, facts)
        if not file.is_unchanged():
            raise Held(refusal.NOT_STABLE)
        return reading

    def load(
        self, delivery: Delivery, file: LandingFile, reading: Reading, outcome: Outcome
    ) -> Delivery:
        """Rows, rejects and ledger line appear together or not at all."""
        delivery.rows_in = outcome.rows_in
        delivery.rows_loaded = outcome.rows_loaded
        delivery.rows_rejected = len(outcome.rejects)
        delivery.rejects_by_reason = outcome.by_reason
        delivery.undeclared_columns = reading.undeclared
        facts = outcome.facts
        delivery.received_at = facts.exported_at or delivery.received_at
        if delivery.first_day is None:
            delivery.first_day, delivery.last_day = facts.first_day, facts.last_day
        if not outcome.rows_in and delivery.first_day is None:
            raise Held(refusal.ZERO_ROWS)
        unreadable = len(outcome.rejects) - outcome.by_reason.get(refusal.FORGOTTEN, 0)
        if unreadable and not outcome.rows_loaded:
            # nothing of the file could be read: it is not a quiet day
            delivery.status = "rejected"
            delivery.reason = max(outcome.by_reason, key=lambda r: (outcome.by_reason[r], r))
        with transaction(self.connection):
            if delivery.status == "loaded":
                store(self.connection, reading, delivery.delivery_id, delivery.received_at, facts)
            enter_rejects(self.connection, delivery.delivery_id, outcome.rejects)
            self.finish(delivery, file)
        return delivery

    def enter_duplicate(self, delivery: Delivery, file: LandingFile) -> Delivery | None:
        """Say once that the file holds what has been taken before."""
        delivery.delivery_id = delivery_id(str(delivery.delivery_id), delivery.file_name)
        delivery.status, delivery.reason = "duplicate", refusal.DUP_DELIVERY
        known = self.connection.execute(
            "select 1 from raw.deliveries where delivery_id = ?", [delivery.delivery_id]
        ).fetchone()
        with transaction(self.connection):
            if known:
                landing.remember(self.connection, self.contract, file, delivery.sha256 or "")
                return None
            self.finish(delivery, file)
        return delivery

    def reject(self, delivery: Delivery, file: LandingFile, fault: Refusal) -> Delivery:
        """Nothing of the file is loaded; where it broke stands among the rejects."""
        if delivery.sha256 and self.is_duplicate(delivery):
            return self.enter_duplicate(delivery, file) or delivery
        delivery.status, delivery.reason = "rejected", fault.reason
        delivery.detail = place_of(fault)
        with transaction(self.connection):
            where = [(fault.line, fault.reason, fault.column)] if place_of(fault) else []
            enter_rejects(self.connection, delivery.delivery_id, where)
            self.finish(delivery, file)
        return delivery

    def hold(self, delivery: Delivery, file: LandingFile, fault: Refusal) -> Delivery | None:
        """The file waits; said once for as long as it waits for the same reason."""
        delivery.status, delivery.reason = "held", fault.reason
        delivery.delivery_id = delivery_id("held", delivery.source, delivery.file_name)
        known = self.connection.execute(
            "select 1 from raw.deliveries where delivery_id = ? and reason = ? and bytes = ?",
            [delivery.delivery_id, fault.reason, delivery.bytes],
        ).fetchone()
        if known:
            return None
        with transaction(self.connection):
            enter(self.connection, delivery)
            self.load_number += 1
        return delivery

    def finish(self, delivery: Delivery, file: LandingFile) -> None:
        """The ledger line, what it supersedes, and the file that need not be opened again."""
        if delivery.sha256:
            supersede(self.connection, delivery)
        enter(self.connection, delivery)
        landing.remember(self.connection, self.contract, file, delivery.sha256 or "")
        self.load_number += 1


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


@contextmanager
def one_thread_if_small(
    connection: duckdb.DuckDBPyConnection, files: Sequence[LandingFile]
) -> Iterator[None]:
    """Several threads only cost time on small files: each prepares every expression anew."""
    before = connection.execute("select current_setting('threads')").fetchall()[0][0]
    small = max((file.bytes for file in files), default=0) < SMALL_FILE
    connection.execute(f"set threads = {1 if small else before}")
    try:
        yield
    finally:
        connection.execute(f"set threads = {before}")


def place_of(fault: Refusal) -> str | None:
    """Where a file broke, as far as known."""
    parts = [f"line {fault.line}" if fault.line else "", fault.column or ""]
    return ", ".join(part for part in parts if part) or None


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
