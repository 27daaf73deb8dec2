"""Everything that a report prints as a number, in one document: `figures.json`.

Shares and growth are rounded here, once; counts that could point at a person are joined here, by
`small_cells.py`, before anything is written. The page, the PDF and the workbook print what stands
in this document and compute nothing.
"""

import datetime as dt
from dataclasses import asdict, dataclass
from typing import Any

from pipelines.report.codes import Code, members_of
from pipelines.report.derived import derived_figures
from pipelines.report.rounding import growth_entry, share_entry
from pipelines.report.small_cells import Blocks, Member, is_small
from pipelines.report.source import Cell, Marts
from pipelines.report.tables import BREAKDOWNS, MONTHS, WHOLE, Breakdown, Within, figure_key
from pipelines.report.timeline import joined_months, month_spans, timeline_figures
from pipelines.report.wholes import protect

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
        columns = _columns(breakdown, marts)
        if not columns:
            continue
        blocks = _blocks(breakdown, columns, marts, edition.minimum)
        if not blocks.parts:
            left_out.append(breakdown.name)
            continue
        if blocks.is_coarsened:
            joined.append(breakdown.name)
        told_before = _blocks_before(breakdown, marts, edition.minimum) if compare else ()
        tables[breakdown.name] = _rows(breakdown, columns, blocks, told_before, marts, figures)
        _add_groups(breakdown, blocks, marts, figures, edition.minimum)
    figures.update(derived_figures(marts, figures, edition.minimum, compare=compare))
    months = month_spans(tables.get("contacts.month", []), figures, marts.year)
    months_before = joined_months(_blocks_before(MONTHS, marts, edition.minimum), marts.year_before)
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


def _columns(breakdown: Breakdown, marts: Marts) -> list[Within]:
    """The columns in which anything is known; what no source asks has no table at all."""
    members = [code for code in members_of(breakdown.breakdown) if code.group != "missing"]
    return [
        within
        for within in breakdown.columns
        if any(_value(breakdown, member.code, within, marts) for member in members)
    ]


def _value(breakdown: Breakdown, code: str, within: Within, marts: Marts) -> int:
    cell = marts.cell(breakdown.measure, breakdown.breakdown, code, within)
    return cell.value if cell else 0


def _shown_members(breakdown: Breakdown, marts: Marts) -> list[Code]:
    """The members with a row; a month without any contact was not in service or is yet to come."""
    members = list(members_of(breakdown.breakdown))
    if breakdown.breakdown != "month":
        return members
    return [month for month in members if _value(breakdown, month.code, WHOLE, marts)]


def _blocks(breakdown: Breakdown, columns: list[Within], marts: Marts, minimum: int) -> Blocks:
    members = []
    for code in _shown_members(breakdown, marts):
        counts = [_value(breakdown, code.code, within, marts) for within in columns]
        if breakdown.has_whole and len(counts) > 1:
            counts.append(counts[0] - sum(counts[1:]))
        cell = marts.cell(breakdown.measure, breakdown.breakdown, code.code)
        counts.append((cell.previous_value or 0) if cell else 0)
        members.append(Member(code.code, code.group, tuple(counts)))
    return protect(breakdown, columns, members, marts, minimum)


def _blocks_before(breakdown: Breakdown, marts: Marts, minimum: int) -> tuple[tuple[str, ...], ...]:
    """The rows of this table in the report of the year before."""
    before = marts.year_before
    columns = _columns(breakdown, before)
    return _blocks(breakdown, columns, before, minimum).parts if columns else ()


def _is_told(block: tuple[str, ...], before: tuple[tuple[str, ...], ...]) -> bool:
    """Whether the report of the year before tells the sum of these codes, in one row or several.

    What it does not tell could part the rows that it joined.
    """
    within = [part for part in before if set(part) <= set(block)]
    return sum(map(len, within)) == len(block)


def _rows(
    breakdown: Breakdown,
    columns: list[Within],
    blocks: Blocks,
    before: tuple[tuple[str, ...], ...],
    marts: Marts,
    figures: dict[str, Entry],
) -> list[dict[str, Any]]:
    """The table's rows; `before` are those of the year before, with which they are compared."""
    codes = {code.code: code for code in members_of(breakdown.breakdown)}
    rows = []
    for block in blocks.parts:
        name = block_name(block, codes)
        keys = {}
        for within in columns:
            cells = _cells(breakdown, block, within, marts)
            if name == "not_known" and not any(cell.value for cell in cells):
                continue
            key = figure_key(breakdown.measure, breakdown.breakdown, name, within)
            entry = joined_entry(cells, compare=within == WHOLE and _is_told(block, before))
            cells_before = _cells(breakdown, block, within, marts, of_previous=True)
            if "previous" in entry and "share_pct" in (share_before := _share(cells_before)):
                entry["previous_share_pct"] = share_before["share_pct"]
            figures[key] = entry
            keys["all" if within == WHOLE else within[1]] = key
        if keys:
            rows.append({"member": name, "codes": list(block), "figures": keys})
    return rows


def block_name(block: tuple[str, ...], codes: dict[str, Code]) -> str:
    """How a row is called in keys: its code, `not_known`, or its codes joined by `+`."""
    if all(codes[code].group == "missing" for code in block):
        return "not_known"
    return "+".join(block)


def _cells(
    breakdown: Breakdown,
    block: tuple[str, ...],
    within: Within,
    marts: Marts,
    *,
    of_previous: bool = False,
) -> list[Cell]:
    source = marts.previous if of_previous else marts.cells
    keys = [(breakdown.measure, breakdown.breakdown, code, *within) for code in block]
    return [source[key] for key in keys if key in source]


def joined_entry(cells: list[Cell], *, compare: bool) -> Entry:
    """One row's numbers as printed: the sum of its codes, its share, and its growth."""
    entry: Entry = {"value": sum(cell.value for cell in cells), **_share(cells)}
    if compare and all(cell.previous_value is not None for cell in cells):
        entry |= growth_entry(entry["value"], sum(cell.previous_value or 0 for cell in cells))
    return entry


def _share(cells: list[Cell]) -> Entry:
    exact = [cell.share_pct for cell in cells if cell.share_pct is not None]
    if len(exact) != len(cells) or not cells:
        return {}
    rounded = [cell.share_pct_rounded for cell in cells if cell.share_pct_rounded is not None]
    return share_entry(sum(exact), sum(rounded) if len(rounded) == len(cells) else None)


def _add_groups(
    breakdown: Breakdown,
    blocks: Blocks,
    marts: Marts,
    figures: dict[str, Entry],
    minimum: int,
) -> None:
    """Sums per group (minors, near the victim, family), where no joined row undoes them."""
    group = breakdown.group_breakdown
    if group is None or not blocks.groups_safe:
        return
    for code in members_of(group):
        cell = marts.cell(breakdown.measure, group, code.code)
        if cell and not is_small(cell.value, minimum):
            key = figure_key(breakdown.measure, group, code.code)
            figures[key] = joined_entry([cell], compare=False)


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
