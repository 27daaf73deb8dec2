"""What `helpline doctor` says of one thing that it looked at."""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Literal

from pipelines.settings import Settings


@dataclass(frozen=True)
class Finding:
    """One thing looked at: `ok`, `warning` (works, but look) or `fault` (a night or reader fails).

    `remedy` is the next command or step; empty when all is well.
    """

    subject: str
    state: Literal["ok", "warning", "fault"]
    what: str
    remedy: str = ""

    def as_json(self) -> dict[str, Any]:
        """What `helpline doctor --json` prints of it."""
        return asdict(self)


Look = Callable[[Settings], Iterator[Finding]]
"""Looks at one part of the house."""
