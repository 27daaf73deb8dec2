"""Lines over equal steps (years, months), each named at its end and dashed in its own way."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pipelines.report.charts.svg import (
    WIDE,
    circle,
    line,
    nice_ticks,
    path,
    text,
    text_width,
)

KINDS = ("line", "line second")
GAP = 18
"""Distance that two end labels keep."""


@dataclass(frozen=True)
class Series:
    """One line: its name, its values, and the words of the points that get a label (or None)."""

    name: str
    values: tuple[float, ...]
    words: tuple[str | None, ...]


def line_chart(
    steps: Sequence[str], series: Sequence[Series], width: int, tick: Callable[[float], str]
) -> tuple[str, float]:
    """Marks and height of the chart; `steps` label the x axis, `tick` words the y axis."""
    height = 300 if width == WIDE else 260
    ticks = nice_ticks(max(value for one in series for value in one.values))
    left = max(text_width(tick(value)) for value in ticks) + 8
    names = [f"{one.words[-1] or ''} {one.name}".strip() for one in series]
    right = (max(text_width(name, bold=True) for name in names) + 12) if width == WIDE else 22
    head, foot = (24 if width == WIDE else 22 + 20 * len(series)), 28
    across = (width - left - right) / max(len(steps) - 1, 1)
    up = (height - head - foot) / ticks[-1]

    def x(step: int) -> float:
        return left + 10 + step * (across - 10 / max(len(steps) - 1, 1))

    def y(value: float) -> float:
        return height - foot - value * up

    marks = []
    for value in ticks:
        marks.append(line(left, y(value), width - right, y(value), "grid"))
        marks.append(text(left - 6, y(value) + 5, tick(value), "tick", "end"))
    every = 1 if across >= 34 else 2
    for step, words in enumerate(steps):
        if step % every == 0:
            marks.append(text(x(step), height - 8, words, "tick", "middle"))
    ends = _apart([y(one.values[-1]) + 5 for one in series])
    for number, one in enumerate(series):
        kind = KINDS[min(number, len(KINDS) - 1)]
        points = [(x(step), y(value)) for step, value in enumerate(one.values)]
        marks.append(path(points, kind))
        for step, ((px, py), label) in enumerate(zip(points, one.words, strict=True)):
            marks.append(circle(px, py, 3.5, kind.replace("line", "dot")))
            is_last = step == len(points) - 1
            if label is not None and not (is_last and width == WIDE):
                anchor = "end" if is_last else "middle"
                marks.append(text(px, py + (20 if number else -10), label, "value", anchor))
        if width == WIDE:
            marks.append(text(points[-1][0] + 10, ends[number], names[number], "series"))
        else:
            at = 14 + 20 * number
            marks.append(path([(0, at - 5), (28, at - 5)], kind))
            marks.append(text(36, at, one.name, "series"))
    return "".join(marks), height


def _apart(heights: list[float]) -> list[float]:
    """Heights of the labels at the ends, from the top down, moved so that none covers another."""
    apart = list(heights)
    lowest = float("-inf")
    for number in sorted(range(len(heights)), key=heights.__getitem__):
        lowest = max(heights[number], lowest + GAP)
        apart[number] = lowest
    return apart
