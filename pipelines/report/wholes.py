"""What the whole of a table tells beyond its rows, and how its rows are protected with it.

A total printed elsewhere tells what no row counts: contacts whose hour is not known, victims whose
age is not known beside those of minors and adults. Joining itself stands in `small_cells.py`.
"""

from collections.abc import Sequence

from pipelines.report.small_cells import Blocks, Member, coarsen, is_small, leave_out
from pipelines.report.source import Marts
from pipelines.report.tables import WHOLE, Breakdown, Within


def protect(
    breakdown: Breakdown,
    columns: Sequence[Within],
    members: Sequence[Member],
    marts: Marts,
    minimum: int,
) -> Blocks:
    """The rows that a table may show; `members` count its columns, and last the year before."""
    if breakdown.is_overlapping:
        return leave_out(members, _contacts(columns, marts), minimum)
    rest = _rest(breakdown, columns, members, marts)
    is_told = any(is_small(count, minimum) for count in rest)
    return coarsen(members, minimum, ordered=breakdown.ordered, rest=rest if is_told else ())


def _rest(
    breakdown: Breakdown, columns: Sequence[Within], members: Sequence[Member], marts: Marts
) -> tuple[int, ...]:
    """What no row counts, in the columns of `members`; that of columns side by side in the last."""
    if breakdown.measure not in ("contacts", "victims"):
        return ()
    *printed, before = (sum(column) for column in zip(*(m.counts for m in members), strict=True))
    rest = [0] * len(printed)
    if breakdown.has_whole:
        rest[0] = _total(marts, marts.year, breakdown.measure) - printed[0]
        return (*rest, _total(marts, marts.year - 1, breakdown.measure) - before)
    rest[len(columns) - 1] = _total(marts, marts.year, breakdown.measure) - sum(printed)
    return (*rest, 0)


def _contacts(columns: Sequence[Within], marts: Marts) -> tuple[int, ...]:
    """Distinct contacts of the columns, of what they leave of the first, and of the year before."""
    whole = _total(marts, marts.year, "contacts")
    parts = [marts.cell("contacts", *within) for within in columns if within != WHOLE]
    counts = [part.value if part else 0 for part in parts]
    beside = [whole - sum(counts)] if counts else []
    return (whole, *counts, *beside, _total(marts, marts.year - 1, "contacts"))


def _total(marts: Marts, year: int, measure: str) -> int:
    return sum(getattr(total, measure) for total in marts.totals if total.year == year)
