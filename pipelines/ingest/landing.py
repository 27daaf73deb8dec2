"""The landing folder of one source: which files are there, which wait, which are known already.

Files stay where they are, whatever becomes of them: landing is the archive from which everything
can be rebuilt.
"""

import calendar
import datetime as dt
import os
import stat
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.contracts import Contract
from pipelines.errors import CannotRun
from pipelines.ingest.ledger import insert_rows

ARRIVING = (".part", ".tmp", ".partial", ".crdownload", ".filepart", ".done")
"""Endings of names under which transfers write, and of the markers that they leave."""

LONGEST_WAIT_S = 5


@dataclass(frozen=True)
class LandingFile:
    """One file as it lay there when the run looked."""

    path: Path
    name: str
    """Path below the source's folder; bytes that are no UTF-8 as `\\xe9`."""
    bytes: int
    modified_ns: int
    inode: int
    is_regular: bool

    @property
    def modified_at(self) -> dt.datetime:
        """Modification time, naive UTC."""
        return dt.datetime.fromtimestamp(self.modified_ns / 1e9, dt.UTC).replace(tzinfo=None)

    @property
    def is_named_in_utf8(self) -> bool:
        """Whether DuckDB can be given the path; Windows archives bring names in Latin-1."""
        try:
            str(self.path).encode()
        except UnicodeEncodeError:
            return False
        return True

    def is_settled(self, settle_seconds: float) -> bool:
        """Whether the file is old enough not to be still arriving."""
        return abs(time.time() - self.modified_ns / 1e9) >= settle_seconds

    def is_unchanged(self) -> bool:
        """Whether it still is what it was when the run looked."""
        try:
            now = self.path.lstat()
        except OSError:
            return False
        then = (self.bytes, self.modified_ns, self.inode)
        return (now.st_size, now.st_mtime_ns, now.st_ino) == then


@dataclass(frozen=True)
class Stated:
    """What a file's name says of its content."""

    first_day: dt.date | None = None
    last_day: dt.date | None = None
    site: str | None = None


def files(folder: Path) -> list[LandingFile]:
    """Every file of a source that does not plainly say that it is still arriving, oldest first."""
    found = [landing_file(folder, path) for path in walk(folder)]
    return sorted((f for f in found if f), key=lambda f: (f.modified_ns, f.name))


def settled_files(folder: Path, settle_seconds: float) -> list[LandingFile]:
    """The files of a source, after the short while in which the youngest may settle.

    So a file that was put there just before a run is not left to the next night; one that still
    grows after it is held.
    """
    found = files(folder)
    youngest = max((file.modified_ns for file in found), default=0) / 1e9
    wait = youngest + settle_seconds - time.time()
    if 0 < wait <= LONGEST_WAIT_S:
        time.sleep(wait)
        found = files(folder)
    return found


def walk(folder: Path) -> Iterator[Path]:
    """Paths below a folder; hidden and arriving ones are passed over.

    Raises:
        CannotRun: a folder may not be looked into, so that nobody knows what was delivered.
    """
    for parent, folders, names in os.walk(folder, onerror=refuse):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            if not name.startswith(".") and not name.lower().endswith(ARRIVING):
                yield Path(parent, name)


def refuse(error: OSError) -> None:
    """Pass over what has gone; what may not be looked at must not look like no delivery."""
    if not isinstance(error, FileNotFoundError | NotADirectoryError):
        raise CannotRun(
            f"{error.filename} may not be looked at by this user: nobody knows what was delivered "
            "there. Give it the right to read and enter the folders of landing, and run again."
        )


def misplaced(landing: Path, sources: Collection[str]) -> list[Path]:
    """What lies where no night looks: outside the folders of the sources, or behind a link."""
    found = []
    for path in sorted(landing.iterdir()):
        if path.name.startswith(".") or path.name.lower().endswith(ARRIVING):
            continue
        if not path.is_dir() or (path.name not in sources and next(walk(path), None)):
            found.append(path)
        elif path.name in sources:
            for parent, folders, _ in os.walk(path):
                below = (Path(parent, name) for name in folders if not name.startswith("."))
                found += [folder for folder in below if folder.is_symlink()]
    return found


def landing_file(folder: Path, path: Path) -> LandingFile | None:
    """What the file system says of a file; None when it has just gone."""
    try:
        status = path.lstat()
    except OSError as error:
        refuse(error)
        return None
    name = os.fsencode(path.relative_to(folder)).decode(errors="backslashreplace")
    return LandingFile(
        path, name, status.st_size, status.st_mtime_ns, status.st_ino, stat.S_ISREG(status.st_mode)
    )


def stated_by_name(contract: Contract, name: str) -> Stated:
    """Period and site of a file name; nothing where no pattern of the contract fits."""
    for pattern in contract.file_names:
        if match := pattern.match(name):
            known = match.groupdict()
            first_day, last_day = days_of(known.get("period") or "")
            return Stated(first_day, last_day, known.get("site"))
    return Stated()


def days_of(period: str) -> tuple[dt.date | None, dt.date | None]:
    """First and last day of `2019`, `2020-03` or `2020-12-31`; none of what is no date."""
    try:
        if len(period) == len("2020-12-31"):
            day = dt.date.fromisoformat(period)
            return day, day
        year, _, month = period.partition("-")
        first, last = (int(month), int(month)) if month else (1, 12)
        days = calendar.monthrange(int(year), last)[1]
        return dt.date(int(year), first, 1), dt.date(int(year), last, days)
    except (ValueError, calendar.IllegalMonthError):
        return None, None


Known = dict[str, tuple[int, int, int, str]]


def known_files(connection: duckdb.DuckDBPyConnection, source: str) -> Known:
    """Size, modification time, inode and contract version of the files that were read."""
    rows = connection.execute(
        "select path, bytes, modified_ns, inode, contract_version from raw.landing_files "
        "where source = ?",
        [source],
    ).fetchall()
    return {path: (size, modified, inode, version) for path, size, modified, inode, version in rows}


def marks(file: LandingFile, contract: Contract) -> tuple[int, int, int, str]:
    """What must be as before for a file not to be opened again."""
    return file.bytes, file.modified_ns, file.inode, contract.version


def remember(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    files: Sequence[tuple[LandingFile, str]],
) -> None:
    """Files with their hashes, not to be opened again as long as they and the contract stay."""
    if not files:
        return
    connection.execute(
        "delete from raw.landing_files where source = ? and list_contains(?, path)",
        [contract.source, [file.name for file, _ in files]],
    )
    insert_rows(
        connection,
        "raw.landing_files",
        [
            [contract.source, file.name, file.bytes, file.modified_ns, file.inode, sha256,
             contract.version]
            for file, sha256 in files
        ],
    )  # fmt: skip
