"""After a night: a warehouse that has become mostly air is written anew.

DuckDB gives the space of deleted rows and replaced tables back only at the end of its file: a full
refresh leaves half of it empty. An ordinary night leaves 4 to 14 MB, for a table that grew has its
last row group written anew; the next night uses them. Copied whole into a new file, everything is
as before, without the air. Costs about 3 CPU seconds per 100 MB, so it waits until it is worth it.
"""

import os
from pathlib import Path

import duckdb

from pipelines.errors import CannotRun
from pipelines.integrity import read_manifest, state_of
from pipelines.journal import note
from pipelines.settings import Settings
from pipelines.warehouse import connection_config, open_warehouse

MOST_AIR = 0.08
"""Share of free blocks that stays, for the next nights use it: with it a file is less than a tenth
larger than one built from scratch."""
SMALLEST = 100_000_000
"""Bytes; of a smaller file little is won, and what one night leaves would have it written anew."""


def rewrite(settings: Settings) -> bool:
    """Write the warehouse anew if that wins enough; returns whether it did.

    The night is done and published: what hinders this is noted, and the file stays as it is.
    """
    remove_draft(settings)
    if not settings.warehouse.exists() or settings.warehouse.stat().st_size < SMALLEST:
        return False
    before = settings.warehouse.stat().st_size
    try:
        with open_warehouse(settings, read_only=True) as connection:
            total, free = connection.execute(
                "select total_blocks, free_blocks from pragma_database_size()"
            ).fetchall()[0]
        if free < MOST_AIR * total:
            return False
        copy_whole(settings)
        replace_warehouse(settings)
    except (CannotRun, OSError, duckdb.Error) as fault:
        remove_draft(settings)
        note(settings, f"rewrite: not done ({type(fault).__name__}), the warehouse is as it was")
        return False
    after = settings.warehouse.stat().st_size
    note(settings, f"rewrite: the warehouse went from {before / 1e6:.0f} to {after / 1e6:.0f} MB")
    return True


def draft_of(settings: Settings) -> Path:
    """Where the new file is written: files there may vanish at any time."""
    return settings.scratch / "rewritten.duckdb"


def remove_draft(settings: Settings) -> None:
    """Remove what an earlier attempt left, its write-ahead log included."""
    draft = draft_of(settings)
    for path in (draft, draft.with_name(draft.name + ".wal")):
        path.unlink(missing_ok=True)


def copy_whole(settings: Settings) -> None:
    """Copy schemas, tables, views, constraints and comments, rows in their order."""
    with duckdb.connect(config=connection_config(settings)) as connection:
        connection.execute(f"attach '{quoted(settings.warehouse)}' as warehouse (read_only)")
        connection.execute(f"attach '{quoted(draft_of(settings))}' as rewritten")
        connection.execute("copy from database warehouse to rewritten")
        connection.execute("checkpoint rewritten")
        connection.execute("detach rewritten")


def quoted(path: Path) -> str:
    """A path inside an SQL text."""
    return str(path).replace("'", "''")


def replace_warehouse(settings: Settings) -> None:
    """Put the copy in the place of the warehouse, if it holds what the manifest says.

    Raises:
        CannotRun: it does not, or a write-ahead log stands beside one of the two.
    """
    draft = draft_of(settings)
    with duckdb.connect(str(draft), read_only=True) as connection:
        whole = state_of(connection) == read_manifest(settings)
    logs = [path.with_name(path.name + ".wal") for path in (draft, settings.warehouse)]
    if not whole or any(log.exists() for log in logs):
        raise CannotRun("The copy of the warehouse is not the warehouse.")
    descriptor = os.open(draft, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(settings.warehouse)
