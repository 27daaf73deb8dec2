"""The few shapes that charts are made of, as SVG text; coordinates in units of the drawing."""

import math
from collections.abc import Iterable
from html import escape

WIDE = 640
NARROW = 320
LETTER, BOLD_LETTER = 8.2, 9.6
"""Width to reserve for one letter of a 14-unit font: that of the widest common system fonts."""


def text_width(words: str, *, bold: bool = False) -> float:
    """Room that words need, whatever the reader's font."""
    return (BOLD_LETTER if bold else LETTER) * len(words)


def text(x: float, y: float, words: str, kind: str = "label", anchor: str = "start") -> str:
    """Words at a point; `kind` is a class: label, value, tick, series or mark."""
    place = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{_n(x)}" y="{_n(y)}"{place}>{escape(words)}</text>'


def rect(x: float, y: float, width: float, height: float, kind: str) -> str:
    """A rectangle of a class."""
    return (
        f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" '
        f'width="{_n(max(width, 0))}" height="{_n(height)}"/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A straight line of a class."""
    return f'<line class="{kind}" x1="{_n(x1)}" y1="{_n(y1)}" x2="{_n(x2)}" y2="{_n(y2)}"/>'


def path(points: Iterable[tuple[float, float]], kind: str) -> str:
    """An open line through points."""
    steps = " L".join(f"{_n(x)} {_n(y)}" for x, y in points)
    return f'<path class="{kind}" d="M{steps}"/>'


def circle(x: float, y: float, radius: float, kind: str) -> str:
    """A dot of a class."""
    return f'<circle class="{kind}" cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>'


def drawing(
    marks: str, width: float, height: float, *, name: str, title: str, description: str, kind: str
) -> str:
    """The finished picture; `kind` is wide or narrow, and part of the ids that name it."""
    own = f"{name}-{kind}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart {kind}" role="img" '
        f'viewBox="0 0 {_n(width)} {_n(height)}" '
        f'aria-labelledby="{own}-t {own}-d"><title id="{own}-t">{escape(title)}</title>'
        f'<desc id="{own}-d">{escape(description)}</desc>{marks}</svg>'
    )


def nice_ticks(top: float, count: int = 4) -> list[float]:
    """Round values from 0 to at least `top`, about `count` steps of 1, 2, 2.5 or 5 × 10^n."""
    if top <= 0:
        return [0, 1]
    raw = top / count
    power = 10 ** math.floor(math.log10(raw))
    step = next(size * power for size in (1, 2, 2.5, 5, 10) if size * power >= raw)
    steps = math.ceil(top / step - 1e-9)
    return [step * n for n in range(steps + 1)]


def _n(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")
