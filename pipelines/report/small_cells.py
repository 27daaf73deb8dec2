"""The one place where a report is made coarser so that nobody can be recognised (issue: report).

A count from 1 to `minimum` - 1 may neither be printed nor follow by subtraction from what is
printed. Members of a breakdown are therefore joined into *blocks*; a table is printed by its
blocks, all of its columns by the same ones, so that no other column undoes the joining. Where even
one block of everything is too small, the table is left out. Rows that overlap have no sum: small
ones are left out.

Not here: sums over days, which overlap (`stretches.py`); what a table says of the year before
(`rows.py`); protection across releases.
"""

from collections.abc import Sequence
from dataclasses import dataclass

REST = ""
"""The code of what no row counts."""


@dataclass(frozen=True)
class Member:
    """One code of a breakdown: its group, and every count that the report prints or implies.

    `counts` holds the printed columns and, where a column is a part of another, their difference.
    """

    code: str
    group: str | None
    counts: tuple[int, ...]


@dataclass(frozen=True)
class Blocks:
    """The rows a table may show, in order; `groups_safe` says whether sums per group may be shown.

    `parts` is empty when the table must be left out; `is_coarsened` if a code lost its own row (the
    codes of not known never have one) or a row is left out.
    """

    parts: tuple[tuple[str, ...], ...]
    groups_safe: bool
    is_coarsened: bool


def is_small(count: int, minimum: int) -> bool:
    """Whether a count could point at a person."""
    return 0 < count < minimum


def coarsen(
    members: Sequence[Member], minimum: int, *, ordered: bool = False, rest: tuple[int, ...] = ()
) -> Blocks:
    """Join members until no block has a small count in any column.

    Codes of the group `missing` form one block from the start. In an ordered breakdown (ages,
    months, hours) only neighbours are joined; otherwise the small ones, within their group as long
    as the group has another member. Sums per group are safe if no block crosses groups.

    A `rest`, the counts of the whole that no row shows, is not known either: the row that it is
    joined with is left out, because the whole less the other rows tells the two together.
    """
    if rest:
        members = [*members, Member(REST, "missing", rest)]
    known = [[member] for member in members if member.group != "missing"]
    missing = [member for member in members if member.group == "missing"]
    blocks = [*known, missing] if missing else known
    while True:
        small = [index for index, block in enumerate(blocks) if _is_unsafe(block, minimum)]
        if not small:
            break
        if len(blocks) == 1:
            return Blocks((), groups_safe=False, is_coarsened=True)
        index = min(small, key=lambda place: (_size(blocks[place]), place))
        partner = _partner(blocks, index, small, ordered=ordered)
        first, second = sorted((index, partner))
        blocks[first] = blocks[first] + blocks[second]
        del blocks[second]
    crosses = any(len({member.group for member in block}) > 1 for block in blocks)
    joined = any(len(block) > 1 and block[0].group != "missing" for block in blocks)
    parts = (tuple(member.code for member in block) for block in blocks)
    return Blocks(
        tuple(part for part in parts if REST not in part),
        groups_safe=not crosses,
        is_coarsened=joined or crosses or bool(rest),
    )


def leave_out(members: Sequence[Member], wholes: Sequence[int], minimum: int) -> Blocks:
    """Leave out the small rows of a table in which one contact can stand in several rows.

    The not-known has several codes, and so no row. Where few contacts stand in no row that is shown
    (`wholes` counts the distinct ones of every column), they stand in those left out: then the
    smallest row shown is left out too.
    """
    known = [member for member in members if member.group != "missing"]
    shown = [member for member in known if not _is_unsafe([member], minimum)]
    while 0 < len(shown) < len(known) and _is_unsafe([_beyond(shown, wholes)], minimum):
        shown.remove(min(shown, key=lambda member: member.counts[0]))
    return Blocks(
        tuple((member.code,) for member in shown),
        groups_safe=False,
        is_coarsened=len(shown) < len(known),
    )


def _partner(blocks: list[list[Member]], index: int, small: list[int], *, ordered: bool) -> int:
    others = [place for place in range(len(blocks)) if place != index]
    if ordered:
        others = [place for place in others if abs(place - index) == 1]
    group = blocks[index][0].group

    def preference(place: int) -> tuple[bool, bool, bool, int, int]:
        block = blocks[place]
        return (
            block[0].group != group,
            block[0].group == "missing",
            place not in small and not ordered,
            _size(block) if _size(block) else 1 << 62,
            place,
        )

    return min(others, key=preference)


def _is_unsafe(block: list[Member], minimum: int) -> bool:
    sums = [sum(column) for column in zip(*(member.counts for member in block), strict=True)]
    return any(is_small(count, minimum) for count in sums)


def _beyond(shown: Sequence[Member], wholes: Sequence[int]) -> Member:
    columns = zip(*(member.counts for member in shown), strict=True)
    return Member(
        REST, None, tuple(whole - sum(c) for whole, c in zip(wholes, columns, strict=True))
    )


def _size(block: list[Member]) -> int:
    return sum(member.counts[0] for member in block)
