"""From the table `placed` into the raw tables: contacts, victims, referrals and the rest.

Runs inside the transaction of a batch of deliveries.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from pipelines.contracts.vocabulary import FIELDS, NOT_RECORDED
from pipelines.ingest import expressions as sql
from pipelines.ingest.judged import PLACED, Facts, is_grouped
from pipelines.ingest.ledger import Delivery
from pipelines.ingest.reading import Reading

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


@dataclass(frozen=True)
class Loaded:
    """One file of a batch whose rows stand in `placed`, and its line in the ledger."""

    reading: Reading
    facts: Facts
    delivery: Delivery


def store(connection: duckdb.DuckDBPyConnection, loaded: Sequence[Loaded]) -> None:
    """Insert the placed rows into the raw tables of the contract's entities.

    `loaded` has every file of the batch, in its order; none for one of which nothing is loaded.
    """
    reading = loaded[0].reading
    contract = reading.contract
    for name, values_ in (
        ("delivery_ids", [str(each.delivery.delivery_id) for each in loaded]),
        ("received", [f"timestamp '{each.delivery.received_at}'" for each in loaded]),
    ):
        connection.execute(f"set variable {name} = [{', '.join(values_)}]")
    head = {
        "source": sql.literal(contract.source),
        "delivery_id": "getvariable('delivery_ids')[file + 1]",
        "line": "line",
    }
    version = "getvariable('received')[file + 1]"
    if reading.has("updated_at"):
        version = f"coalesce(updated_at, {version})"
    if not contract.is_contact_source:
        names = RAW_OTHER[contract.record.name]
        columns = {**head, "version_at": version, **values(reading, names)}
        insert(connection, contract.record.name, columns, PLACED)
        return
    # in day order already, as exports are: a scan of one day is then a third as dear
    order = "" if all(each.facts.in_day_order for each in loaded) else " order by day, ord"
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
        f"{PLACED}{first}{order}",
    )  # fmt: skip
    below = {**head, "contact_line": contact_line, "contact_key": "key", "day": "day"}
    if "victims" in contract.objects:
        insert(connection, "victims", *victims(reading, below, order))
    if "referrals" in contract.objects:
        place_ = f"(select *, unnest(outcomes) as outcome from {PLACED}{first}){order}"
        insert(connection, "referrals", {**below, "outcome": "outcome"}, place_)


def victims(reading: Reading, below: Mapping[str, str], order: str) -> tuple[dict[str, str], str]:
    """Columns and rows of the victims, from repeated rows or from the nested list."""
    if not reading.has("victims"):
        number = "ord - first_ord + 1" if is_grouped(reading.contract) else "1"
        columns = {
            **below, "victim_number": f"least({number}, 32767)", **values(reading, RAW_VICTIM),
        }  # fmt: skip
        return columns, f"{PLACED} where is_about_someone{order}"
    known = [field.name for field in reading.contract.objects["victims"].fields]
    columns = {**below, "victim_number": "least(nth, 32767)"}
    for name in RAW_VICTIM:
        columns[name] = f"victim.{name}" if name in known else sql.literal(NOT_RECORDED)
    unnested = "unnest(victims) as victim, unnest(range(1, len(victims) + 1)) as nth"
    return columns, f"(select *, {unnested} from {PLACED}){order}"


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
