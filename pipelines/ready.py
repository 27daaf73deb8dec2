"""Before a night: be the only writer, have room, and have the warehouse that was last closed.

Used by every way in which a night starts; what the night then does stands in `definitions`.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb

from pipelines.ingest.archive import archived
from pipelines.ingest.forget import apply_tombstones
from pipelines.ingest.repair import Selection, read_again, take_early_again, take_lost_again
from pipelines.ingest.tables import create_raw_tables
from pipelines.integrity import (
    WarehouseChanged,
    has_ledger,
    lost_deliveries,
    read_manifest,
    state_of,
)
from pipelines.journal import note
from pipelines.rewrite import rewrite
from pipelines.room import check_room
from pipelines.settings import Settings
from pipelines.warehouse import Unreadable, kept_open, open_warehouse
from pipelines.writer import is_held, only_writer


@contextmanager
def ready(settings: Settings, purpose: str | None = None) -> Iterator[None]:
    """Hold the warehouse for a whole night; what was lost since the last one is mended first.

    After a night that did not stop, a file that has become mostly air is written anew.

    Args:
        purpose: what a second writer is told; default: the command of this process.

    Raises:
        CannotRun: another process writes, there is no room, or what was lost cannot be had again.
    """
    begun = is_held(settings)
    with only_writer(settings, purpose):
        if begun:
            yield
            return
        check_room(settings)
        mend(settings)
        with kept_open(settings):
            yield
        rewrite(settings)


def mend(settings: Settings) -> None:
    """Compare the warehouse with its manifest, and let the night read again what it lost.

    Raises:
        CannotRun: the files of what was lost have gone from landing: only a backup helps.
    """
    if not settings.warehouse.exists() and read_manifest(settings) is None:
        return
    try:
        with open_warehouse(settings, compare=False) as connection:
            mend_open(connection, settings)
    except Unreadable as fault:
        set_aside(settings, fault)
        with open_warehouse(settings, compare=False) as connection:
            mend_open(connection, settings)


def mend_open(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """`mend` for a warehouse that could be opened."""
    known = read_manifest(settings)
    if known is not None and (found := state_of(connection)) != known:
        create_raw_tables(connection)
        lost = lost_deliveries(connection, known)
        if lost:
            take_lost_again(connection, settings, lost)
            note(settings, f"integrity: {len(lost)} lost deliveries are read again from landing")
        elif found.hash == known.hash:
            again, kept = read_again(connection, settings, Selection())
            note(
                settings,
                f"integrity: raw was changed from outside; {again} files are read again, "
                f"{kept} deliveries stay as they are because their file has gone",
            )
    if has_ledger(connection):
        early = take_early_again(connection, settings)
        if early:
            note(settings, f"clock: it was slow; {early} deliveries are read again from landing")
        erased = apply_tombstones(connection, settings)
        if erased.rows:
            note(settings, f"forget: {erased.rows} rows of erased records left raw once more")


def set_aside(settings: Settings, fault: Unreadable) -> None:
    """Move an unreadable warehouse out of the way when landing can give back what it held.

    Raises:
        CannotRun: nobody knows what it held, or files have gone: only a backup helps.
    """
    known = read_manifest(settings)
    if known is None:
        raise fault
    there = archived(settings, {line[1] for line in known.deliveries})
    gone = [line for line in known.deliveries if (line[1], line[3]) not in there]
    if gone:
        raise WarehouseChanged(
            f"The warehouse cannot be opened, and the files of {len(gone)} deliveries are no "
            f"longer in landing, first {gone[0][1]}/{gone[0][2]}. Restore it from the backup."
        )
    stamp = f"{dt.datetime.now(dt.UTC):%Y%m%dT%H%M%SZ}"
    aside = settings.warehouse.with_name(f"warehouse.unreadable-{stamp}.duckdb")
    settings.warehouse.rename(aside)
    log = settings.warehouse.with_name(settings.warehouse.name + ".wal")
    if log.exists():
        log.rename(aside.with_name(aside.name + ".wal"))
    note(settings, f"integrity: the warehouse could not be opened and was moved to {aside.name}")
