"""The one way to open `warehouse.duckdb`: limits set, the lock explained.

DuckDB allows one process to write and none to read meanwhile; readers outside the night use
releases and never this file. A night keeps the file open from its first step to its last: each
closing costs a look through the index of all blocks, and each opening reads anew what the step
before had read. It begins with one thread, for to share little work costs more than the work; who
finds much to do (many new bytes, a model to build from nothing) takes all for the rest of it.
"""

import os
import re
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines import integrity
from pipelines.errors import CannotRun
from pipelines.profile import timed
from pipelines.room import DISK_FULL, is_full_disk
from pipelines.settings import PROJECT, Settings
from pipelines.writer import told

BLOCK_SIZE = 65_536
"""Bytes of a block of a new warehouse: of every table the last block is partly air, and with
DuckDB's 262,144 bytes fifty small marts are mostly that."""

CHECKPOINT = "1MB"
"""Changes after which a checkpoint is made: what a step replaced is then room for the next."""

PATIENCE_S = 3.0
"""How long to wait for a process that holds the file only for a moment."""

_kept: dict[Path, duckdb.DuckDBPyConnection] = {}


@contextmanager
def kept_open(settings: Settings) -> Iterator[None]:
    """Every opening inside is a further connection to the file that stays open for all of them.

    Raises:
        CannotRun: as `open_warehouse`.
    """
    settings.scratch.mkdir(parents=True, exist_ok=True)
    path = settings.warehouse.resolve()
    _kept[path] = connect(settings, read_only=False)
    _kept[path].execute("set threads = 1")
    try:
        yield
    finally:
        _kept.pop(path).close()


@contextmanager
def open_warehouse(
    settings: Settings, *, read_only: bool = False, compare: bool = True
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse for one step.

    Args:
        read_only: the step changes nothing; of a file that is kept open nothing enforces it.
        compare: whether it must hold what its manifest says; only what mends it does without.

    Raises:
        CannotRun: another process holds it (the message names its PID and command), it is not the
            warehouse that was last closed here, or DuckDB failed in the step; its own text could
            quote a record and is not passed on.
    """
    settings.home.mkdir(parents=True, exist_ok=True)
    settings.scratch.mkdir(parents=True, exist_ok=True)
    connection = connect(settings, read_only=read_only)
    held = lines = None
    try:
        # not part of the configuration: there DuckDB would look for its time zones on the net
        connection.execute("set TimeZone = 'UTC'")
        if compare:
            integrity.expect_whole(connection, settings)
        yield timed(connection)
        if not read_only:
            held = integrity.state_of(connection)
            if held != integrity.read_manifest(settings):
                lines = integrity.loaded_deliveries(connection)
    except duckdb.Error as error:
        raise CannotRun(explain_failure(error)) from None
    finally:
        connection.close()
    if held is not None and lines is not None:
        # only after the last commit: the manifest never promises what the disk does not hold
        integrity.write_manifest(settings, held, lines)


def connect(settings: Settings, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    """A connection, to the file that is kept open or waiting a moment for whoever holds it.

    Raises:
        CannotRun: it is held for longer, or this user, the memory or a setting does not allow it.
        Unreadable: it is no database.
    """
    if kept := _kept.get(settings.warehouse.resolve()):
        return kept.cursor()
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            return duckdb.connect(
                str(settings.warehouse), read_only=read_only, config=connection_config(settings)
            )
        except duckdb.Error as error:
            held = held_by(str(error))
            if held is None:
                raise not_opened(settings, error, read_only=read_only) from None
            if time.monotonic() > until:
                raise CannotRun(held) from None
        time.sleep(0.1)


class Unreadable(CannotRun):
    """The file is no database, whoever opens it; a night then builds it anew from landing."""


def connection_config(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """DuckDB's settings for every writer, dbt included: the same in one process, or it refuses."""
    return {
        "memory_limit": settings.memory,
        "temp_directory": str(settings.scratch.resolve()),
        "default_block_size": BLOCK_SIZE,
        "checkpoint_threshold": CHECKPOINT,
        "threads": threads(settings),
    }


def threads(settings: Settings) -> int:
    """Threads of DuckDB: as many as were asked for, else one per core."""
    return settings.threads or os.cpu_count() or 1


def not_opened(settings: Settings, error: duckdb.Error, *, read_only: bool) -> CannotRun:
    """Why DuckDB did not open the file: only what is wrong with the file itself is `Unreadable`."""
    if isinstance(error, duckdb.OutOfMemoryException):
        return CannotRun(explain_failure(error))
    wanted = [(settings.warehouse, os.R_OK if read_only else os.R_OK | os.W_OK)]
    if not read_only:
        wanted.append((settings.home, os.W_OK | os.X_OK))
    for path, right in wanted:
        if path.exists() and not os.access(path, right):
            return CannotRun(
                f"This user has no right to {'read' if read_only else 'write'} {path}. Nothing was "
                "changed. Run as its owner, or give this user the right."
            )
    try:
        duckdb.connect(config=connection_config(settings)).close()
    except duckdb.Error:
        return CannotRun(
            "DuckDB does not take HELPLINE_MEMORY or HELPLINE_THREADS as they are set. Nothing was "
            "changed. `helpline doctor` says what they may be."
        )
    return Unreadable("The warehouse cannot be opened. `helpline doctor` says what is wrong.")


def held_by(message: str) -> str | None:
    """Who holds the file and what to do, if DuckDB's message is about a lock."""
    if "Could not set lock on file" not in message:
        return None
    named = re.search(r"\(PID ([1-9]\d*)\)", message)
    holder = f"process {named.group(1)}" if named else "another process"
    if named and (command := command_of(named.group(1))):
        holder += f" ({command})"
    return (
        f"The warehouse is held by {holder}. Wait until it ends, or stop it, and run the command "
        "again."
    )


def explain_failure(error: duckdb.Error) -> str:
    """Say which kind of failure happened and where in our code, without DuckDB's own text."""
    text = str(error)
    if is_full_disk(text):
        return DISK_FULL
    if isinstance(error, duckdb.OutOfMemoryException):
        return "DuckDB's memory ran out. Raise HELPLINE_MEMORY and run again: nothing is lost."
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if Path(frame.filename).is_relative_to(PROJECT) and frame.filename != __file__
    ]
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return (
        f"DuckDB stopped with {type(error).__name__}{place}. Nothing of this step was kept; the "
        "current release stays. `helpline doctor` may know the cause."
    )


def command_of(pid: str) -> str:
    """The command of a running process, without the id of a person that it may name."""
    try:
        words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    return told([word.decode(errors="replace") for word in words if word])
