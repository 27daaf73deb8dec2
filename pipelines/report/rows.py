"""From the marts to the rows of one table: joined where few, with shares, beside the year before.

How rows are joined is decided in `small_cells.py` and `wholes.py`, of all columns of a table at
once. What a row says of the year before stands beside that year's own report, and must not undo
what was joined there.
"""

from typing import Any

from pipelines.report.codes import Code, members_of
from pipelines.report.rounding import growth_entry, share_entry
from pipelines.report.small_cells import Blocks, Member, is_small
from pipelines.report.source import Cell, Marts
from pipelines.report.tables import WHOLE, Breakdown, Within, figure_key
from pipelines.report.wholes import protect

Entry = dict[str, Any]
Block = tuple[str, ...]
NOTHING = Blocks((), groups_safe=False, is_coarsened=False)


class Table:
    """One table of the report of one year; without columns where nothing of it is known."""

    def __init__(self, breakdown: Breakdown, marts: Marts, minimum: int) -> None:
        """Decide what is joined; `minimum` is the smallest count that may be printed."""
        self.breakdown = breakdown
        self.marts = marts
        self._minimum = minimum
        self._members = members_of(breakdown.breakdown)
        known = [code.code for code in self._members if code.group != "missing"]
        # what no source asks has no table at all
        self.columns = [
            within
            for within in breakdown.columns
            if any(self._value(code, within) for code in known)
        ]
        self.blocks = self._joined() if self.columns else NOTHING

    def rows(self, figures: dict[str, Entry], before: "Table | None") -> list[dict[str, Any]]:
        """The rows, whose numbers are added to `figures`.

        `before` is the same table in the report of the year before, None where the two years are
        not compared.
        """
        codes = {code.code: code for code in self._members}
        rows = []
        for block in self.blocks.parts:
            name = block_name(block, codes)
            compared = before is not None and before.may_repeat(block)
            keys = {}
            for within in self.columns:
                cells = self._cells(block, within)
                if name == "not_known" and not any(cell.value for cell in cells):
                    continue
                key = figure_key(self.breakdown.measure, self.breakdown.breakdown, name, within)
                entry = joined_entry(cells, compare=compared and within == WHOLE)
                if before and "previous" in entry:
                    share_before = _share(before._cells(block, within))
                    if "share_pct" in share_before:
                        entry["previous_share_pct"] = share_before["share_pct"]
                figures[key] = entry
                keys["all" if within == WHOLE else within[1]] = key
            if keys:
                rows.append({"member": name, "codes": list(block), "figures": keys})
        return rows

    def may_repeat(self, block: Block) -> bool:
        """Whether another year's report may say how many stood here under these codes.

        Beside the rows here it says nothing new, or it parts only rows in which no code has a small
        count.
        """
        rows = [row for row in self.blocks.parts if set(row) & set(block)]
        parted = {code for row in rows for code in row}
        if not set(block) <= parted:
            return False  # left out here
        missing = {code.code for code in self._members if code.group == "missing"}
        # the not-known are one row, or part of one, in every year
        apart = [{code} for code in parted - missing] + [parted & missing]
        counts = [sum(self._value(code, WHOLE) for code in codes) for codes in apart]
        return parted == set(block) or not any(is_small(n, self._minimum) for n in counts)

    def add_groups(self, figures: dict[str, Entry]) -> None:
        """Sums per group (minors, near the victim, family), where no joined row undoes them."""
        group = self.breakdown.group_breakdown
        if group is None or not self.blocks.groups_safe:
            return
        for code in members_of(group):
            cell = self.marts.cell(self.breakdown.measure, group, code.code)
            if cell and not is_small(cell.value, self._minimum):
                key = figure_key(self.breakdown.measure, group, code.code)
                figures[key] = joined_entry([cell], compare=False)

    def _joined(self) -> Blocks:
        members = []
        for code in self._shown_members():
            counts = [self._value(code.code, within) for within in self.columns]
            if self.breakdown.has_whole and len(counts) > 1:
                counts.append(counts[0] - sum(counts[1:]))
            cell = self._cell(code.code, WHOLE)
            counts.append((cell.previous_value or 0) if cell else 0)
            members.append(Member(code.code, code.group, tuple(counts)))
        return protect(self.breakdown, self.columns, members, self.marts, self._minimum)

    def _shown_members(self) -> list[Code]:
        """Those with a row: a month without a contact was not in service, or is yet to come."""
        if self.breakdown.breakdown != "month":
            return list(self._members)
        return [month for month in self._members if self._value(month.code, WHOLE)]

    def _cells(self, block: Block, within: Within) -> list[Cell]:
        cells = (self._cell(code, within) for code in block)
        return [cell for cell in cells if cell]

    def _value(self, code: str, within: Within) -> int:
        cell = self._cell(code, within)
        return cell.value if cell else 0

    def _cell(self, code: str, within: Within) -> Cell | None:
        return self.marts.cell(self.breakdown.measure, self.breakdown.breakdown, code, within)


def block_name(block: Block, codes: dict[str, Code]) -> str:
    """How a row is called in keys: its code, `not_known`, or its codes joined by `+`."""
    if all(codes[code].group == "missing" for code in block):
        return "not_known"
    return "+".join(block)


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
