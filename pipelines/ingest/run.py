"""What a run writes down before it reads: clock, sources, published figures, key."""

import datetime as dt
import json
from collections.abc import Sequence

import duckdb

from pipelines.contracts import Contract
from pipelines.contracts.published import load_published
from pipelines.contracts.vocabulary import FIELDS, NOT_RECORDED, UNFOLDED
from pipelines.ingest.keys import ensure_key
from pipelines.ingest.ledger import without_contract
from pipelines.ingest.tables import create_raw_tables
from pipelines.journal import warn
from pipelines.settings import Settings


def begin_run(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    contracts: Sequence[Contract],
    run_id: str,
    code_version: str,
) -> None:
    """Make the raw tables and key if they are missing, and write the run's facts once.

    Called before every source of a run; only the first call does anything.

    Raises:
        CannotRun: the key is missing or wrong.
        WrongUse: a published figure cannot be meant.
    """
    create_raw_tables(connection)
    ensure_key(connection, settings)
    begun = connection.execute("select 1 from raw.runs where run_id = ?", [run_id]).fetchone()
    if begun:
        return
    published = load_published(settings)
    connection.execute("begin transaction")
    write_run(connection, settings, run_id, code_version)
    connection.execute("delete from raw.sources")
    connection.executemany(
        "insert into raw.sources values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [row for contract in contracts for row in source_rows(contract)],
    )
    connection.execute("delete from raw.published_figures")
    if published:
        marks = ", ".join("?" for _ in published[0])
        connection.executemany(f"insert into raw.published_figures values ({marks})", published)
    connection.execute("commit")
    for what, remedy in without_contract(connection, [contract.source for contract in contracts]):
        warn(settings, "contracts", f"{what}. {remedy}")


def write_run(
    connection: duckdb.DuckDBPyConnection, settings: Settings, run_id: str, code_version: str
) -> None:
    """The run, its clock in UTC and as a day in Brussels, and whether this is the sample."""
    sample = {}
    if settings.sample_file.exists():
        sample = json.loads(settings.sample_file.read_text(encoding="utf-8"))
    connection.execute(
        "insert into raw.runs values (?, ?, ?, ?, ?, ?, ?)",
        [
            run_id,
            dt.datetime.now(dt.UTC).replace(tzinfo=None),
            settings.clock.astimezone(dt.UTC).replace(tzinfo=None),
            settings.today,
            code_version,
            bool(sample),
            float(sample.get("scale", 1)) if sample else None,
        ],
    )


def source_rows(contract: Contract) -> list[list[object]]:
    """Rows of `raw.sources`: one, or one per site where each site delivers for itself."""
    schedule = contract.schedule
    return [
        [
            contract.source,
            site,
            list(contract.entities),
            contract.version,
            contract.replaces_period,
            schedule.rhythm,
            schedule.due_from,
            schedule.due_after_days,
            contract.is_contact_source,
            contract.channel,
            not_recorded(contract),
        ]
        for site in contract.sites or (None,)
    ]


def not_recorded(contract: Contract) -> list[str]:
    """Coded fields of contacts and their victims that the source does not ask."""
    if not contract.is_contact_source:
        return []
    missing = []
    for name in ("contacts", *UNFOLDED):
        entity = contract.objects.get(name)
        for field, kind in FIELDS[name].items():
            known = entity.field(field) if entity else None
            asked = known is not None and known.constant != NOT_RECORDED
            if kind.type == "code" and field != "contact_kind" and not asked:
                missing.append(field)
    return missing
