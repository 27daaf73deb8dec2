"""`helpline doctor`: what could keep the next night or a reader from working, and the remedy.

It looks at the whole house (machine, settings, landing, warehouse, releases), hence its place
beside the command line and not inside one layer. It changes nothing and imports no engine but
DuckDB, so that it also runs where the night does not.
"""

import importlib.metadata
import os
import re
import stat
import sys
import zoneinfo
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal

import duckdb
import yaml

from pipelines.contracts import load_contracts
from pipelines.dagster_store import damaged_files
from pipelines.dagster_store import remedy as remedy_of_store
from pipelines.errors import CannotRun, HelplineError
from pipelines.ingest.keys import FINGERPRINT, fingerprint, read_key
from pipelines.ingest.landing import misplaced
from pipelines.ingest.ledger import without_contract
from pipelines.publish import find_release, releases, storage_version
from pipelines.publish.folder import leftovers, releases_folder
from pipelines.room import (
    LEAST_MEMORY,
    disk_free,
    disk_needed,
    memory_available,
    memory_limit,
)
from pipelines.settings import PROJECT, ZONE, Settings
from pipelines.warehouse import open_warehouse
from pipelines.writer import current_writer

SHOWN = 10  # names of one finding
ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations")


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `warning` (works, but look) or `fault` (a night or reader fails).

    `remedy` is the next command or step; empty when all is well.
    """

    subject: str
    state: Literal["ok", "warning", "fault"]
    what: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """What `helpline doctor --json` prints of it."""
        return asdict(self)


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; each part on its own, so that one fault does not hide another."""
    parts: tuple[Callable[[Settings], Iterator[Finding]], ...] = (
        _versions,
        _time_zone,
        _telemetry,
        _dagster,
        _home,
        _contracts,
        _landing,
        _disk,
        _memory,
        _warehouse,
        _pointer,
        _releases,
    )
    return [finding for part in parts for finding in part(settings)]


def _versions(_: Settings) -> Iterator[Finding]:
    locked = dict(
        re.findall(r"^([a-z0-9-]+)==(\S+)", (PROJECT / "requirements.lock").read_text(), re.M)
    )
    wrong = []
    for name in ENGINES:
        try:
            found = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            found = "missing"
        if found != locked.get(name):
            wrong.append(f"{name} {found} instead of {locked.get(name)}")
    python = ".".join(map(str, sys.version_info[:3]))
    if wrong:
        yield Finding("versions", "fault", "; ".join(wrong), "`make run` installs what is locked.")
    else:
        what = f"Python {python}, DuckDB {locked['duckdb']}, engines as locked"
        yield Finding("versions", "ok", what)


def _time_zone(_: Settings) -> Iterator[Finding]:
    try:
        zoneinfo.ZoneInfo(ZONE.key)
        yield Finding("time zone", "ok", f"{ZONE.key} is known")
    except zoneinfo.ZoneInfoNotFoundError:
        remedy = "`make run` installs tzdata; or install the system's package."
        yield Finding("time zone", "fault", f"{ZONE.key} is unknown", remedy)


def _telemetry(settings: Settings) -> Iterator[Finding]:
    """Dagster's file is the operator's after the first run; dbt's and GX's switches are ours."""
    file = settings.dagster_home / "dagster.yaml"
    try:
        configured = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else None
    except (OSError, ValueError, yaml.YAMLError):
        remedy = "Mend it, or move it away: the next run makes a new one."
        yield Finding("telemetry", "fault", f"{file} cannot be read", remedy)
        return
    telemetry = configured.get("telemetry") if isinstance(configured, dict) else None
    is_off = isinstance(telemetry, dict) and telemetry.get("enabled") is False
    if file.exists() and not is_off:
        remedy = f"Write `telemetry: {{enabled: false}}` into {file}."
        yield Finding("telemetry", "fault", "Dagster would send usage statistics", remedy)
    else:
        yield Finding("telemetry", "ok", "off")


def _dagster(settings: Settings) -> Iterator[Finding]:
    damaged = damaged_files(settings)
    if damaged:
        what = f"damaged: {', '.join(map(str, damaged))}"
        yield Finding("dagster", "fault", what, remedy_of_store(settings))
    else:
        yield Finding("dagster", "ok", "its store can be read, or is made at the first run")


def _home(settings: Settings) -> Iterator[Finding]:
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    if os.access(folder, os.W_OK | os.X_OK):
        yield Finding("home", "ok", f"{settings.home} can be written")
    else:
        remedy = "Give this user the right to write there, or set HELPLINE_HOME."
        yield Finding("home", "fault", f"{folder} cannot be written", remedy)


def _contracts(settings: Settings) -> Iterator[Finding]:
    try:
        found = load_contracts(settings.contracts)
        yield Finding("contracts", "ok", f"{len(found)} contracts in {settings.contracts}")
    except HelplineError as error:
        yield Finding("contracts", "fault", str(error), "Mend the contract that is named.")


def _landing(settings: Settings) -> Iterator[Finding]:
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
    try:
        sources = sorted(contract.source for contract in load_contracts(settings.contracts))
    except HelplineError:
        return  # told of the contracts
    found = [path for path in misplaced(settings.landing, sources) if path != settings.sample_file]
    if found:
        names = [os.fsencode(path).decode(errors="backslashreplace") for path in found[:SHOWN]]
        what = f"{len(found)} entries are read by no night: {', '.join(names)}"
        remedy = "Move them into the folder of their source, which must be no link below it: "
        yield Finding("landing", "warning", what, f"{remedy}{', '.join(sources)}.")


def _disk(settings: Settings) -> Iterator[Finding]:
    free, need = disk_free(settings), disk_needed(settings)
    what = f"{free / 1e9:.1f} GB free, a night needs up to {need / 1e9:.1f} GB"
    if free < need:
        remedy = "Free space, or lower HELPLINE_KEEP_RELEASES or set HELPLINE_KEEP_LANDING."
        yield Finding("disk", "fault", what, remedy)
    else:
        yield Finding("disk", "ok", what)


def _memory(settings: Settings) -> Iterator[Finding]:
    limit, available = memory_limit(settings), memory_available()
    if available is None:
        yield Finding("memory", "ok", f"DuckDB may use {limit / 1e9:.1f} GB")
        return
    what = f"{available / 1e9:.1f} GB free, DuckDB may use {limit / 1e9:.1f} GB"
    if available < LEAST_MEMORY:
        remedy = "Stop what else runs on the machine, or give it more memory."
        yield Finding("memory", "fault", what, remedy)
    elif available < limit + LEAST_MEMORY:
        remedy = "Lower HELPLINE_MEMORY: beyond it DuckDB spills to the disk and goes on."
        yield Finding("memory", "warning", what, remedy)
    else:
        yield Finding("memory", "ok", what)


def _warehouse(settings: Settings) -> Iterator[Finding]:
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
            left = _left_behind(connection, settings) if made else []
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


def _left_behind(
    connection: duckdb.DuckDBPyConnection, settings: Settings
) -> list[tuple[str, str]]:
    """Sources that lost their contract; none where the contracts cannot be read at all."""
    try:
        contracts = load_contracts(settings.contracts)
    except HelplineError:
        return []
    return without_contract(connection, [contract.source for contract in contracts])


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


def _pointer(settings: Settings) -> Iterator[Finding]:
    if not releases(settings) and not settings.current_release.is_symlink():
        yield Finding("pointer", "warning", "nothing is published yet", "`helpline run`")
        return
    try:
        yield Finding("pointer", "ok", f"current is {find_release(settings).release_id}")
    except CannotRun as error:
        yield Finding("pointer", "fault", str(error), "The command named there.")


def _releases(settings: Settings) -> Iterator[Finding]:
    found = releases(settings)
    for release in found:
        if release.faults:
            state: Literal["warning", "fault"] = "fault" if release.is_current else "warning"
            remedy = "`helpline publish` writes a whole one, `helpline rollback` goes back to one."
            what = f"{release.release_id}: {'; '.join(release.faults)}"
            yield Finding("releases", state, what, remedy)
    yield from _kept_releases(settings)
    whole = sum(not release.faults for release in found)
    if found:
        yield Finding("releases", "ok", f"{whole} of {len(found)} agree with their manifest")


def _kept_releases(settings: Settings) -> Iterator[Finding]:
    """Folders that a night cannot delete, or could not."""
    folder = releases_folder(settings)
    if not folder.is_dir():
        return
    owner = folder.stat().st_uid
    foreign = [path for path in folder.iterdir() if path.lstat().st_uid != owner]
    if foreign:
        what = f"{len(foreign)} folders belong to another user, first {min(foreign)}"
        remedy = f"`sudo chown -R {owner} {folder}`, or they are never deleted."
        yield Finding("releases", "warning", what, remedy)
    elif left := leftovers(settings):
        what = f"{len(left)} folders wait to be deleted, first {min(left)}"
        yield Finding(
            "releases", "warning", what, "The next publication deletes them, or says why."
        )
