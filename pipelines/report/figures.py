"""Everything that a report prints as a number, in one document: `figures.json`.

Counts that could point at a person are joined before anything is written (`rows.py`), and shares
and growth are rounded once. The page, the PDF and the workbook print what stands in this document
and compute nothing.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.report.derived import derived_figures
from pipelines.report.rounding import growth_entry
from pipelines.report.rows import Table
from pipelines.report.small_cells import is_small
from pipelines.report.source import Marts
from pipelines.report.tables import BREAKDOWNS, MONTHS
from pipelines.report.timeline import joined_months, month_spans, timeline_figures

YEARS_SHOWN = 7
"""The series over the years shows the report's year and the six before it."""

Entry = dict[str, Any]


@dataclass(frozen=True)
class Edition:
    """What marks all files of one report besides its year: the clock and what it is made of."""

    as_of: dt.date
    is_sample: bool
    minimum: int


def build_figures(marts: Marts, edition: Edition) -> dict[str, Any]:
    """The document of one year: header, figures by key, tables as rows, and what was joined."""
    figures: dict[str, Entry] = {}
    tables: dict[str, list[dict[str, Any]]] = {}
    joined: list[str] = []
    left_out: list[str] = []
    compare = _can_compare(marts, edition)
    figures.update(_totals(marts, edition.minimum, compare=compare))
    for breakdown in BREAKDOWNS:
        table = Table(breakdown, marts, edition.minimum)
        if not table.columns:
            continue
        if not table.blocks.parts:
            left_out.append(breakdown.name)
            continue
        if table.blocks.is_coarsened:
            joined.append(breakdown.name)
        before = Table(breakdown, marts.year_before, edition.minimum) if compare else None
        tables[breakdown.name] = table.rows(figures, before)
        table.add_groups(figures)
    figures.update(derived_figures(marts, figures, edition.minimum, compare=compare))
    months = month_spans(tables.get("contacts.month", []), figures, marts.year)
    months_before = joined_months(Table(MONTHS, marts.year_before, edition.minimum))
    more_figures, more_tables, more_joined, more_left_out = timeline_figures(
        marts, edition.minimum, months, months_before
    )
    figures.update(more_figures)
    tables.update(more_tables)
    return {
        "year": marts.year,
        "as_of": edition.as_of.isoformat(),
        "is_sample": edition.is_sample,
        "is_provisional": is_provisional(marts, edition),
        "is_over": _is_over(marts, edition),
        "months_with_contacts": marts.total.months,
        "missing_days": [
            {key: str(value) for key, value in asdict(run).items()} for run in marts.missing
        ],
        "smallest_count": edition.minimum,
        "joined": joined + more_joined,
        "left_out": left_out + more_left_out,
        "figures": figures,
        "tables": tables,
        "reconciliation": _reconciliation(marts, edition.minimum),
    }


def is_provisional(marts: Marts, edition: Edition) -> bool:
    """Whether the year is not over or days of it are missing."""
    return not (marts.total.is_complete and _is_over(marts, edition))


def _is_over(marts: Marts, edition: Edition) -> bool:
    return edition.as_of > dt.date(marts.year, 12, 31)


def _can_compare(marts: Marts, edition: Edition) -> bool:
    """Only two whole years are compared (DESIGN §8), and none with a year of a handful."""
    before = [total for total in marts.totals if total.year == marts.year - 1]
    return (
        bool(before)
        and before[0].is_whole
        and before[0].is_tellable(edition.minimum)
        and marts.total.is_whole
        and _is_over(marts, edition)
    )


def _totals(marts: Marts, minimum: int, *, compare: bool) -> dict[str, Entry]:
    figures: dict[str, Entry] = {}
    for measure in ("contacts", "victims"):
        values = {
            total.year: getattr(total, measure)
            for total in marts.totals
            if total.is_tellable(minimum)
        }
        figures[measure] = {"value": values[marts.year]}
        if compare:
            figures[measure] |= growth_entry(values[marts.year], values.get(marts.year - 1))
        for year in sorted(values)[-YEARS_SHOWN:]:
            if year > marts.year - YEARS_SHOWN:
                figures[f"{measure}.year.{year}"] = {"value": values[year]}
    if marts.total.victims_per_contact is not None:
        figures["victims_per_contact"] = {"value": round(marts.total.victims_per_contact, 2)}
    return figures


def _reconciliation(marts: Marts, minimum: int) -> dict[str, Any]:
    """How many published figures of the year the marts reproduce, and which of any year differ.

    Only totals are named. The other figures that one late or erased record changed, side by side,
    are all that the record told, so it is said no more than how many they are.
    """
    own = f"frozen_{marts.year}."
    statuses = [
        row["status"]
        for row in marts.reconciliation
        if row["year"] == marts.year and not row["figure_id"].startswith(own)
    ]
    differing = []
    unnamed = 0
    for row in marts.reconciliation:
        if row["status"] != "differs":
            continue
        if not _is_total(row):
            unnamed += 1
            continue
        now = _number(row["computed"])
        is_hidden = isinstance(now, int) and is_small(now, minimum)
        differing.append(
            {
                "figure_id": row["figure_id"],
                "year": row["year"],
                "published": _number(row["published"]),
                "now": None if is_hidden else now,
            }
        )
    return {
        "published": len(statuses),
        "matching": statuses.count("match"),
        "differing": differing,
        "differing_unnamed": unnamed,
    }


def _is_total(row: dict[str, Any]) -> bool:
    """Whether a published figure is about a whole year: of a vintage, one without a breakdown."""
    prefix, _, key = row["figure_id"].partition(".")
    return row["section"] == "totals" or (prefix.startswith("frozen_") and "." not in key)


def _number(words: str | None) -> int | str | None:
    """A published or computed figure, as a number if it is a count."""
    return int(words) if words and words.isdecimal() else words
