"""From the table `delivered` to `placed`: every row its line, and what each file amounts to.

A batch of files goes through together, each judged for itself. All rows of a file keep its order;
of a record that stands on several rows the first is its contact, and every row knows that line.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.contracts import Contract
from pipelines.contracts.vocabulary import FIELDS
from pipelines.ingest import refusal
from pipelines.ingest.ledger import Reject
from pipelines.ingest.reading import DELIVERED, Reading
from pipelines.ingest.typed import keyed, label

PLACED = "placed"
"""The rows without a fault, each with its line; of contacts also with their first row."""
LINES = 1 << 40
"""More than a file has: with it, lines of one file after the other only grow."""
FIRST_DAY = {"campaigns": "starts_on"}
LAST_DAY = {"campaigns": "coalesce(ends_on, starts_on)"}
KEYS = {
    "web_visits": ("day", "site", "updated_at"),
    "campaigns": ("campaign_id", "updated_at"),
    "ad_delivery": ("campaign_id", "day", "updated_at"),
}
"""What a file tells once of a record that is no contact, one version at a time."""


@dataclass(frozen=True)
class Facts:
    """What the good rows of one file say of time and of each other."""

    rows: int
    first_day: dt.date | None
    last_day: dt.date | None
    exported_at: dt.datetime | None
    in_day_order: bool
    torn_or_scattered: bool
    """Repeats of one contact disagree, or do not follow each other directly."""


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of one file."""

    rows_in: int
    rejects: tuple[Reject, ...]
    """(line, reason, column), one per rejected row"""
    facts: Facts

    @property
    def rows_loaded(self) -> int:
        """Rows that go into the raw tables."""
        return self.rows_in - len(self.rejects)

    @property
    def by_reason(self) -> dict[str, int]:
        """Number of rejected rows per reason code."""
        return dict(Counter(reason for _, reason, _ in self.rejects))


def judge(
    connection: duckdb.DuckDBPyConnection,
    readings: Sequence[Reading],
    erased: Collection[int] = (),
) -> list[Outcome]:
    """Give every row its line, reject repeats that disagree and erased records, and count."""
    rejects: list[list[Reject]] = [list(reading.unreadable) for reading in readings]
    faulty = connection.execute(
        f"select file, rowid, fault from {DELIVERED} where fault is not null order by rowid"
    ).fetchall()
    for file, rowid, fault in faulty:
        _, reason, column = readings[file].select.faults[fault]
        if reason != refusal.LEFT_OUT:
            rejects[file].append((readings[file].line(rowid), reason, column))
    place(connection, readings)
    if erased:
        forgotten = connection.execute(
            f"delete from {PLACED} where list_contains(?, key) returning file", [list(erased)]
        ).fetchall()
        for (file,) in forgotten:
            # without their line: nothing is to point at the record any more
            rejects[file].append((None, refusal.FORGOTTEN, None))
    if not readings[0].contract.is_contact_source:
        for file, reject in repeated(connection, readings[0]):
            rejects[file].append(reject)
    facts = facts_of(connection, readings)
    if any(each.torn_or_scattered for each in facts):
        for file, reject in conflicting(connection, readings[0]):
            rejects[file].append(reject)
        facts = facts_of(connection, readings)
    return [
        Outcome(each.rows + len(its), tuple(its), each)
        for its, each in zip(rejects, facts, strict=True)
    ]


def is_grouped(contract: Contract) -> bool:
    """Whether several rows of a file can be one contact."""
    by_row = any(e.unfold and e.unfold.by == "row" for e in contract.objects.values())
    return by_row and contract.record.field("record_id") is not None


def place(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> None:
    """Make the table `placed`: rows without a fault, with their line and that of their contact."""
    contract = readings[0].contract
    if contract.is_contact_source and not contract.record.field("record_id"):
        number_equal_rows(connection)
    # laid beside the rows, as both are in the order of the files: a join costs twice as much
    ranges = [each for reading in readings if not reading.fault for each in reading.line_ranges()]
    connection.execute(
        "create or replace temp table lines as select unnest(range(first, beyond)) as line "
        "from (select unnest(?::bigint[]) as first, unnest(?::bigint[]) as beyond)",
        [[first for first, _ in ranges], [beyond for _, beyond in ranges]],
    )
    good = (
        f"select {DELIVERED}.rowid as ord, * from {DELIVERED} positional join lines "
        "where fault is null"
    )
    if is_grouped(contract):
        good = grouped(readings[0], good)
    connection.execute(f"create or replace temp table {PLACED} as {good}")


def facts_of(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> list[Facts]:
    """Count the good rows of each file and see what they say, in one pass."""
    record = readings[0].contract.record.name
    first, last = FIRST_DAY.get(record, "day"), LAST_DAY.get(record, "day")
    exported = "max(exported_at)" if readings[0].has("exported_at") else "null"
    torn = "false"
    if is_grouped(readings[0].contract):
        begun = "filter (ord = first_ord)"
        torn = (
            f"coalesce(bool_or(differs), false) or count(*) {begun} > count(distinct key) {begun}"
        )
    back = f"file = lag(file) over () and {first} < lag({first}) over ()"
    found = connection.execute(
        f"select file, count(*), min({first}), max({last}), {exported}, "
        f"not coalesce(bool_or(back), false), {torn} "
        f"from (select *, {back} as back from {PLACED}) group by file"
    ).fetchall()
    known = {file: Facts(*facts) for file, *facts in found}
    nothing = Facts(0, None, None, None, in_day_order=True, torn_or_scattered=False)
    return [known.get(file, nothing) for file in range(len(readings))]


def grouped(reading: Reading, good: str) -> str:
    """Rows with the first row of their contact; repeats usually follow each other directly."""
    told = told_of_contact(reading)
    return (
        "select * exclude (start_ord, start_line), "
        "max(start_ord) over (rows unbounded preceding) as first_ord, "
        f"max(start_line) over (rows unbounded preceding) % {LINES} as contact_line from ("
        "select *, case when again then null else ord end as start_ord, "
        f"case when again then null else file * {LINES} + line end as start_line from ("
        "select *, key is not distinct from lag(key) over () "
        "and file is not distinct from lag(file) over () as again, "
        f"again and {told} is distinct from lag({told}) over () as differs from ({good})))"
    )


def told_of_contact(reading: Reading) -> str:
    """A hash of what a row says of its contact, in which repeats must agree."""
    names = [*FIELDS["contacts"], "hour", "outcomes"]
    kept = [n for n in names if reading.has(n) and n not in ("exported_at",)]
    return f"hash({', '.join(kept)})"


def conflicting(
    connection: duckdb.DuckDBPyConnection, reading: Reading
) -> list[tuple[int, Reject]]:
    """Join repeats that do not follow each other, and take out all rows of torn contacts.

    Returns the file and the reject of each row that was taken out.
    """
    connection.execute(
        "create or replace temp table scattered as select file, key, min(ord) as ord, "
        f"min(line) as line from {PLACED} where ord = first_ord "
        "group by all having count(*) > 1"
    )
    connection.execute(
        f"update {PLACED} set first_ord = s.ord, contact_line = s.line "
        f"from scattered s where {PLACED}.file = s.file and {PLACED}.key = s.key"
    )
    torn = (
        f"select file, key from {PLACED} where differs "
        f"union select file, key from {PLACED} semi join scattered using (file, key) "
        f"group by all having count(distinct {told_of_contact(reading)}) > 1"
    )
    lines = connection.execute(
        f"delete from {PLACED} where (file, key) in ({torn}) returning file, line"
    ).fetchall()
    field = reading.contract.record.field("record_id")
    column = field.source_name if field else None
    return [(file, (line, refusal.CONFLICTING_REPEAT, column)) for file, line in sorted(lines)]


def repeated(connection: duckdb.DuckDBPyConnection, reading: Reading) -> list[tuple[int, Reject]]:
    """Take out the rows whose key an earlier row of the file has: which of them counts is unknown.

    Returns the file and the reject of each row that was taken out.
    """
    record = reading.contract.record
    keys = [name for name in KEYS[record.name] if reading.has(name)]
    lines = connection.execute(
        f"delete from {PLACED} where ord in (select ord from {PLACED} "
        f"qualify row_number() over (partition by file, {', '.join(keys)} order by ord) > 1) "
        "returning file, line"
    ).fetchall()
    field = record.field(keys[0])
    column = label(field) if field else None
    return [(file, (line, refusal.CONFLICTING_REPEAT, column)) for file, line in sorted(lines)]


def number_equal_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Give equal rows without an id different keys: the second of its kind, the third, …

    The number counts within the file, so the same rows get the same keys when they come again.
    """
    again = keyed("cast(d.key as varchar) || '#' || cast(d.nth as varchar)")
    connection.execute(
        f"update {DELIVERED} set key = {again} from ("
        "select rowid as ord, key, "
        "row_number() over (partition by file, key order by rowid) as nth "
        f"from {DELIVERED} where fault is null and (file, key) in (select file, key "
        f"from {DELIVERED} where fault is null group by all having count(*) > 1)) d "
        f"where {DELIVERED}.rowid = d.ord and d.nth > 1"
    )
