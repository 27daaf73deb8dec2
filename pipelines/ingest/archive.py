"""Landing as the archive: which deliveries can be read again, and which files may go.

Belongs here: comparing the ledger with the files by content, whatever their names are now. Not
here: what new files are taken (`deliveries`).
"""

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

from pipelines.ingest.landing import files
from pipelines.journal import warn
from pipelines.settings import Settings

Content = tuple[str, str | None]
"""Source and SHA-256; None where a file was never read."""


def archived(settings: Settings, sources: Iterable[str]) -> dict[Content, set[str]]:
    """What lies in landing now: of every content the names of its regular files."""
    found: dict[Content, set[str]] = defaultdict(set)
    for source in sources:
        for file in files(settings.landing / source):
            if file.is_regular and (digest := sha256_of(file.path)):
                found[source, digest].add(file.name)
    return dict(found)


def sha256_of(path: Path) -> str | None:
    """SHA-256 of a file, or None when it cannot be read (any more)."""
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return None


def retire_landing(settings: Settings, connection: duckdb.DuckDBPyConnection) -> int:
    """Remove the landing files that were loaded HELPLINE_KEEP_LANDING days ago or earlier.

    A file goes only when it still is what was loaded (size and modification time). Refused and
    held files stay: somebody has yet to look at them. So do those of a folder that this user may
    not change: a note names it.

    Returns:
        The number of files removed; none without the setting.
    """
    if settings.keep_landing is None:
        return 0
    before = settings.clock.astimezone(dt.UTC).replace(tzinfo=None) - dt.timedelta(
        days=settings.keep_landing
    )
    old = connection.execute(
        f"""
        select source, path, bytes, modified_ns from raw.landing_files
        semi join (
            select source, sha256 from raw.deliveries
            where status = 'loaded' and not superseded
            group by all having max(loaded_at) <= timestamp '{before}'
        ) using (source, sha256)
        """
    ).fetchall()
    removed = 0
    closed: dict[Path, str | None] = {}
    for source, name, size, modified_ns in old:
        path = settings.landing / source / name
        try:
            status = path.lstat()
            if (status.st_size, status.st_mtime_ns) == (size, modified_ns):
                path.unlink()
                removed += 1
        except FileNotFoundError:
            continue  # gone since, or on an earlier night
        except OSError as error:
            closed[path.parent] = error.strerror
    for folder, reason in closed.items():
        line = (
            f"Old files of {folder} could not be removed ({reason}). Let the user of the nights "
            "write in that folder, or unset HELPLINE_KEEP_LANDING."
        )
        warn(settings, "landing", line)
    return removed
