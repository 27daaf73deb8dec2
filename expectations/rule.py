"""What a rule is, and what a night says about it; no engine here."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

Border = Literal["raw", "marts"]
Severity = Literal["blocking", "warning"]
Cell = str | int | float | bool | dt.date | None
Row = dict[str, Cell]
"""One aggregate of a frame: counts, codes, days and file names, never a value of a record."""

PROFILES = Path(__file__).parent / "profiles"


@dataclass(frozen=True)
class Agrees:
    """Two numbers that were counted in two ways are the same, in every row of the frame."""

    def is_broken_by(self, row: Row) -> bool:
        """Whether this row shows a difference; a number on one side only is one."""
        return row["expected"] != row["found"]


@dataclass(frozen=True)
class AtMost:
    """The column `measure` of the frame never exceeds a limit."""

    limit: float

    def is_broken_by(self, row: Row) -> bool:
        """Whether this row is beyond the limit; where nothing was measured nothing is."""
        measure = row["measure"]
        return isinstance(measure, int | float) and measure > self.limit


@dataclass(frozen=True)
class Rule:
    """One rule of a border, the same for every helpline.

    `entity` narrows a rule of border 1 to sources that fill that entity; `assets` are the marts
    that a rule of border 2 concerns. `description` says what holds when it passes, `reason` why it
    has this severity and this limit, `next_step` what to do when it fails: `{file_name}`,
    `{source}` and other columns of the frame are filled in from the first offending row.

    Its frame is measured by `profiles/<border>/<name>.sql`. Every row names its asset (`source`
    at border 1, `mart` at border 2), and what the claim compares.
    """

    name: str
    severity: Severity
    claim: Agrees | AtMost
    description: str
    reason: str
    next_step: str
    entity: str | None = None
    assets: tuple[str, ...] = ()


@dataclass(frozen=True)
class RuleResult:
    """What a rule says about one asset.

    `offending` are the aggregates that break it and that nobody accepted; `accepted` says who
    accepted others, until when and why; `error` is set when it could not be judged at all, which
    is neither passed nor failed. `judged` is how many aggregates were looked at, `page` the page
    of Data Docs that says the same.
    """

    rule: str
    asset: str
    severity: Severity
    passed: bool
    description: str
    offending: list[Row] = field(default_factory=list)
    next_step: str = ""
    error: str | None = None
    accepted: str | None = None
    judged: int = 0
    page: Path | None = None

    @property
    def stops_publication(self) -> bool:
        """Whether readers keep the current release because of this result.

        What could not be judged did not pass either.
        """
        return self.severity == "blocking" and not self.passed


def as_text(value: Cell) -> str:
    """An aggregate as it is shown and as a scope names it: whole numbers without decimals."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.4g}"
    return str(value)
