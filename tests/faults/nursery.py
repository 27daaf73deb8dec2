"""Children that run whole nights without paying for the imports, and may be killed at any moment.

The process that asks has imported every engine and opened none of them: no database, no thread. A
child that it forks starts where `helpline run` starts after its imports.
"""

import importlib
import json
import os
import shutil
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.settings import Settings

ENGINES = ("dagster", "dbt.cli.main", "great_expectations", "pipelines.definitions")


class ChildFailed(Exception):
    """A function that was called in a child raised; the text is its traceback."""


@dataclass(frozen=True)
class Running:
    """A child in which a night is under way."""

    pid: int
    log: Path
    begun: float

    def wait(self, kill_after: float | None) -> "Ended":
        """Wait until it ends, or kill it after so many seconds."""
        status = wait(self.pid, kill_after)
        code = os.WEXITSTATUS(status) if os.WIFEXITED(status) else None
        said = self.log.read_text(encoding="utf-8", errors="replace")
        return Ended(code, said, time.monotonic() - self.begun)


@dataclass(frozen=True)
class Ended:
    """How a night ended: exit code (None when it was killed), what it said, and after how long."""

    code: int | None
    said: str
    seconds: float


def warm_up() -> None:
    """Import what a night imports."""
    for name in ENGINES:
        importlib.import_module(name)


def run_night(
    settings: Settings,
    *,
    arguments: Sequence[str] = ("run",),
    kill_after: float | None = None,
    prepare: Callable[[], None] | None = None,
) -> Ended:
    """`helpline run` in a child.

    Args:
        kill_after: seconds after which the child is killed.
        prepare: called in the child first; may set traps.
    """
    return start_night(settings, arguments, prepare).wait(kill_after)


def start_night(
    settings: Settings,
    arguments: Sequence[str] = ("run",),
    prepare: Callable[[], None] | None = None,
    log: str = "log",
) -> "Running":
    """Let `helpline run` begin in a child; what it says goes into a file beside the home."""
    said = settings.home.with_name(f"{settings.home.name}.{log}")
    pid = os.fork()
    if pid == 0:
        with said.open("w") as file:
            os.dup2(file.fileno(), 1)
            os.dup2(file.fileno(), 2)
        os._exit(command_line(settings, arguments, prepare))
    return Running(pid, said, time.monotonic())


def night_in_peace(settings: Settings) -> float:
    """A night that must end well; returns the seconds that it took."""
    ended = run_night(settings)
    assert ended.code == 0, ended.said
    return ended.seconds


def two_nights_at_once(settings: Settings, head_start: float) -> list[tuple[int, Ended]]:
    """Two nights on one home, the second so many seconds later: PID and end of each."""
    one = start_night(settings, log="one")
    time.sleep(head_start)
    other = start_night(settings, log="other")
    return [(running.pid, running.wait(None)) for running in (one, other)]


def wait(pid: int, kill_after: float | None) -> int:
    """Wait for a child, and kill it when its time is over."""
    until = None if kill_after is None else time.monotonic() + kill_after
    while True:
        ended, status = os.waitpid(pid, 0 if until is None else os.WNOHANG)
        if ended:
            return status
        if until is not None and time.monotonic() >= until:
            os.kill(pid, signal.SIGKILL)
            until = None
        else:
            time.sleep(0.002)


def command_line(
    settings: Settings, arguments: Sequence[str], prepare: Callable[[], None] | None
) -> int:
    """The exit code of a `helpline` command, as the interpreter would give it."""
    from pipelines.cli import main

    os.environ["HELPLINE_HOME"] = str(settings.home)
    os.environ["HELPLINE_CONTRACTS"] = str(settings.contracts)
    os.environ["HELPLINE_SETTLE_SECONDS"] = str(settings.settle_seconds)
    os.environ["HELPLINE_AS_OF"] = str(settings.as_of)
    sys.argv = ["helpline", *arguments]
    try:
        if prepare is not None:
            prepare()
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException as fault:  # noqa: BLE001 - as the interpreter: the hook tells it
        sys.excepthook(type(fault), fault, fault.__traceback__)
        code = 1
    else:
        code = 0
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def in_child(function: Callable[..., Any], *arguments: Any) -> Any:
    """Call a function in a child, so that what it opens and starts ends with it.

    Raises:
        ChildFailed: it raised, or was killed.
    """
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            told = {"answer": function(*arguments)}
        except BaseException:  # noqa: BLE001 - the parent raises it
            told = {"fault": traceback.format_exc()}
        with os.fdopen(writing, "w") as pipe:
            json.dump(told, pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(pid, 0)
    told = json.loads(text) if text else {"fault": "it ended without a word"}
    if "fault" in told:
        raise ChildFailed(told["fault"])
    return told["answer"]


def remove(folder: Path) -> None:
    """Remove a home, sealed releases included."""
    for parent, _, _ in os.walk(folder):
        Path(parent).chmod(0o755)
    shutil.rmtree(folder, ignore_errors=True)
