"""Traps that are set in a child: death at a chosen place, or a disk that fills up under a night."""

import ctypes
import importlib
import os
import shutil
import signal
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.settings import Settings


@dataclass(frozen=True)
class Point:
    """A call before which the process dies: where a kill does the most harm."""

    name: str
    module: str
    attribute: str
    calls: int
    """How often a night with news calls it; the death comes at one of them."""


POINTS = (
    Point("committed, manifest not written", "pipelines.integrity", "write_manifest", 5),
    Point("while an older death is written down", "dagster._core.instance",
          "DagsterInstance.report_run_failed", 1),
    Point("between two tables of dbt", "pipelines.assets.warehouse", "facts_of", 40),
    Point("release sealed, pointer not flipped", "pipelines.publish.folder", "point_at", 1),
    Point("rows are written, not committed", "pipelines.ingest.landing", "remember", 5),
    Point("an event of Dagster", "dagster._core.instance", "DagsterInstance.handle_new_event", 500),
    Point("manifest written, not in place", "pathlib", "Path.replace", 5),
    Point("between two reports", "pipelines.report.build", "write_report", 2),
    Point("while the pool is freed", "dagster._core.storage.event_log.sql_event_log",
          "SqlEventLogStorage.free_concurrency_slots_for_run", 1),
    Point("release half written", "pipelines.publish.writer", "_write_text_and_parquet", 1),
    Point("before what was lost is mended", "pipelines.ready", "mend", 1),
    Point("release written, not sealed", "pipelines.publish.folder", "seal", 1),
    Point("pointer half flipped", "pathlib", "Path.symlink_to", 1),
    Point("a state of Dagster's run", "dagster._core.storage.runs.sql_run_storage",
          "SqlRunStorage.handle_run_event", 3),
    Point("pointer flipped, old ones not removed", "pipelines.publish.folder", "remove_old", 1),
    Point("the key is drafted, not in place", "os", "link", 1),
)  # fmt: skip


def die_at(point: Point, call: int) -> Callable[[], None]:
    """A function that lets this process be killed at the n-th time that it comes to the point."""

    def prepare() -> None:
        owner, name = owner_of(point)
        real, left = getattr(owner, name), call

        def counted(*arguments: Any, **named: Any) -> Any:
            nonlocal left
            left -= 1
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            return real(*arguments, **named)

        setattr(owner, name, counted)

    return prepare


def owner_of(point: Point) -> tuple[Any, str]:
    """The module or class that a point's function is looked up in, and its name there."""
    owner: Any = importlib.import_module(point.module)
    *path, name = point.attribute.split(".")
    for part in path:
        owner = getattr(owner, part)
    return owner, name


BALLOON = ".balloon"
CLONE_NEWNS, CLONE_NEWUSER, MS_REC, MS_PRIVATE = 0x20000, 0x10000000, 0x4000, 0x40000


class NoOwnDisk(Exception):
    """This machine lets nobody mount a small disk of his own; the text says what it refused."""


def mount_own_disk(folder: Path, megabytes: int) -> None:
    """Give this process alone a disk of a fixed size, which is truly full when it is full.

    A tmpfs in a mount namespace of its own: the kernel gives it to root, and where it allows user
    namespaces to everybody. It goes with the process.

    Raises:
        NoOwnDisk: the kernel refuses, or it is no Linux.
    """
    folder.mkdir(parents=True, exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    user, group = os.getuid(), os.getgid()
    try:
        if user == 0:
            called(libc.unshare(CLONE_NEWNS))
        else:
            called(libc.unshare(CLONE_NEWUSER | CLONE_NEWNS))
            Path("/proc/self/setgroups").write_text("deny")
            Path("/proc/self/uid_map").write_text(f"0 {user} 1")
            Path("/proc/self/gid_map").write_text(f"0 {group} 1")
        called(libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None))
        size = f"size={megabytes}m".encode()
        called(libc.mount(b"tmpfs", os.fsencode(folder), b"tmpfs", 0, size))
    except (OSError, AttributeError) as fault:
        raise NoOwnDisk(f"no disk of a fixed size for a test: {fault}") from None


def called(result: int) -> None:
    """Raise what a call of the C library failed with."""
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def fill_after_preflight(settings: Settings, left: int) -> Callable[[], None]:
    """A function that lets something else take the disk once the night has seen that it has room.

    Args:
        left: bytes that stay free.
    """

    def prepare() -> None:
        ready: Any = importlib.import_module("pipelines.ready")
        look = ready.check_room

        def look_then_fill(settings: Settings) -> None:
            look(settings)
            fill(settings, left)

        ready.check_room = look_then_fill

    return prepare


def fill(settings: Settings, left: int) -> None:
    """Take the free space of the home's disk but so many bytes."""
    with (settings.home / BALLOON).open("wb") as balloon:
        taken = shutil.disk_usage(settings.home).free - left
        if taken > 0:
            os.posix_fallocate(balloon.fileno(), 0, taken)


def make_room(settings: Settings) -> None:
    """Give the space back."""
    (settings.home / BALLOON).unlink(missing_ok=True)
