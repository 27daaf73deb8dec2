"""SQL that moves times between a zone and UTC, and notices the hours that clocks skip or repeat."""

import datetime as dt
from collections.abc import Callable

from pipelines.contracts.zones import Transition, offset_before, transitions
from pipelines.ingest.expressions import Constants


class Clocks:
    """SQL over the clock changes of one zone, for the years in which records may lie.

    Changes are found by year in constant lists: a `case` with a branch per change costs
    milliseconds a statement before it has seen a row.
    """

    def __init__(self, zone: str, first_year: int, last_year: int, constants: Constants) -> None:
        """Years outside the two have the offset of the first: their records are rejected."""
        self._constants = constants
        self._first_year = first_year
        self._before = offset_before(zone, first_year)
        self._changes = [
            [c for c in transitions(zone, first_year, last_year) if c.instant.year == year]
            for year in range(first_year, last_year + 1)
        ]

    def offset_of_local(self, local_time: str) -> str:
        """Seconds ahead of UTC at a local time; the first of two in the doubled hour."""
        return self._offset(local_time, lambda c: c.local_start if c.is_gap else c.local_end)

    def offset_of_utc(self, instant: str) -> str:
        """Seconds ahead of UTC at an instant."""
        return self._offset(instant, lambda c: c.instant)

    def is_missing(self, local_time: str) -> str:
        """Whether clocks skipped that local time."""
        return self._within(local_time, gaps=True)

    def is_doubled(self, local_time: str) -> str:
        """Whether that local time came twice."""
        return self._within(local_time, gaps=False)

    def _offset(self, time: str, start: Callable[[Transition], dt.datetime]) -> str:
        """From the last change of the year backwards; before the first, as the year began."""
        most = max(len(changes) for changes in self._changes)
        ahead, begun = self._before, []
        for changes in self._changes:
            begun.append(ahead)
            ahead = changes[-1].after if changes else ahead
        whens, year = "", self._year(time)
        for nth in reversed(range(most)):
            starts = self._per_year(lambda c: f"timestamp '{start(c)}'", nth, "timestamp")
            offsets = self._per_year(lambda c: str(c.after), nth, "integer")
            whens += f"when {time} >= {starts}{year} then {offsets}{year} "
        first = f"coalesce({self._constants.keep(str(begun))}{year}, {self._before})"
        return f"case {whens}else {first} end" if whens else first

    def _within(self, time: str, *, gaps: bool) -> str:
        most = max(len(changes) for changes in self._changes)
        year, tests = self._year(time), []
        for nth in range(most):
            if any(c.is_gap == gaps for changes in self._changes for c in changes[nth : nth + 1]):
                start = self._per_year(lambda c: bound(c, c.local_start, gaps), nth, "timestamp")
                end = self._per_year(lambda c: bound(c, c.local_end, gaps), nth, "timestamp")
                tests.append(f"({time} >= {start}{year} and {time} < {end}{year})")
        return f"coalesce({' or '.join(tests)}, false)" if tests else "false"

    def _per_year(self, told: Callable[[Transition], str], nth: int, kind: str) -> str:
        """A constant list with one entry per year: of its nth change, or null."""
        entries = [told(year[nth]) if nth < len(year) else "null" for year in self._changes]
        return self._constants.keep(f"cast([{', '.join(entries)}] as {kind}[])")

    def _year(self, time: str) -> str:
        return f"[year({time}) - {self._first_year - 1}]"


def bound(change: Transition, time: dt.datetime, gaps: bool) -> str:
    """A bound of the stretch that clocks skip (or repeat), null for a change of the other kind."""
    return f"timestamp '{time}'" if change.is_gap == gaps else "null"
