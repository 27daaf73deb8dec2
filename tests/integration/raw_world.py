"""A small made-up world for tests of the warehouse: deliveries straight in raw, dbt run on them.

Nothing here reads files: what ingest makes of files is ingest's own test. A test describes
deliveries, loads them in any order and asks core.
"""

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from pipelines.ingest.tables import create_raw_tables
from pipelines.settings import Settings, load_settings
from pipelines.transform import DBT_PROJECT
from pipelines.warehouse import open_warehouse
from tests.integration.dbt_runner import run_in_process

# everything that is made of records; the tables of published figures need the seeds as well
TABLES = (
    "path:models/staging,config.materialized:table",
    "config.materialized:touched_days",
    "campaigns",
    "completeness_daily",
    "dates",
)
CORE = ("--select", "path:models/staging,config.materialized:view", *TABLES)

NOT_AT_NIGHT = ("--exclude-resource-type", "unit_test")
NIGHT = (*CORE, "code_lists", "path:tests/core", "--indirect-selection", "cautious", *NOT_AT_NIGHT)


@dataclass(frozen=True)
class Contact:
    """One record of a contact; `victims` are (category, form, age band, sex, context)."""

    key: int
    day: dt.date
    version_at: dt.datetime | None = None
    kind: str = "contact"
    channel: str = "phone"
    relation: str = "self"
    hour: int = 10
    victims: tuple[tuple[str, str, str, str, str], ...] = (
        ("other", "physical", "adult", "female", "school"),
    )
    outcomes: tuple[str, ...] = ("police",)


@dataclass(frozen=True)
class Delivery:
    """One file as read under one contract version; a number names it in the ledger."""

    source: str
    first_day: dt.date | None
    last_day: dt.date | None
    received_at: dt.datetime
    contacts: tuple[Contact, ...] = ()
    web_visits: tuple[tuple[dt.date, str, int], ...] = ()
    ads: tuple[tuple[dt.date, str, int], ...] = ()
    campaigns: tuple[tuple[str, dt.date, str], ...] = ()
    site: str | None = None
    content: str = ""
    contract_version: str = "1"
    status: str = "loaded"

    @property
    def sha256(self) -> str:
        """Hash of what the file would hold: the same for two readings of one file."""
        seen = self.content or f"{self.source}{self.site}{self.received_at}{self.first_day}"
        return hashlib.sha256(seen.encode()).hexdigest()

    @property
    def delivery_id(self) -> int:
        """The same in whatever order deliveries are loaded."""
        digest = hashlib.sha256((self.sha256 + self.contract_version).encode()).hexdigest()
        return int(digest[:15], 16)


@dataclass(frozen=True)
class Source:
    """A row of raw.sources."""

    name: str
    replaces_period: bool = False
    rhythm: str | None = "day"
    due_from: dt.date | None = dt.date(2020, 3, 1)
    due_after_days: int = 1
    is_contact_source: bool = True
    site: str | None = None
    entities: tuple[str, ...] = ()


SOURCES = (
    Source("phone", replaces_period=True),
    Source("mail"),
    Source("web", is_contact_source=False, site="adults"),
    Source("web", is_contact_source=False, site="minors"),
    Source("ads", rhythm=None, due_from=None, is_contact_source=False),
    Source("campaigns", replaces_period=True, rhythm=None, due_from=None, is_contact_source=False),
)


@dataclass
class World:
    """One warehouse: load deliveries, run dbt, ask."""

    home: Path
    today: dt.date = dt.date(2020, 3, 10)
    sources: tuple[Source, ...] = SOURCES
    settings: Settings = field(init=False)
    is_built: bool = field(default=False, init=False)

    def __post_init__(self) -> None:
        self.settings = load_settings(home=self.home)
        with open_warehouse(self.settings) as connection:
            create_raw_tables(connection)
            connection.execute("delete from raw.runs; delete from raw.sources")
            connection.execute(
                "insert into raw.runs values ('run', now()::timestamp, ?, ?, 'x', false, 1)",
                [self.today, self.today],
            )
            for source in self.sources:
                connection.execute(
                    "insert into raw.sources values (?, ?, ?, '1', ?, ?, ?, ?, ?, null, [])",
                    [
                        source.name,
                        source.site,
                        list(source.entities),
                        source.replaces_period,
                        source.rhythm,
                        source.due_from,
                        source.due_after_days,
                        source.is_contact_source,
                    ],
                )

    def load(self, *deliveries: Delivery) -> None:
        """Write deliveries into raw, as ingest does: an older reading of a file is superseded."""
        with open_warehouse(self.settings) as connection:
            connection.begin()
            for delivery in deliveries:
                self._load(connection, delivery)
            connection.commit()

    def _load(self, connection: duckdb.DuckDBPyConnection, delivery: Delivery) -> None:
        replaces = {source.name: source.replaces_period for source in self.sources}
        connection.execute(
            "update raw.deliveries set superseded = true where source = ? and sha256 = ?",
            [delivery.source, delivery.sha256],
        )
        connection.execute(
            "insert into raw.deliveries by name select "
            "(select coalesce(max(load_number), 0) + 1 from raw.deliveries) as load_number, "
            "? as delivery_id, ? as source, ? as site, ? as sha256, ? as contract_version, "
            "? as received_at, ? as first_day, ? as last_day, ? as replaces_period, "
            "? as status, false as superseded",
            [
                delivery.delivery_id,
                delivery.source,
                delivery.site,
                delivery.sha256,
                delivery.contract_version,
                delivery.received_at,
                delivery.first_day,
                delivery.last_day,
                replaces[delivery.source],
                delivery.status,
            ],
        )
        for table, rows in rows_of(delivery).items():
            if rows:
                marks = ", ".join("?" * len(rows[0]))
                connection.executemany(f"insert into raw.{table} values ({marks})", rows)

    def build(self) -> None:
        """One night's dbt on staging and core, without tests; views stay as the first made them."""
        self.dbt("run", *(("--select", *TABLES) if self.is_built else CORE))
        self.is_built = True

    def dbt(self, *arguments: str, project: Path = DBT_PROJECT) -> None:
        """Any dbt command on this warehouse."""
        run_in_process(self.settings, arguments, project)

    def rebuild(self) -> None:
        """Everything from raw, as if core had never been."""
        self.dbt("run", "--full-refresh", *CORE)

    def change(self, sql: str) -> None:
        """Change the warehouse by hand."""
        with open_warehouse(self.settings) as connection:
            connection.execute(sql)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        with open_warehouse(self.settings, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def core_tables(self) -> list[str]:
        """Every table of core but the watermarks, which do depend on the order of loading."""
        found = self.rows(
            "select table_name from duckdb_tables() "
            "where schema_name = 'core' and table_name <> 'watermarks' order by 1"
        )
        return [name for (name,) in found]


def rows_of(delivery: Delivery) -> dict[str, list[tuple[Any, ...]]]:
    """The raw rows of a delivery, by table, in the order of the tables' columns."""
    number, source, at = delivery.delivery_id, delivery.source, delivery.received_at
    rows: dict[str, list[tuple[Any, ...]]] = {
        name: [] for name in ("contacts", "victims", "referrals", "web_visits", "ad_delivery")
    }
    for line, contact in enumerate(delivery.contacts, start=2):
        key, day = contact.key, contact.day
        version = (source, number, line, key, contact.version_at or at, contact.kind, None, day)
        person = (contact.relation, "adult", "female", "true")
        rows["contacts"].append((*version, contact.hour, False, 60, contact.channel, *person))
        for count, victim in enumerate(contact.victims, start=1):
            rows["victims"].append((source, number, line, line, key, day, count, *victim))
        for outcome in contact.outcomes:
            rows["referrals"].append((source, number, line, line, key, day, outcome))
    for line, (day, site, visits) in enumerate(delivery.web_visits, start=1):
        rows["web_visits"].append((source, number, line, at, day, site, visits, visits))
    for line, (day, campaign, clicks) in enumerate(delivery.ads, start=2):
        rows["ad_delivery"].append(
            (source, number, line, at, day, campaign, 100, 50, clicks, 1, "EUR")
        )
    rows["campaigns"] = [
        (source, number, line, at, campaign, name, None, "campaign", None, day, None)
        for line, (campaign, day, name) in enumerate(delivery.campaigns, start=2)
    ]
    return rows
