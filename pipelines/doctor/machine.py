"""Versions, settings, disk and memory: what a night needs before it looks at any data."""

import importlib.metadata
import os
import re
import sys
import zoneinfo
from collections.abc import Iterator

import yaml

from pipelines.dagster_store import damaged_files, remedy
from pipelines.doctor.finding import Finding
from pipelines.room import (
    LEAST_MEMORY,
    disk_free,
    disk_needed,
    memory_available,
    memory_limit,
)
from pipelines.settings import PROJECT, ZONE, Settings

ENGINES = ("duckdb", "dbt-core", "dbt-duckdb", "dagster", "great-expectations")


def versions(_: Settings) -> Iterator[Finding]:
    """The engines are those that are locked."""
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


def time_zone(_: Settings) -> Iterator[Finding]:
    """The zone in which days are cut is known."""
    try:
        zoneinfo.ZoneInfo(ZONE.key)
        yield Finding("time zone", "ok", f"{ZONE.key} is known")
    except zoneinfo.ZoneInfoNotFoundError:
        remedy = "`make run` installs tzdata; or install the system's package."
        yield Finding("time zone", "fault", f"{ZONE.key} is unknown", remedy)


def telemetry(settings: Settings) -> Iterator[Finding]:
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


def dagster(settings: Settings) -> Iterator[Finding]:
    """Dagster's store can be read."""
    damaged = damaged_files(settings)
    if damaged:
        what = f"damaged: {', '.join(map(str, damaged))}"
        yield Finding("dagster", "fault", what, remedy(settings))
    else:
        yield Finding("dagster", "ok", "its store can be read, or is made at the first run")


def home(settings: Settings) -> Iterator[Finding]:
    """HELPLINE_HOME can be written."""
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    if os.access(folder, os.W_OK | os.X_OK):
        yield Finding("home", "ok", f"{settings.home} can be written")
    else:
        remedy = "Give this user the right to write there, or set HELPLINE_HOME."
        yield Finding("home", "fault", f"{folder} cannot be written", remedy)


def disk(settings: Settings) -> Iterator[Finding]:
    """A night has the room that it may need."""
    free, need = disk_free(settings), disk_needed(settings)
    what = f"{free / 1e9:.1f} GB free, a night needs up to {need / 1e9:.1f} GB"
    if free < need:
        remedy = "Free space, or lower HELPLINE_KEEP_RELEASES or set HELPLINE_KEEP_LANDING."
        yield Finding("disk", "fault", what, remedy)
    else:
        yield Finding("disk", "ok", what)


def memory(settings: Settings) -> Iterator[Finding]:
    """A night has the memory that it takes, and DuckDB no more than there is."""
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
