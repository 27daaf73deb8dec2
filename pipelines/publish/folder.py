"""Folders, links and locks of `published/`: complete or not there, whatever kills the process.

A release is written under a name that no reader looks at, brought to the disk, made read-only and
renamed; then the link `current` is replaced in one step. Readers who opened the old release keep
its files: on Linux and macOS even a removed file stays readable to whoever holds it open.
"""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import CannotRun
from pipelines.journal import warn
from pipelines.settings import Settings

INCOMING = ".incoming-"
REMOVED = ".removed-"
_NEW_POINTER = ".current-next"


def releases_folder(settings: Settings) -> Path:
    """The folder that holds one folder per release."""
    return settings.published / "releases"


@contextmanager
def publishing(settings: Settings) -> Iterator[None]:
    """Let one process at a time change `published/`; leftovers are removed first.

    Raises:
        CannotRun: another process is publishing or rolling back now, or something that is not our
            link stands in the place of the pointer.
    """
    pointer = settings.current_release
    if pointer.exists() and not pointer.is_symlink():
        raise CannotRun(
            f"{pointer} is not the link to the current release. Move it away, then run the same "
            "command again."
        )
    releases_folder(settings).mkdir(parents=True, exist_ok=True)
    with (settings.published / ".lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRun(
                "Another publication or rollback is under way. Wait until it ends; "
                "`helpline releases` shows what readers see meanwhile."
            ) from None
        for leftover in leftovers(settings):
            _delete(settings, leftover)
        yield


@contextmanager
def incoming_folder(settings: Settings, release_id: str) -> Iterator[Path]:
    """A folder that no reader looks at; it is gone again unless it was sealed."""
    incoming = releases_folder(settings) / f"{INCOMING}{release_id}"
    incoming.mkdir()
    try:
        yield incoming
    except BaseException:
        if incoming.exists():
            _delete(settings, incoming)
        raise


def seal(settings: Settings, incoming: Path, release_id: str) -> Path:
    """Bring a finished folder to the disk, make it read-only and give it its name."""
    final = releases_folder(settings) / release_id
    for parent, _, names in os.walk(incoming, topdown=False):
        for name in names:
            path = Path(parent) / name
            _sync(path)
            path.chmod(0o444)
        _sync(Path(parent))
        Path(parent).chmod(0o555)
    incoming.rename(final)
    _sync(final.parent)
    return final


def point_at(settings: Settings, release_id: str) -> None:
    """Make a release the current one, in one step that a reader sees whole or not at all.

    The link is relative, so that the home folder can be moved or mounted elsewhere.
    """
    following = settings.published / _NEW_POINTER
    following.unlink(missing_ok=True)
    following.symlink_to(Path("releases") / release_id)
    following.replace(settings.current_release)
    _sync(settings.published)


def current_id(settings: Settings) -> str | None:
    """Name of the folder that the pointer names, there or not; None without a pointer."""
    pointer = settings.current_release
    return pointer.readlink().name if pointer.is_symlink() else None


def release_ids(settings: Settings) -> list[str]:
    """Ids of the releases that stand in the folder, the newest first."""
    folder = releases_folder(settings)
    if not folder.is_dir():
        return []
    return sorted(
        (path.name for path in folder.iterdir() if path.is_dir() and path.name[0] != "."),
        reverse=True,
    )


def leftovers(settings: Settings) -> list[Path]:
    """What a killed publication left, and old releases that could not be deleted."""
    hidden = releases_folder(settings).glob(".*-*")
    return [path for path in hidden if path.name.startswith((INCOMING, REMOVED))]


def remove_old(settings: Settings) -> None:
    """Keep the newest `HELPLINE_KEEP_RELEASES` releases, and the current one in any case.

    A release leaves by one rename before its files are deleted, so that nobody finds half of it.
    One that cannot leave, because it belongs to another user, stays: a note names it.
    """
    for release_id in release_ids(settings)[settings.keep_releases :]:
        if release_id != current_id(settings):
            old = releases_folder(settings) / release_id
            leaving = old.with_name(REMOVED + release_id)
            try:
                old.rename(leaving)
            except OSError as error:
                _tell_kept(settings, old, error)
            else:
                _delete(settings, leaving)


def link_or_copy(source: Path, target: Path) -> None:
    """Carry over the files of a sealed folder, without a second copy where links are possible."""
    for parent, _, names in os.walk(source):
        folder = target / Path(parent).relative_to(source)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            try:
                os.link(Path(parent) / name, folder / name)
            except OSError:  # no links on this file system, or too many of one file
                shutil.copyfile(Path(parent) / name, folder / name)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _delete(settings: Settings, folder: Path) -> None:
    """Delete a folder that no reader uses; one that cannot be deleted is no reason to stop."""
    try:
        for parent, _, _ in os.walk(folder):  # sealed folders refuse to lose an entry
            Path(parent).chmod(0o755)
        shutil.rmtree(folder)
    except OSError as error:
        _tell_kept(settings, folder, error)


def _tell_kept(settings: Settings, folder: Path, error: OSError) -> None:
    line = (
        f"{folder} could not be deleted ({error.strerror}); it only takes room. Give it to the "
        "user of the nights (chown -R), or delete it."
    )
    warn(settings, "publish", line)
