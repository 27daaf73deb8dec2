"""Computes every published figure from the tables of `sample_reading`, straight from its row.

Follows the definitions of the statistics of `published_figures_2020.csv` and nothing else:
no mart, no model, no dimension seed.
"""

import csv
import math
from dataclasses import dataclass
from pathlib import Path

import duckdb

Row = dict[str, str]

MISSING = "('not_filled', 'unknown', 'unclear')"
GROUPS = {
    "age_group": "case when age_band = 'adult' then 'adult' else 'minor' end",
    "relation_group": "case when relation in ('self', 'parent', 'other_family', 'friend', "
    "'neighbour') then 'near_victim' when relation in ('perpetrator', "
    "'perpetrator_surroundings') then 'perpetrator_side' else 'other' end",
    "context_group": "case when context in ('household', 'wider_family') then 'family' "
    "when context not in ('not_filled', 'unknown', 'unclear') then 'outside_family' end",
    "month": "month(day)",
    "iso_weekday": "isodow(day)",
    "year": "year(day)",
}
MEASURES = {
    "contacts": "count(*)",
    "victims": "count(*)",
    "referrals": "count(*)",
    "web_visitors": "coalesce(sum(visitors), 0)",
    "campaigns": "count(*)",
}


@dataclass(frozen=True)
class Figures:
    """The tables, and how one figure of the list is counted in them."""

    connection: duckdb.DuckDBPyConnection

    def differing(self, figures: list[Row]) -> list[str]:
        """Ids of the figures that these records do not satisfy."""
        return [row["figure_id"] for row in figures if not self.holds(row)]

    def holds(self, row: Row) -> bool:
        statistic, year, where = row["statistic"], row["year"], row["filter"]
        if statistic in ("rank", "top_members", "members"):
            return self._listed(row)
        if statistic == "compare_share":
            inside = self._share(row, row["within"])
            outside = "" if row["published"] == ">overall" else f"not {row['within']}"
            return inside > self._share(row, outside)
        value = self._count(row, year, where)
        if statistic in ("growth_pct", "growth_abs", "ratio"):
            before = self._count(row, row["compare_year"], where)
            value = {
                "growth_pct": 100 * (value / before - 1),
                "growth_abs": value - before,
                "ratio": value / before,
            }[statistic]
        elif statistic == "share_pct":
            value = 100 * self._share(row, row["within"])
        elif statistic == "share_pct_rounded":
            value = self._rounded_share(row)
        return _inside(value, row)

    def _count(self, row: Row, year: str, *conditions: str) -> float:
        clauses = [f"year(day) = {year}", *(self._sql(row, text) for text in conditions if text)]
        (value,) = self.connection.execute(
            f"select {MEASURES[row['measure']]} from {row['measure']} where {' and '.join(clauses)}"
        ).fetchone() or (0,)
        return float(value)

    def _share(self, row: Row, within: str) -> float:
        known = f"known {row['known']}" if row["known"] else ""
        parts = (within, known)
        return self._count(row, row["year"], row["filter"], *parts) / self._count(
            row, row["year"], *parts
        )

    def _members(self, row: Row, dimension: str) -> dict[str, float]:
        expression = GROUPS.get(dimension, dimension)
        year = "" if dimension == "year" else f"and year(day) = {row['year']}"
        rows = self.connection.execute(
            f"select {expression}, {MEASURES[row['measure']]} from {row['measure']} "
            f"where {expression}::varchar not in {MISSING} {year} group by 1 order by 2 desc"
        ).fetchall()
        return {str(member): float(value) for member, value in rows}

    def _listed(self, row: Row) -> bool:
        members = list(self._members(row, row["filter"]))
        if row["statistic"] == "rank":
            listed = row["published"].split(">")
            return members[: len(listed)] == listed
        listed = row["published"].split("|")
        if row["statistic"] == "top_members":
            return set(members[: len(listed)]) == set(listed)
        return set(members) == set(listed)

    def _rounded_share(self, row: Row) -> float:
        dimension, _, code = row["filter"].partition("=")
        counts = self._members(row, dimension)
        exact = {member: 100 * value / sum(counts.values()) for member, value in counts.items()}
        whole = {member: math.floor(value) for member, value in exact.items()}
        by_rest = sorted(exact, key=lambda member: whole[member] - exact[member])
        for member in by_rest[: 100 - sum(whole.values())]:
            whole[member] += 1
        return whole[code]

    def _sql(self, row: Row, text: str) -> str:
        if text.startswith("not "):
            return f"not ({self._sql(row, text.removeprefix('not '))})"
        if text.startswith("known "):
            return f"{text.removeprefix('known ')} not in {MISSING}"
        clauses = []
        for part in text.split(";"):
            name, _, codes = part.partition("=")
            if row["measure"] == "contacts" and name == "violence_form":
                clauses.append(f"list_contains(violence_form, '{codes}')")
                continue
            listed = ", ".join(f"'{code}'" for code in codes.split("|"))
            clauses.append(f"({GROUPS.get(name, name)})::varchar in ({listed})")
        return " and ".join(clauses) or "true"


def read_figures(path: Path) -> list[Row]:
    """The rows of a file of published figures; a filter that only names a table's row is none."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _inside(value: float, row: Row) -> bool:
    low = float(row["low"])
    high = float(row["high"]) if row["high"] else math.inf
    if row["precision"] == "rounded":
        return low <= value < high
    if row["precision"] == "more_than":
        return low < value <= high
    return low <= value <= high
