"""Where the clocks of a time zone change, from the IANA database.

DuckDB turns a local time that does not exist, or exists twice, silently into an instant; with the
transitions in hand ingest can tell both.
"""

import datetime as dt
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

STEP = dt.timedelta(days=14)  # no zone has changed twice within two weeks since 1970


@dataclass(frozen=True)
class Transition:
    """One change of the clocks: the UTC instant (naive) and the offsets around it, in seconds."""

    instant: dt.datetime
    before: int
    after: int

    @property
    def local_start(self) -> dt.datetime:
        """First local time that is missing (clocks go forward) or comes twice (back)."""
        return self.instant + dt.timedelta(seconds=min(self.before, self.after))

    @property
    def local_end(self) -> dt.datetime:
        """First local time that is ordinary again."""
        return self.instant + dt.timedelta(seconds=max(self.before, self.after))

    @property
    def is_gap(self) -> bool:
        """Whether local times are missing rather than doubled."""
        return self.after > self.before


def is_zone(name: object) -> bool:
    """Whether the IANA database knows the zone."""
    try:
        return bool(ZoneInfo(str(name)))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False


def offset(zone: ZoneInfo, instant: dt.datetime) -> int:
    """Seconds that the zone is ahead of UTC at a naive UTC instant."""
    ahead = instant.replace(tzinfo=dt.UTC).astimezone(zone).utcoffset()
    return 0 if ahead is None else int(ahead.total_seconds())


@cache
def transitions(name: str, first_year: int, last_year: int) -> tuple[Transition, ...]:
    """The changes of a zone from the start of one year to the end of another, in order."""
    zone = ZoneInfo(name)
    found = []
    start, end = new_year(first_year), new_year(last_year + 1)
    while start < end:
        stop = start + STEP
        before, after = offset(zone, start), offset(zone, stop)
        if before != after:
            found.append(Transition(change(zone, start, stop), before, after))
        start = stop
    return tuple(found)


def change(zone: ZoneInfo, start: dt.datetime, stop: dt.datetime) -> dt.datetime:
    """The second at which the offset changes between two instants, by halving."""
    before = offset(zone, start)
    while stop - start > dt.timedelta(seconds=1):
        middle = (start + (stop - start) / 2).replace(microsecond=0)
        if offset(zone, middle) == before:
            start = middle
        else:
            stop = middle
    return stop


def offset_before(name: str, year: int) -> int:
    """Seconds ahead of UTC when a year begins."""
    return offset(ZoneInfo(name), new_year(year))


def new_year(year: int) -> dt.datetime:
    """When a year begins, naive UTC."""
    return dt.datetime.combine(dt.date(year, 1, 1), dt.time())
