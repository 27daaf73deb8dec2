"""Dagster's own store in HELPLINE_HOME/dagster: whether its files can still be read.

It holds the history of runs and nothing that a figure comes from, so it may be lost: the next run
makes a new one. What is written into it stands in `event_log`.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import quote

import yaml

from pipelines.errors import CannotRun, HelplineError
from pipelines.settings import Settings

FILES = ("history/runs.db", "history/runs/index.db", "schedules/schedules.db")
DAMAGED = ("SQLITE_NOTADB", "SQLITE_CORRUPT")


def remedy(settings: Settings) -> str:
    """What to do about a damaged store."""
    return (
        f"Move {settings.dagster_home} away: it holds the history of runs and Dagster's settings, "
        "and the next run makes both anew."
    )


@contextmanager
def damaged_store_told(settings: Settings) -> Iterator[None]:
    """Name the folder when a night stops because Dagster cannot read its store.

    Raises:
        CannotRun: so it is. Every other error passes as it is.
    """
    try:
        yield
    except HelplineError:
        raise  # told already, also where it came from a file of ours that is no YAML
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            if isinstance(cause, yaml.YAMLError) or is_damage(cause):
                raise CannotRun(
                    f"Dagster's store in {settings.dagster_home} is damaged. {remedy(settings)}"
                ) from None
            cause = cause.__cause__ or cause.__context__
        raise


def is_damage(error: BaseException) -> bool:
    """Whether SQLite says that a file is not, or no longer, a database."""
    return getattr(error, "sqlite_errorname", None) in DAMAGED


def damaged_files(settings: Settings) -> list[Path]:
    """The files of the store, of those that there are, that SQLite cannot read."""
    files = (settings.dagster_home / name for name in FILES)
    return [file for file in files if file.exists() and not _is_whole(file)]


def _is_whole(file: Path) -> bool:
    # without a log beside it nobody writes; a plain opening would make files of its own there
    has_log = file.with_name(f"{file.name}-wal").exists()
    address = f"file:{quote(str(file.resolve()))}?{'mode=ro' if has_log else 'immutable=1'}"
    try:
        with closing(sqlite3.connect(address, uri=True)) as connection:
            return connection.execute("pragma quick_check(1)").fetchall() == [("ok",)]
    except sqlite3.Error as error:
        return not is_damage(error)
