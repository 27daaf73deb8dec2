"""How a number becomes a word or a whole number: the rules every headline and table obeys.

Language stands elsewhere (`language.py`): a rule here says *which* wording is allowed, not how it
sounds. Shares are percentages from 0 to 100.
"""

import math
from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CLOSE_POINTS = 2.5
"""A simple fraction may stand for a share that lies at most so many points from it."""

EXACT_POINTS = 0.5
"""Up to here the fraction is said plainly; beyond it the wording says `more than` or `almost`."""


@dataclass(frozen=True)
class Proportion:
    """A share in words: `count` out of `of` ("six in ten"), and the `side` on which it lies.

    `kind` is `fraction` (count and of are set), `half` or `percent` (pct is set); `side` is empty,
    `more_than` or `almost`.
    """

    kind: str
    count: int = 0
    of: int = 0
    side: str = ""
    pct: int = 0


def half_up(value: float) -> int:
    """Round half up (away from zero for falls), as the published growth and single shares are."""
    return int(Decimal(repr(value)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def more_than(value: float) -> int:
    """The largest whole number that lies truly below `value`: "more than 91%" only above 91."""
    return math.ceil(value) - 1


def one_in(share_pct: float) -> int | None:
    """The n of "one in n" for 3 to 10, or None where it would mislead.

    A share is one in n between 1/(n+½) and 1/(n−½), the band in which n is the nearest whole
    number, and never more than 2.5 points from it.
    """
    if share_pct <= 0:
        return None
    n = half_up(100 / share_pct)
    is_close = abs(share_pct - 100 / n) <= CLOSE_POINTS if n else False
    return n if 3 <= n <= 10 and is_close else None


def proportion(share_pct: float) -> Proportion:
    """The wording that a headline may give to a share: the nearest simple fraction if it is close.

    "Six in ten" only within 2.5 points of 60, "more than" only above it and "almost" only below;
    without a close fraction "more than half" between 50 and 60, and else the whole percentage.
    """
    fractions = [(k, 10) for k in (3, 4, 6, 7, 8, 9)] + [(1, 2), (2, 3), (3, 4)]
    n = one_in(share_pct)
    if n:
        fractions.append((1, n))
    count, of = min(fractions, key=lambda part: (abs(share_pct - 100 * part[0] / part[1]), part[1]))
    distance = abs(share_pct - 100 * count / of)
    if distance > CLOSE_POINTS:
        if 50 < share_pct < 60:
            return Proportion("half", side="more_than")
        return Proportion("percent", pct=half_up(share_pct))
    side = ""
    if distance > EXACT_POINTS:
        side = "more_than" if share_pct > 100 * count / of else "almost"
    if (count, of) == (1, 2):
        return Proportion("half", side=side)
    return Proportion("fraction", count, of, side)


def share_entry(share_pct: float, whole: int | None = None) -> dict[str, Any]:
    """A share as figures.json states it: whole, surely exceeded, and in words.

    `whole` is the share after largest remainder, where it belongs to shares that sum to 100.
    """
    shown = half_up(share_pct) if whole is None else whole
    words = {name: value for name, value in asdict(proportion(share_pct)).items() if value}
    if words["kind"] == "percent":
        # the percentage in a headline is the one in the table
        words["pct"] = shown
    return {
        "share_pct": shown,
        "more_than_pct": more_than(share_pct),
        "in_words": words,
    }


def growth_entry(value: int, previous: int | None) -> dict[str, Any]:
    """The growth against the year before as figures.json states it; nothing without that year."""
    if not previous:
        return {}
    return {
        "previous": previous,
        "growth": value - previous,
        "growth_pct": half_up(100 * (value - previous) / previous),
    }
