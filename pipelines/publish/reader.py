"""`helpline query`: one reading statement on one release, in a process that can do no harm.

What the statement may do is decided in `sandbox`; here it is started, timed and listened to.
"""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipelines.errors import CannotRun, HelplineError, WrongUse
from pipelines.publish.listing import find_release, way_back
from pipelines.settings import Settings

SANDBOX = Path(__file__).with_name("sandbox.py")


@dataclass(frozen=True)
class Answer:
    """Columns of an answer, and its rows as they arrive; `rows` can be gone through once."""

    release_id: str
    columns: list[str]
    rows: Iterator[list[Any]]


@contextmanager
def query(settings: Settings, sql: str, release_id: str | None = None) -> Iterator[Answer]:
    """Run one reading statement on the current release, or on the named one.

    Tables can be named without their schema. Nothing but the release can be read, nothing can be
    written or set; memory and time (`HELPLINE_QUERY_SECONDS`) are bounded.

    Raises:
        WrongUse: the statement does not read, is mistyped (with DuckDB's own message), or asks
            for too much; no such release.
        CannotRun: there is no release, or it cannot be opened; the message names the way back.
    """
    release = find_release(settings, release_id)
    command = [sys.executable, "-P", str(SANDBOX)]
    process = subprocess.Popen(  # noqa: S603 - our own interpreter and script, no shell
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    timer = threading.Timer(settings.query_seconds, process.kill)
    timer.start()
    try:
        messages = _messages(settings, process, timer, release.release_id)
        request = {"database": str(release.database.resolve()), "sql": sql}
        assert process.stdin  # a pipe was asked for
        process.stdin.write(json.dumps(request).encode())
        process.stdin.close()
        columns = next(messages)
        rows = (row for batch in messages for row in batch)
        yield Answer(release.release_id, columns, rows)
    finally:
        timer.cancel()
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def _messages(
    settings: Settings, process: subprocess.Popen[bytes], timer: threading.Timer, release_id: str
) -> Iterator[Any]:
    """Contents of the sandbox's messages up to `done`; its refusals become our errors."""
    assert process.stdout  # a pipe was asked for
    for line in process.stdout:
        if not line.endswith(b"\n"):
            break  # killed in the middle of it
        kind, content = json.loads(line)
        if kind == "done":
            return
        if kind not in ("columns", "rows"):
            raise _error(settings, kind, content, release_id)
        yield content
    if timer.is_alive():
        raise WrongUse(_TOO_LARGE.format("more memory than a query may have, or crashed DuckDB"))
    raise WrongUse(
        f"The statement took longer than {settings.query_seconds:g} s. Narrow it, or raise "
        "HELPLINE_QUERY_SECONDS."
    )


_TOO_LARGE = "The statement needs {}. Narrow it, or read the Parquet files of the release."


def _error(settings: Settings, kind: str, text: str, release_id: str) -> HelplineError:
    if kind == "refused":
        return WrongUse(
            f"Refused: {text}. `helpline query` takes one statement that reads the release: "
            "SELECT, FROM, WITH, VALUES, SHOW, DESCRIBE, SUMMARIZE or EXPLAIN."
        )
    if kind == "too_large":
        return WrongUse(_TOO_LARGE.format(text))
    if kind == "unreadable":
        return CannotRun(
            f"The database of release {release_id} cannot be opened ({text}). {way_back(settings)}"
        )
    return WrongUse(text)
