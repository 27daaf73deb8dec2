"""Contacts per week as columns, and bands for what happened meanwhile, each named by a letter.

The picture says that two things lie side by side in time, and nothing about cause.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.report.charts.svg import WIDE, line, nice_ticks, rect, text, text_width

LANE = 18


@dataclass(frozen=True)
class Week:
    """A week by its Monday, and its contacts."""

    monday: dt.date
    contacts: int


@dataclass(frozen=True)
class Band:
    """Something that lasted from one day to another (None: it stayed); `mark` is its letter."""

    mark: str
    starts_on: dt.date
    ends_on: dt.date | None


def timeline_chart(
    weeks: Sequence[Week],
    bands: Sequence[Band],
    width: int,
    *,
    tick: Callable[[float], str],
    month: Callable[[int], str],
) -> tuple[str, float]:
    """Marks and height of the chart of one year."""
    year = weeks[0].monday.year
    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    ticks = nice_ticks(max(week.contacts for week in weeks))
    left = max(text_width(tick(value)) for value in ticks) + 8
    across = (width - left - 2) / ((last - first).days + 1)
    lanes = _lanes(bands, across)
    head = 12 + LANE * (max(lanes, default=-1) + 1)
    height = head + (220 if width == WIDE else 180) + 26
    up = (height - head - 26) / ticks[-1]
    foot = height - 26

    def x(day: dt.date) -> float:
        return left + max((day - first).days, 0) * across

    marks = []
    for band, lane in zip(bands, lanes, strict=True):
        end = min(band.ends_on or last, last) + dt.timedelta(days=1)
        room = max(x(end) - x(band.starts_on), 3)
        kind = "band" if band.ends_on else "band open"
        marks.append(rect(x(band.starts_on), head - 4, room, foot - head + 4, f"{kind} shade"))
        # a gap parts it from a neighbour that begins the day after
        marks.append(rect(x(band.starts_on), 4 + LANE * lane, max(room - 2, 2), 5, kind))
        marks.append(text(x(band.starts_on), LANE * lane + 20 - 1, band.mark, "mark"))
    for value in ticks:
        at = foot - value * up
        marks.append(line(left, at, width, at, "grid"))
        marks.append(text(left - 6, at + 5, tick(value), "tick", "end"))
    for week in weeks:
        tall = week.contacts * up
        marks.append(rect(x(week.monday) + 0.6, foot - tall, 7 * across - 1.2, tall, "column"))
    every = 1 if width == WIDE else 3
    for number in range(1, 13, every):
        start = dt.date(year, number, 1)
        marks.append(line(x(start), foot, x(start), foot + 6, "axis"))
        marks.append(text(x(start) + 3, height - 6, month(number), "tick"))
    return "".join(marks), height


def _lanes(bands: Sequence[Band], across: float) -> list[int]:
    """A lane per band, so that neither bands nor their letters lie over each other."""
    free_from: list[dt.date] = []
    lanes = []
    for band in bands:
        room = dt.timedelta(days=int((text_width(band.mark, bold=True) + 6) / across) + 1)
        end = max((band.ends_on or dt.date(band.starts_on.year, 12, 31)), band.starts_on + room)
        for lane, free in enumerate(free_from):
            if band.starts_on > free:
                free_from[lane] = end
                lanes.append(lane)
                break
        else:
            free_from.append(end)
            lanes.append(len(free_from) - 1)
    return lanes
