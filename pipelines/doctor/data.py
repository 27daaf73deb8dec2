"""Contracts, landing, warehouse and key: what a night reads and writes."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipelines.contracts import load_contracts
from pipelines.doctor.finding import Finding
from pipelines.errors import CannotRun, HelplineError
from pipelines.ingest.keys import FINGERPRINT, fingerprint, read_key
from pipelines.ingest.landing import misplaced
from pipelines.ingest.ledger import without_contract
from pipelines.publish import storage_version
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse
from pipelines.writer import current_writer

SHOWN = 10  # names of one finding


def contracts(settings: Settings) -> Iterator[Finding]:
    """The contracts can be read."""
    try:
        found = load_contracts(settings.contracts)
        yield Finding("contracts", "ok", f"{len(found)} contracts in {settings.contracts}")
    except HelplineError as error:
        yield Finding("contracts", "fault", str(error), "Mend the contract that is named.")


def landing(settings: Settings) -> Iterator[Finding]:
    """Whatever was delivered can be read, and lies where a night looks."""
    if not settings.landing.is_dir():
        remedy = "Let the source systems deliver there, or `helpline sample` for fictional exports."
        yield Finding("landing", "warning", f"{settings.landing} does not exist", remedy)
        return
    paths = [
        Path(parent, name)
        for parent, folders, names in os.walk(settings.landing)
        for name in folders + names
    ]
    folder, file = os.R_OK | os.X_OK, os.R_OK
    # Path.is_dir raises where a folder may not be entered
    is_folder = os.path.isdir
    closed = [path for path in paths if not os.access(path, folder if is_folder(path) else file)]
    if closed:
        what = f"{len(closed)} of {len(paths)} entries cannot be read, first {closed[0]}"
        yield Finding("landing", "fault", what, "Give this user the right to read them.")
    else:
        yield Finding("landing", "ok", f"{sum(map(os.path.isfile, paths))} files, all readable")
    yield from _misplaced(settings)


def _misplaced(settings: Settings) -> Iterator[Finding]:
    sources = _sources(settings)
    if sources is None:
        return
    found = [path for path in misplaced(settings.landing, sources) if path != settings.sample_file]
    if found:
        names = [os.fsencode(path).decode(errors="backslashreplace") for path in found[:SHOWN]]
        what = f"{len(found)} entries are read by no night: {', '.join(names)}"
        remedy = "Move them into the folder of their source, which must be no link below it: "
        yield Finding("landing", "warning", what, f"{remedy}{', '.join(sources)}.")


def warehouse(settings: Settings) -> Iterator[Finding]:
    """The warehouse can be opened, its key fits, and its sources have contracts."""
    if not settings.warehouse.exists():
        what = f"{settings.warehouse} does not exist yet"
        yield Finding("warehouse", "warning", what, "`helpline run` makes it.")
        return
    writer = current_writer(settings)
    if writer is not None:
        # opened now, even to read, it could be in the way of the writer's next step
        yield Finding("warehouse", "ok", f"held by {writer}; not looked into")
        return
    try:
        with open_warehouse(settings, read_only=True) as connection:
            version = storage_version(connection)
            made = connection.execute(
                "select 1 from duckdb_tables() where schema_name = 'raw' "
                "and table_name = 'settings'"
            ).fetchone()
            known = (
                made
                and connection.execute(
                    "select value from raw.settings where name = ?", [FINGERPRINT]
                ).fetchone()
            )
            sources = _sources(settings)
            left = without_contract(connection, sources) if made and sources else []
    except CannotRun as error:
        remedy = "If a process holds it, wait or stop that one; else restore it from the backup, "
        remedy += "or move it away: `helpline run` builds it anew from landing."
        yield Finding("warehouse", "fault", str(error), remedy)
        return
    yield Finding("warehouse", "ok", f"free to open, storage {version}")
    if aside := sorted(settings.home.glob("warehouse.unreadable-*")):
        what = f"{len(aside)} set aside, first {aside[0]}: they may hold erased records"
        yield Finding("warehouse", "warning", what, "Remove them once nobody needs them.")
    for what, remedy in left:
        yield Finding("contracts", "warning", what, remedy)
    yield from _key(settings, known[0] if known else None)


def _key(settings: Settings, known: str | None) -> Iterator[Finding]:
    restore = f"Restore {settings.key_file} from the backup."
    try:
        key = read_key(settings)
    except CannotRun as error:
        yield Finding("key", "fault", str(error), restore)
        return
    if key is None and known is None:
        yield Finding("key", "ok", "made at the first run")
    elif key is None:
        yield Finding("key", "fault", "the key of the record ids is missing", restore)
    elif known not in (None, fingerprint(key)):
        yield Finding("key", "fault", "the key is not the one of this warehouse", restore)
    elif stat.S_IMODE(settings.key_file.stat().st_mode) & 0o077:
        remedy = f"`chmod 600 {settings.key_file}`"
        yield Finding("key", "warning", "others than its owner can read the key", remedy)
    else:
        yield Finding("key", "ok", "present and matching; keep it in the backup")


def _sources(settings: Settings) -> list[str] | None:
    """The sources that have a contract; None where the contracts cannot be read."""
    try:
        return sorted(contract.source for contract in load_contracts(settings.contracts))
    except HelplineError:
        return None
