"""Marts of one year that hold no more than a test names, to see what a report tells of them."""

import datetime as dt
from dataclasses import replace
from typing import Any

from pipelines.report.figures import Edition, build_figures
from pipelines.report.source import Cell, Key, Marts, YearTotal

YEAR = 2020


def cell(value: int, denominator: int | None = None, previous: int | None = None) -> Cell:
    share = 100 * value / denominator if denominator else None
    return Cell(value, denominator, share, None, previous, None)


def table(
    measure: str, breakdown: str, counts: dict[str, int], within: tuple[str, str] = ("all", "all")
) -> dict[Key, Cell]:
    """The cells of one column, without shares."""
    return {(measure, breakdown, member, *within): cell(count) for member, count in counts.items()}


def compared(
    measure: str, breakdown: str, counts: dict[str, int], before: dict[str, int]
) -> dict[Key, Cell]:
    """The cells of one column beside those of the year before."""
    cells = table(measure, breakdown, counts)
    return {key: replace(one, previous_value=before[key[2]]) for key, one in cells.items()}


def marts(cells: dict[Key, Cell], contacts: int = 100, victims: int = 0, **others: Any) -> Marts:
    """Marts of 2020 with these cells and totals."""
    total = YearTotal(YEAR, contacts, victims, None, 0, is_complete=True, months=12)
    empty = Marts(YEAR, cells, {}, (total,), {}, {}, (), (), (), ())
    return replace(empty, **others)


def document(of: Marts) -> dict[str, Any]:
    """figures.json of these marts, with 5 as the smallest count."""
    return build_figures(of, Edition(dt.date(2021, 1, 1), is_sample=False, minimum=5))
