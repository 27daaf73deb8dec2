"""What contacts of months, weeks and windows of campaigns tell of the days between their ends.

Each is the difference of two running counts, and a running count never falls. So everything that is
printed together bounds the contacts of every stretch of days; where that bound is small, someone
who adds and subtracts knows a small count.
"""

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from pipelines.report.small_cells import is_small


class Span(NamedTuple):
    """Contacts from the first day up to, but not including, the day after the last."""

    first: dt.date
    after: dt.date
    contacts: int


class Stretches:
    """The days between the ends of all spans, and what the spans told so far leave them at most."""

    def __init__(self, told: Sequence[Span], others: Sequence[Span], minimum: int) -> None:
        """`told` is printed anyway; any of `others` may be told later."""
        ends = sorted({day for span in (*told, *others) for day in span[:2]})
        self._places = {day: place for place, day in enumerate(ends)}
        self._minimum = minimum
        # most[a, b]: how many contacts more there are at most until the end b than until a
        earlier = np.tri(len(ends), dtype=bool)
        self._most: npt.NDArray[np.float64] = np.where(earlier, 0.0, np.inf)
        for span in told:
            self._most = self._with(span)

    def tell(self, *spans: Span) -> bool:
        """Tell spans if no stretch is then known to hold so few, and say whether they are told."""
        before = self._most
        for span in spans:
            self._most = self._with(span)
        stretches = np.diagonal(self._most, 1)
        contradict = bool((np.diagonal(self._most) < 0).any())
        if contradict or any(is_small(int(most), self._minimum) for most in _finite(stretches)):
            self._most = before
            return False
        return True

    def _with(self, span: Span) -> npt.NDArray[np.float64]:
        first, after = self._places[span.first], self._places[span.after]
        most = self._most
        for start, end, contacts in ((first, after, span.contacts), (after, first, -span.contacts)):
            by_way_of_it = most[:, start, None] + contacts + most[None, end, :]
            most = np.minimum(most, by_way_of_it)
        return most


def _finite(stretches: npt.NDArray[np.float64]) -> list[float]:
    bounds: list[float] = stretches[np.isfinite(stretches)].tolist()
    return bounds
