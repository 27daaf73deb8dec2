"""Takes the new files of one source: judges and reads each, says what becomes of it."""

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass, field

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import landing, refusal
from pipelines.ingest.forget import read_tombstones
from pipelines.ingest.json_files import plan_json, read_jsons
from pipelines.ingest.judged import Outcome, judge
from pipelines.ingest.landing import LandingFile, Stated
from pipelines.ingest.ledger import Delivery, delivery_id, last_load_number
from pipelines.ingest.pending import Entry, Pending
from pipelines.ingest.reading import Reading, leave_out
from pipelines.ingest.refusal import Held, Refusal, Rejected
from pipelines.ingest.scan import Scan, scan_file
from pipelines.ingest.store import Loaded
from pipelines.ingest.table_files import plan_table, read_tables
from pipelines.ingest.typed import Builder
from pipelines.ingest.waiting import MUCH, Queue, Waiting
from pipelines.settings import Settings
from pipelines.warehouse import threads


@dataclass
class SourceIngest:
    """One source in one run."""

    connection: duckdb.DuckDBPyConnection
    settings: Settings
    contract: Contract
    run_id: str
    waiting: Queue = field(default_factory=Queue)

    def __post_init__(self) -> None:
        """The select's clock is that of the run."""
        self.builder = Builder(self.contract, self.settings.clock, self.connection)
        self.load_number = last_load_number(self.connection)
        self.pending = Pending(self.connection, self.contract)
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
        if sum(file.bytes for file in new) >= MUCH:
            self.connection.execute(f"set threads = {threads(self.settings)}")
        try:
            for file in new:
                self.take(file)
            self.read_waiting()
        finally:
            # also when a later file stopped the run: what was judged and has no rows stays
            self.pending.write()
        return self.pending.written

    def take(self, file: LandingFile) -> None:
        """Judge one file by its name and bytes; it then waits to be read with others like it."""
        stated = landing.stated_by_name(self.contract, file.name)
        delivery = self.new_delivery(file, stated)
        try:
            scan = self.scan(file)
            delivery.sha256 = scan.sha256
            delivery.delivery_id = self.identity(delivery, scan)
            if scan.size == 0:
                raise Held(refusal.EMPTY_FILE)
            if self.waiting.holds(delivery.delivery_id):
                self.read_waiting()  # whether this is a duplicate depends on what becomes of it
            if delivery.delivery_id in self.pending.taken:
                self.pending.add(self.duplicate(delivery, file))
                return
            waiting = Waiting(delivery, file, self.plan(file, stated, scan))
        except Held as fault:
            self.pending.add(self.hold(delivery, fault))
        except Rejected as fault:
            self.pending.add(self.reject(delivery, file, fault))
        else:
            if batch := self.waiting.add(waiting):
                self.read(batch)

    def read_waiting(self) -> None:
        """Read every file that waits."""
        while batch := self.waiting.next():
            self.read(batch)

    def read(self, batch: Sequence[Waiting]) -> None:
        """Read and judge files of one kind, and write what became of each."""
        batch = self.still_there(batch)
        if not batch:
            return
        readings = [each.reading for each in batch]
        together = read_tables if self.contract.format == "csv" else read_jsons
        try:
            if not together(self.connection, readings):
                # one of them needs to be looked at alone: halves find it
                half = len(batch) // 2
                self.read(batch[:half])
                self.read(batch[half:])
                return
        except Rejected as fault:  # only of a file that was read alone
            self.pending.add(self.reject(batch[0].delivery, batch[0].file, fault))
            return
        except (duckdb.IOException, OSError):
            if all(each.file.is_unchanged() for each in batch):
                raise
            self.read(batch)  # without the one that went meanwhile
            return
        for each in batch:
            if not each.file.is_unchanged():
                each.reading.fault = Held(refusal.NOT_STABLE)
        leave_out(self.connection, readings)
        outcomes = judge(self.connection, readings, self.erased)
        entries = [
            self.judged(each, outcome) for each, outcome in zip(batch, outcomes, strict=True)
        ]
        for entry in entries:
            self.pending.add(entry)
        self.pending.write(
            [
                Loaded(each.reading, outcome.facts, each.delivery)
                for each, outcome in zip(batch, outcomes, strict=True)
            ]
        )

    def still_there(self, batch: Sequence[Waiting]) -> list[Waiting]:
        """The files that are what they were when they were judged; the others are held."""
        there: list[Waiting] = []
        for each in batch:
            if each.file.is_unchanged():
                there.append(each)
            else:
                held = self.hold(each.delivery, Held(refusal.NOT_STABLE))
                self.pending.add(held)
        return there

    def judged(self, each: Waiting, outcome: Outcome) -> Entry:
        """What becomes of a file that was read."""
        try:
            if each.reading.fault:
                raise each.reading.fault
            return self.load(each.delivery, each.file, each.reading, outcome)
        except Held as fault:
            return self.hold(each.delivery, fault)
        except Rejected as fault:
            return self.reject(each.delivery, each.file, fault)

    def new_delivery(self, file: LandingFile, stated: Stated) -> Delivery:
        """A ledger line as far as the file system and the name fill it."""
        self.load_number += 1
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
            Held: it is no regular file, its path is no UTF-8, it cannot be read, or is still
                arriving.
        """
        if not file.is_regular or not file.is_named_in_utf8:
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

    def plan(self, file: LandingFile, stated: Stated, scan: Scan) -> Reading:
        """How the file is to be read.

        Raises:
            Rejected: the file is not what the contract says.
        """
        if scan.fault is not None:
            raise scan.fault
        if self.contract.sites and stated.site not in self.contract.sites:
            raise Rejected(refusal.SCHEMA_DRIFT_MISSING, None, "site")
        facts = {"site": stated.site or ""}
        plan = plan_table if self.contract.format == "csv" else plan_json
        return plan(self.contract, self.builder, file.path, scan, facts)

    def load(
        self, delivery: Delivery, file: LandingFile, reading: Reading, outcome: Outcome
    ) -> Entry:
        """The ledger line and rejects of a file whose rows are to be written.

        Raises:
            Held: no rows, and the name states no period.
        """
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
        return Entry(delivery, file, outcome.rejects)

    def duplicate(self, delivery: Delivery, file: LandingFile) -> Entry:
        """Say once that the file holds what has been taken before."""
        delivery.delivery_id = delivery_id(str(delivery.delivery_id), delivery.file_name)
        delivery.status, delivery.reason = "duplicate", refusal.DUP_DELIVERY
        known = self.connection.execute(
            "select 1 from raw.deliveries where delivery_id = ? union all "
            # the same file in a landing folder that was restored or moved: only the inode changed
            "select 1 from raw.landing_files where source = ? and path = ? and sha256 = ? "
            "and bytes = ? and modified_ns = ?",
            [delivery.delivery_id, delivery.source, file.name, delivery.sha256,
             file.bytes, file.modified_ns],
        ).fetchone()  # fmt: skip
        return Entry(delivery, file, is_new=known is None)

    def reject(self, delivery: Delivery, file: LandingFile, fault: Refusal) -> Entry:
        """Nothing of the file is loaded; where it broke stands among the rejects."""
        if delivery.sha256 and delivery.delivery_id in self.pending.taken:
            return self.duplicate(delivery, file)
        delivery.status, delivery.reason = "rejected", fault.reason
        delivery.detail = place_of(fault)
        where = (fault.line, fault.reason, fault.column)
        return Entry(delivery, file, (where,) if delivery.detail else ())

    def hold(self, delivery: Delivery, fault: Refusal) -> Entry:
        """The file waits; said once for as long as it waits for the same reason."""
        delivery.status, delivery.reason = "held", fault.reason
        delivery.delivery_id = delivery_id("held", delivery.source, delivery.file_name)
        known = self.connection.execute(
            "select 1 from raw.deliveries where delivery_id = ? and reason = ? and bytes = ?",
            [delivery.delivery_id, fault.reason, delivery.bytes],
        ).fetchone()
        return Entry(delivery, None, is_new=known is None)


def place_of(fault: Refusal) -> str | None:
    """Where a file broke, as far as known."""
    parts = [f"line {fault.line}" if fault.line else "", fault.column or ""]
    return ", ".join(part for part in parts if part) or None
