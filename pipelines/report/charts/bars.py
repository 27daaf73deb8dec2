"""Horizontal bars, single or grouped, all on one scale, each with its value at its end."""

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.report.charts.svg import NARROW, WIDE, rect, text, text_width

BAR = 18
"""Height of a bar."""

KINDS = ("bar", "bar second")
"""Series in their order: full and hollow; never told apart by colour alone."""


@dataclass(frozen=True)
class Bar:
    """One group: its label, and a (value, words) per series; the words stand at the bar's end.

    `is_rest` makes it light: a bar of what is not known is not one of the answers.
    """

    label: str
    values: tuple[tuple[float, str], ...]
    is_rest: bool = False


def bar_chart(bars: Sequence[Bar], width: int) -> tuple[str, float]:
    """Marks and height of the chart. Wide: label left of single bars; else label above its bars."""
    top = max((value for bar in bars for value, _ in bar.values), default=0) or 1
    is_grouped = any(len(bar.values) > 1 for bar in bars)
    is_beside = width == WIDE and not is_grouped
    left = _label_room(bars) if is_beside else 0
    right = max(text_width(words, bold=True) for bar in bars for _, words in bar.values) + 14
    scale = (width - left - right) / top
    marks: list[str] = []
    y = 4.0
    for bar in bars:
        if is_beside:
            lines = _wrapped(bar.label, left)
            room = max(BAR, 17 * len(lines))
            for number, words in enumerate(lines):
                offset = y + (room - 17 * len(lines)) / 2 + 13 + 17 * number
                marks.append(text(left - 10, offset, words, anchor="end"))
            y += (room - BAR) / 2
            marks += _bar(bar.values[0], left, y, scale, "bar rest" if bar.is_rest else KINDS[0])
            y += (room + BAR) / 2 + 10
            continue
        for words in _wrapped(bar.label, width):
            marks.append(text(0, y + 12, words))
            y += 17
        y += 2
        for number, value in enumerate(bar.values):
            kind = "bar rest" if bar.is_rest else KINDS[min(number, len(KINDS) - 1)]
            marks += _bar(value, 0, y, scale, kind)
            y += BAR + 4
        y += 12 if width == NARROW or is_grouped else 8
    return "".join(marks), y


def _bar(value: tuple[float, str], left: float, y: float, scale: float, kind: str) -> list[str]:
    length = max(value[0] * scale, 1.5)
    inset = 0 if kind == KINDS[0] else 0.75
    return [
        rect(left + inset, y + inset, length - 2 * inset, BAR - 2 * inset, kind),
        text(left + length + 7, y + 14, value[1], "value"),
    ]


def _label_room(bars: Sequence[Bar]) -> float:
    longest = max(text_width(bar.label) for bar in bars)
    return min(longest + 12, 0.4 * WIDE)


def _wrapped(label: str, room: float) -> list[str]:
    """The label on as many lines as it needs, broken at spaces."""
    lines = [""]
    for word in label.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer) > room - 10:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
