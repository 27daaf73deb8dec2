"""The code lists as the report needs them: order, labels in both languages and groups.

Read from the one seed that the warehouse itself is built with, so that a code cannot be called two
things.
"""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pipelines.settings import PROJECT

CODE_LISTS = PROJECT / "dbt_project" / "seeds" / "code_lists.csv"

LIST_OF_BREAKDOWN = {"contact_sex": "sex"}
"""Breakdowns whose code list has another name than their own."""

RANGES = {"month": range(1, 13), "hour": range(24)}
"""Breakdowns whose members are numbers, not codes."""


@dataclass(frozen=True)
class Code:
    """One code of a list; `group` is `missing` for the codes of not known."""

    code: str
    label_nl: str
    label_en: str
    group: str | None


@cache
def code_lists(path: Path = CODE_LISTS) -> dict[str, tuple[Code, ...]]:
    """Every code list by name, codes in the order of their position."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = sorted(csv.DictReader(file), key=lambda row: (row["list"], int(row["position"])))
    lists: dict[str, list[Code]] = {}
    for row in rows:
        lists.setdefault(row["list"], []).append(
            Code(row["code"], row["label_nl"], row["label_en"], row["code_group"] or None)
        )
    return {name: tuple(codes) for name, codes in lists.items()}


def members_of(breakdown: str) -> tuple[Code, ...]:
    """The members of a breakdown in their order; months and hours are their numbers."""
    if breakdown in RANGES:
        return tuple(Code(str(n), str(n), str(n), None) for n in RANGES[breakdown])
    return code_lists()[LIST_OF_BREAKDOWN.get(breakdown, breakdown)]
