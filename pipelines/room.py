"""Whether the machine has the disk and the memory that a night needs: asked before it starts.

Also here: how every engine says that the disk filled up all the same, and what a person is told.
"""

import contextlib
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import CannotRun, WrongUse
from pipelines.settings import Settings

RESERVE = 100_000_000  # bytes for logs, Dagster's events and what else grows
LEAST_MEMORY = 500_000_000  # bytes that Python and its engines take, whatever the data
UNITS = {"B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12,
         "KIB": 2**10, "MIB": 2**20, "GIB": 2**30, "TIB": 2**40}  # fmt: skip

DISK_FULL = "The disk is full. Free space in HELPLINE_HOME and run again: nothing is lost."
FULL_IN_WORDS_OF = (
    "No space left",  # the system, and DuckDB
    "Disk quota exceeded",
    "max_temp_directory_size",  # DuckDB
    "database or disk is full",  # SQLite
)


def is_full_disk(text: str) -> bool:
    """Whether the text of an error, whichever engine wrote it, says that the disk is full."""
    return any(words in text for words in FULL_IN_WORDS_OF)


@contextmanager
def full_disk_told() -> Iterator[None]:
    """Say in our words that the disk is full, whoever found it so inside.

    Raises:
        CannotRun: the disk is full. Every other error passes as it is.
    """
    try:
        yield
    except Exception as error:
        cause: BaseException | None = error
        while cause is not None:
            code = getattr(cause, "sqlite_errorname", None)
            if is_full_disk(str(cause)) or code == "SQLITE_IOERR_SHMSIZE":
                raise CannotRun(DISK_FULL) from None
            cause = cause.__cause__ or cause.__context__
        raise


def check_room(settings: Settings) -> None:
    """Refuse to start a night that would stop half-way.

    Raises:
        CannotRun: too little disk or memory is free; the message says how much is missing.
        WrongUse: HELPLINE_MEMORY is no size.
    """
    memory_limit(settings)
    free, needed = disk_free(settings), disk_needed(settings)
    if free < needed:
        raise CannotRun(
            f"{settings.home} has {free / 1e9:.2f} GB free, and a night may need "
            f"{needed / 1e9:.2f} GB. Nothing was started. Free space, or lower "
            "HELPLINE_KEEP_RELEASES or set HELPLINE_KEEP_LANDING."
        )
    available = memory_available()
    if available is not None and available < LEAST_MEMORY:
        raise CannotRun(
            f"{available / 1e6:.0f} MB of memory are free, and a night takes at least "
            f"{LEAST_MEMORY / 1e6:.0f} MB. Nothing was started. Stop what else runs, or run later."
        )


def disk_free(settings: Settings) -> int:
    """Bytes free where HELPLINE_HOME lies or will lie."""
    folder = next(path for path in (settings.home, *settings.home.parents) if path.exists())
    return shutil.disk_usage(folder).free


def disk_needed(settings: Settings) -> int:
    """Bytes that a night may write: the warehouse once more, new files, a release, a reserve."""
    old = settings.warehouse.stat() if settings.warehouse.exists() else None
    landed = files_below(settings.landing)
    new_files = sum(s.st_size for s in landed if not old or s.st_mtime > old.st_mtime)
    published = sum(s.st_size for s in files_below(settings.current_release))
    return (old.st_size if old else 0) + new_files + published + RESERVE


def files_below(folder: Path) -> Iterator[os.stat_result]:
    """What the file system says of the files below a folder, as far as this user may know."""
    for parent, _, names in os.walk(folder):
        for name in names:
            with contextlib.suppress(OSError):
                yield Path(parent, name).stat()


def memory_limit(settings: Settings) -> int:
    """HELPLINE_MEMORY in bytes.

    Raises:
        WrongUse: it is no size that DuckDB knows.
    """
    text = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?i?B)\s*", settings.memory, re.I)
    if not text:
        raise WrongUse("HELPLINE_MEMORY is no size. Write it like 1500MB or 2GB.")
    return int(float(text[1]) * UNITS[text[2].upper()])


def memory_available() -> int | None:
    """Bytes that this process may still take, within its container if any; None if unknown."""
    figures = []
    try:
        known = Path("/proc/meminfo").read_text(encoding="ascii")
        figures.append(int(known.split("MemAvailable:")[1].split()[0]) * 1024)
        limit = Path("/sys/fs/cgroup/memory.max").read_text(encoding="ascii").strip()
        used = int(Path("/sys/fs/cgroup/memory.current").read_text(encoding="ascii"))
        if limit != "max":
            # pages of files that the kernel would give back count as used
            stat = Path("/sys/fs/cgroup/memory.stat").read_text(encoding="ascii").split()
            files = int(stat[stat.index("file") + 1])
            figures.append(int(limit) - used + files)
    except (OSError, IndexError, ValueError):
        pass  # another system, or no container
    return min(figures, default=None)
