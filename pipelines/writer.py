"""One writer: whoever changes the warehouse holds this lock from its first step to its last.

DuckDB's own lock covers one opening, and a night opens the warehouse three times: to mend it, to
work on it, to write it anew; in between a second night could slip in. So a night, from the command
line, the UI or the schedule, holds a lock of the operating system on a file in HELPLINE_HOME. It
ends with the process, however that ends: nothing is left to clean up after a kill.
"""

import fcntl
import json
import os
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipelines.errors import CannotRun
from pipelines.settings import Settings

PATIENCE_S = 3.0
"""How long a writer waits for one that is about to end."""
LONGEST_COMMAND = 120

_held: dict[Path, int] = {}
_guard = threading.Lock()


@dataclass(frozen=True)
class Holder:
    """The process that writes now; `pid` is 0 in the instant before it has said so."""

    pid: int
    command: str

    def __str__(self) -> str:
        return f"process {self.pid} ({self.command})" if self.pid else "another process"


@contextmanager
def only_writer(settings: Settings, purpose: str | None = None) -> Iterator[None]:
    """Be the only writer of this warehouse; within one process it may be entered again.

    Args:
        purpose: what others are told; default: the command of this process.

    Raises:
        CannotRun: another process writes; the message names its PID and command.
    """
    lock_file = settings.writer_lock.resolve()
    with _guard:
        inner = lock_file in _held
        if inner:
            _held[lock_file] += 1
        else:
            settings.home.mkdir(parents=True, exist_ok=True)
            stream = _locked(lock_file)
            _held[lock_file] = 1
    try:
        if not inner:
            _sign(stream, purpose or own_command())
        yield
    finally:
        with _guard:
            _held[lock_file] -= 1
            if not _held[lock_file]:
                del _held[lock_file]
        if not inner:
            stream.truncate(0)
            stream.close()


def is_held(settings: Settings) -> bool:
    """Whether this process is the writer."""
    return settings.writer_lock.resolve() in _held


def current_writer(settings: Settings) -> Holder | None:
    """Who writes now, or None; asks without disturbing anybody."""
    lock_file = settings.writer_lock
    if not lock_file.exists():
        return None
    with lock_file.open("rb") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return _holder(lock_file)
    return None


def own_command() -> str:
    """This process as a person would name it."""
    return told(sys.argv)


def told(words: Sequence[str]) -> str:
    """A command line without an interpreter's path, and without the id of a person in it."""
    while len(words) > 1 and Path(words[0]).name.startswith("python"):
        words = [word for word in words[1:] if word != "-m"]
    name = Path(words[0]).name if words else ""
    if name in ("cli.py", "pipelines.cli"):
        name = "helpline"
    if "forget" in words:
        words = words[: words.index("forget") + 1]
    text = " ".join([name, *words[1:]])
    return text if len(text) <= LONGEST_COMMAND else f"{text[:LONGEST_COMMAND]}…"


def _locked(lock_file: Path) -> IO[str]:
    stream = lock_file.open("a+", encoding="utf-8")
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                holder = _holder(lock_file)
                stream.close()
                raise CannotRun(
                    f"The warehouse is held by {holder}. Nothing was started. Wait until it ends, "
                    "or stop it, and run the command again."
                ) from None
            time.sleep(0.05)
        else:
            return stream


def _sign(stream: IO[str], command: str) -> None:
    """Say who holds the lock, in the locked file itself."""
    stream.truncate(0)
    stream.write(json.dumps({"pid": os.getpid(), "command": command}))
    stream.flush()


def _holder(lock_file: Path) -> Holder:
    try:
        told = json.loads(lock_file.read_text(encoding="utf-8"))
        return Holder(int(told["pid"]), str(told["command"]))
    except (ValueError, KeyError, TypeError):
        return Holder(0, "")
