"""Dagster's event log in its own SQLite files, written over one open connection per file.

Dagster opens each file anew for every event, compiles each statement again and asks each time
which columns a table has: of a night without news that is a third. The files, their tables and
what is written stay exactly Dagster's; `SqliteEventLogStorage` reads them as before.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dagster import StringSource
from dagster._core.event_api import EventHandlerFn
from dagster._core.storage.event_log import SqliteEventLogStorage
from dagster._core.storage.event_log.sqlite.sqlite_event_log import (
    INDEX_SHARD_NAME,
    SqliteEventLogStorageWatchdog,
)
from dagster._core.storage.sqlite import SQLITE_BUSY_TIMEOUT_SECONDS
from dagster._serdes import ConfigurableClassData
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from watchdog.events import FileSystemEvent
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver


class OneConnectionEventLog(SqliteEventLogStorage):
    """Dagster's SQLite event log, with connections that stay open between events."""

    def __init__(self, base_dir: str, inst_data: ConfigurableClassData | None = None) -> None:
        self._engines: dict[str, Engine] = {}
        self._built_indexes: set[str] = set()
        self._known_tables: set[str] = set()
        super().__init__(base_dir, inst_data)

    @classmethod
    def config_type(cls) -> dict[str, Any]:
        """The folder of Dagster's state; the log lies where Dagster puts it by default."""
        return {"home": StringSource}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Any
    ) -> "OneConnectionEventLog":
        """Made by Dagster from `dagster.yaml`."""
        return cls(str(Path(config_value["home"]) / "history" / "runs"), inst_data)

    @contextmanager
    def _connect(self, shard: str) -> Iterator[Connection]:
        # one thread at a time, as in Dagster's own: the lock is what makes one connection enough
        with self._db_lock:
            engine = self._engine(shard)
            if shard not in self._initialized_dbs:
                self._initdb(engine)
                self._initialized_dbs.add(shard)
            with engine.begin() as connection:
                yield connection

    def _engine(self, shard: str) -> Engine:
        """The open file of a shard; of the runs only the one asked for last stays open."""
        if shard not in self._engines:
            for other in [name for name in self._engines if name != INDEX_SHARD_NAME]:
                self._engines.pop(other).dispose()
            engine = create_engine(
                self.conn_string_for_shard(shard),
                pool_size=1,  # making the tables takes a second one, closed again
                connect_args={
                    "timeout": SQLITE_BUSY_TIMEOUT_SECONDS,
                    "check_same_thread": False,
                },
            )
            event.listen(engine, "connect", write_ahead)
            self._engines[shard] = engine
        return self._engines[shard]

    def _has_asset_key_col_on_connection(self, conn: Connection, column_name: str) -> bool:
        return True  # the tables are made by the Dagster that we lock, which has every column

    def has_secondary_index(self, name: str) -> bool:
        """Whether Dagster has built an index of its own; asked once, for none is ever dropped."""
        if name not in self._built_indexes and super().has_secondary_index(name):
            self._built_indexes.add(name)
        return name in self._built_indexes

    def has_table(self, table_name: str) -> bool:
        """Whether Dagster's index has a table; asked until it has, for none is ever dropped."""
        if table_name not in self._known_tables and super().has_table(table_name):
            self._known_tables.add(table_name)
        return table_name in self._known_tables

    def watch(self, run_id: str, cursor: str | None, callback: EventHandlerFn) -> None:
        """Tell the UI of a run's events as they come."""
        observer: BaseObserver | None = self._obs
        if observer is None:
            observer = Observer()
            observer.start()
            self._obs = observer  # type: ignore[assignment]  # Dagster declares None alone
        watchdog = WriteAheadWatchdog(self, run_id, callback, cursor)
        watch = observer.schedule(watchdog, self._base_dir, recursive=True)
        self._watchers[run_id][callback] = (watchdog, watch)

    def dispose(self) -> None:
        """Close every file."""
        super().dispose()
        while self._engines:
            self._engines.popitem()[1].dispose()


class WriteAheadWatchdog(SqliteEventLogStorageWatchdog):
    """Looks where events come first: while connections stay open, the file itself may not change.

    Without it the page of a run under way stands still.
    """

    def __init__(
        self,
        storage: SqliteEventLogStorage,
        run_id: str,
        callback: EventHandlerFn,
        cursor: str | None,
    ) -> None:
        super().__init__(storage, run_id, callback, cursor)
        self._patterns = [self._log_path, f"{self._log_path}-wal"]

    def on_modified(self, _: FileSystemEvent) -> None:
        """Pass on what has come since."""
        self._process_log()


def write_ahead(connection: Any, _: Any) -> None:
    """A lost machine may lose the last events of a night, never the log: no sync per event."""
    connection.execute("pragma synchronous = normal")
