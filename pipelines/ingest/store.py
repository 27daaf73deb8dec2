"""From the table `delivered` into the raw tables: contacts, victims, referrals and the rest.

Runs inside the transaction of one delivery. All rows of a file keep its order; of a record that
stands on several rows the first is its contact, and every victim knows that line.
"""

import datetime as dt
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

import duckdb

from pipelines.contracts import Contract
from pipelines.contracts.vocabulary import FIELDS, NOT_RECORDED
from pipelines.ingest import expressions as sql
from pipelines.ingest import refusal
from pipelines.ingest.ledger import Delivery, Reject
from pipelines.ingest.reading import DELIVERED, Reading
from pipelines.ingest.typed import keyed

RAW_CONTACT = (
    "started_at", "day", "hour", "is_ambiguous_hour", "duration_s", "channel", "relation",
    "contact_age_group", "contact_sex", "anonymous",
)  # fmt: skip
RAW_VICTIM = ("category", "violence_form", "age_band", "sex", "context")
RAW_OTHER = {
    "web_visits": ("day", "site", "visitors", "visits"),
    "campaigns": ("campaign_id", "name", "theme", "kind", "medium", "starts_on", "ends_on"),
    "ad_delivery": (
        "day", "campaign_id", "impressions", "reach", "clicks", "spend", "currency",
    ),
}  # fmt: skip
FIRST_DAY = {"campaigns": "starts_on"}
LAST_DAY = {"campaigns": "coalesce(ends_on, starts_on)"}


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
    facts: "Facts"

    @property
    def rows_loaded(self) -> int:
        """Rows that go into the raw tables."""
        return self.rows_in - len(self.rejects)

    @property
    def by_reason(self) -> dict[str, int]:
        """Number of rejected rows per reason code."""
        return dict(Counter(reason for _, reason, _ in self.rejects))


def judge(
    connection: duckdb.DuckDBPyConnection, reading: Reading, erased: Collection[int] = ()
) -> Outcome:
    """Give every row its line, reject repeats that disagree and erased records, and count."""
    rejects: list[Reject] = list(reading.unreadable)
    left_out = 0
    faulty = connection.execute(
        f"select rowid, fault from {DELIVERED} where fault is not null order by rowid"
    ).fetchall()
    for ordinal, fault in faulty:
        _, reason, column = reading.select.faults[fault]
        if reason == refusal.LEFT_OUT:
            left_out += 1
        else:
            rejects.append((reading.line(ordinal), reason, column))
    facts = place(connection, reading)
    if erased:
        forgotten = connection.execute(
            f"delete from {reading.placed} where list_contains(?, key) returning 1", [list(erased)]
        ).fetchall()
        if forgotten:
            # without their line: nothing is to point at the record any more
            rejects += [(None, refusal.FORGOTTEN, None)] * len(forgotten)
            facts = facts_of(connection, reading)
    if facts.torn_or_scattered:
        rejects += conflicting(connection, reading)
        facts = facts_of(connection, reading)
    return Outcome(facts.rows + len(rejects), tuple(rejects), facts)


def is_grouped(contract: Contract) -> bool:
    """Whether several rows of a file can be one contact."""
    by_row = any(e.unfold and e.unfold.by == "row" for e in contract.objects.values())
    return by_row and contract.record.field("record_id") is not None


def place(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Facts:
    """Make the placed table: rows without a fault, with their line and that of their contact."""
    if reading.contract.is_contact_source and not reading.contract.record.field("record_id"):
        number_equal_rows(connection)
    rows = f"select rowid as ord, rowid + {reading.first_line} as line, * from {DELIVERED}"
    if reading.lines.steps:
        ordinals, shifts = zip(*reading.lines.steps, strict=True)
        connection.execute(
            "create or replace temp table steps as select unnest(?::bigint[]) as ord, "
            "unnest(?::bigint[]) as shift",
            [list(ordinals), list(shifts)],
        )
        shift = "coalesce(last_value(shift ignore nulls) over (order by ord), 0)"
        rows = (
            f"select r.* replace (line + {shift} as line) from ({rows}) r "
            "left join steps using (ord) order by ord"
        )
    good = f"select * from ({rows}) where fault is null"
    if is_grouped(reading.contract):
        good = grouped(reading, good)
    connection.execute(f"create or replace temp table {reading.placed} as {good}")
    return facts_of(connection, reading)


def facts_of(connection: duckdb.DuckDBPyConnection, reading: Reading) -> Facts:
    """Count the good rows and see what they say, in one pass."""
    record = reading.contract.record.name
    first, last = FIRST_DAY.get(record, "day"), LAST_DAY.get(record, "day")
    exported = "max(exported_at)" if reading.has("exported_at") else "null"
    torn = "false"
    if is_grouped(reading.contract):
        begun = "filter (ord = first_ord)"
        torn = (
            f"coalesce(bool_or(differs), false) or count(*) {begun} > count(distinct key) {begun}"
        )
    rows = f"select *, {first} < lag({first}) over () as back from {reading.placed}"
    facts = connection.execute(
        f"select count(*), min({first}), max({last}), {exported}, "
        f"not coalesce(bool_or(back), false), {torn} from ({rows})"
    ).fetchall()
    return Facts(*facts[0])


def grouped(reading: Reading, good: str) -> str:
    """Rows with the first row of their contact; repeats usually follow each other directly."""
    told = told_of_contact(reading)
    return (
        "select * exclude (start_ord, start_line), "
        "max(start_ord) over (rows unbounded preceding) as first_ord, "
        "max(start_line) over (rows unbounded preceding) as contact_line from ("
        "select *, case when again then null else ord end as start_ord, "
        "case when again then null else line end as start_line from ("
        f"select *, key is not distinct from lag(key) over () as again, "
        f"again and {told} is distinct from lag({told}) over () as differs from ({good})))"
    )


def told_of_contact(reading: Reading) -> str:
    """A hash of what a row says of its contact, in which repeats must agree."""
    names = [*FIELDS["contacts"], "hour", "outcomes"]
    kept = [n for n in names if reading.has(n) and n not in ("exported_at",)]
    return f"hash({', '.join(kept)})"


def conflicting(
    connection: duckdb.DuckDBPyConnection, reading: Reading
) -> list[tuple[int, str, str | None]]:
    """Join repeats that do not follow each other, and take out all rows of torn contacts."""
    connection.execute(
        "create or replace temp table scattered as select key, min(ord) as ord, "
        f"min(line) as line from {reading.placed} where ord = first_ord "
        "group by key having count(*) > 1"
    )
    connection.execute(
        f"update {reading.placed} set first_ord = s.ord, contact_line = s.line "
        f"from scattered s where {reading.placed}.key = s.key"
    )
    torn = (
        f"select key from {reading.placed} where differs "
        f"union select key from {reading.placed} semi join scattered using (key) "
        f"group by key having count(distinct {told_of_contact(reading)}) > 1"
    )
    lines = connection.execute(
        f"delete from {reading.placed} where key in ({torn}) returning line"
    ).fetchall()
    field = reading.contract.record.field("record_id")
    column = field.source_name if field else None
    return [(line, refusal.CONFLICTING_REPEAT, column) for (line,) in sorted(lines)]


def number_equal_rows(connection: duckdb.DuckDBPyConnection) -> None:
    """Give equal rows without an id different keys: the second of its kind, the third, …

    The number counts within the file, so the same rows get the same keys when they come again.
    """
    again = keyed("cast(d.key as varchar) || '#' || cast(d.nth as varchar)")
    connection.execute(
        f"update {DELIVERED} set key = {again} from ("
        "select rowid as ord, key, row_number() over (partition by key order by rowid) as nth "
        f"from {DELIVERED} where fault is null and key in ("
        f"select key from {DELIVERED} where fault is null group by key having count(*) > 1)) d "
        f"where {DELIVERED}.rowid = d.ord and d.nth > 1"
    )


def store(
    connection: duckdb.DuckDBPyConnection,
    reading: Reading,
    facts: Facts,
    delivery: Delivery,
) -> None:
    """Insert the placed rows into the raw tables of the contract's entities."""
    contract = reading.contract
    head = {
        "source": sql.literal(contract.source),
        "delivery_id": str(delivery.delivery_id),
        "line": "line",
    }
    version = f"timestamp '{delivery.received_at}'"
    if reading.has("updated_at"):
        version = f"coalesce(updated_at, {version})"
    if not contract.is_contact_source:
        names = RAW_OTHER[contract.record.name]
        columns = {**head, "version_at": version, **values(reading, names)}
        insert(connection, contract.record.name, columns, reading.placed)
        return
    # in day order already, as exports are: a scan of one day is then a third as dear
    order = "" if facts.in_day_order else " order by day, ord"
    first = " where ord = first_ord" if is_grouped(contract) else ""
    contact_line = "contact_line" if is_grouped(contract) else "line"
    kind = values(reading, ("contact_kind",), otherwise="'contact'")
    insert(
        connection,
        "contacts",
        {
            **head, "contact_key": "key", "version_at": version, **kind,
            **values(reading, RAW_CONTACT),
        },
        f"{reading.placed}{first}{order}",
    )  # fmt: skip
    below = {**head, "contact_line": contact_line, "contact_key": "key", "day": "day"}
    if "victims" in contract.objects:
        insert(connection, "victims", *victims(reading, below, order))
    if "referrals" in contract.objects:
        place_ = f"(select *, unnest(outcomes) as outcome from {reading.placed}{first}){order}"
        insert(connection, "referrals", {**below, "outcome": "outcome"}, place_)


def victims(reading: Reading, below: Mapping[str, str], order: str) -> tuple[dict[str, str], str]:
    """Columns and rows of the victims, from repeated rows or from the nested list."""
    if not reading.has("victims"):
        number = "ord - first_ord + 1" if is_grouped(reading.contract) else "1"
        columns = {
            **below, "victim_number": f"least({number}, 32767)", **values(reading, RAW_VICTIM),
        }  # fmt: skip
        return columns, f"{reading.placed} where is_about_someone{order}"
    known = [field.name for field in reading.contract.objects["victims"].fields]
    columns = {**below, "victim_number": "least(nth, 32767)"}
    for name in RAW_VICTIM:
        columns[name] = f"victim.{name}" if name in known else sql.literal(NOT_RECORDED)
    unnested = "unnest(victims) as victim, unnest(range(1, len(victims) + 1)) as nth"
    return columns, f"(select *, {unnested} from {reading.placed}){order}"


def values(
    reading: Reading, names: tuple[str, ...], otherwise: str | None = None
) -> dict[str, str]:
    """SQL of each raw column: the field, a constant of the contract or file, or not recorded."""
    entities = reading.contract.objects.values()
    found: dict[str, str] = {}
    for name in names:
        field = next((f for e in entities for f in e.fields if f.name == name), None)
        kinds = next((kinds[name] for kinds in FIELDS.values() if name in kinds), None)
        if reading.has(name):
            found[name] = name
        elif field is not None and field.constant is not None:
            found[name] = sql.literal(field.constant)
        elif name in reading.constants:
            found[name] = sql.literal(reading.constants[name])
        else:
            recorded = kinds is None or kinds.type != "code"
            found[name] = otherwise or ("null" if recorded else sql.literal(NOT_RECORDED))
    return found


def insert(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], rows: str
) -> None:
    """Insert by name; `columns` maps raw columns to SQL over `rows`."""
    names, expressions = ", ".join(columns), ", ".join(columns.values())
    connection.execute(f"insert into raw.{table} ({names}) select {expressions} from {rows}")
