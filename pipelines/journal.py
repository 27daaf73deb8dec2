"""The journal: one line for what an operator should find later, in HELPLINE_HOME/logs.

Counts and names only, as in every message. `deploy/` holds the rotation of the file.
"""

import contextlib
import datetime as dt
import logging

from pipelines.settings import Settings

LOG = logging.getLogger(__name__)


def warn(settings: Settings, subject: str, line: str) -> None:
    """Say a line on the screen too: what stops nothing and still needs somebody."""
    note(settings, f"{subject}: {line}")
    LOG.warning(line)


def note(settings: Settings, line: str) -> None:
    """Append a line with the time in UTC; a full disk must not turn a note into a failure."""
    stamp = dt.datetime.now(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
    with contextlib.suppress(OSError):
        settings.logs.mkdir(parents=True, exist_ok=True)
        with settings.journal.open("a", encoding="utf-8") as file:
            file.write(f"{stamp} {' '.join(line.split())}\n")
