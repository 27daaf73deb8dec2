"""Two reports side by side tell no few contacts of the earlier year."""

import itertools
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.source import YearTotal
from tests.unit.few_marts import YEAR, compared, document, marts

HOURS = {str(hour): 30 for hour in range(24)}


def reports(
    now: dict[str, int], before: dict[str, int], earlier: dict[str, int]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The documents of a year and of the year before it, by the hours of three years."""
    cells, cells_before = (
        compared("contacts", "hour", *of_two) for of_two in ((now, before), (before, earlier))
    )
    totals = tuple(
        YearTotal(year, sum(hours.values()), 0, None, 0, is_complete=True, months=12)
        for year, hours in ((YEAR - 2, earlier), (YEAR - 1, before), (YEAR, now))
    )
    told = marts(cells, previous=cells_before, totals=totals)
    told_before = marts(cells_before, year=YEAR - 1, totals=totals[:2])
    return document(told), document(told_before)


def previous_of(told: dict[str, Any]) -> dict[tuple[str, ...], int]:
    rows = told["tables"].get("contacts.hour", [])
    entries = {tuple(row["codes"]): told["figures"][row["figures"]["all"]] for row in rows}
    return {codes: entry["previous"] for codes, entry in entries.items() if "previous" in entry}


def values_of(told: dict[str, Any]) -> dict[tuple[str, ...], int]:
    rows = told["tables"].get("contacts.hour", [])
    return {tuple(r["codes"]): told["figures"][r["figures"]["all"]]["value"] for r in rows}


def test_a_row_that_parts_one_of_the_year_before_does_not_say_how_many_it_had_then() -> None:
    # 2 at three o'clock, printed with the 7 of four o'clock; a year later three joins two o'clock
    before = {**HOURS, "2": 20, "3": 2, "4": 7}
    told, told_before = reports({**HOURS, "2": 6, "3": 10}, before, HOURS)
    assert ("3", "4") in values_of(told_before)
    assert ("2", "3") in values_of(told)
    assert previous_of(told).keys() == {(hour,) for hour in HOURS} - {("2",), ("3",), ("4",)}


def test_rows_that_part_large_counts_only_are_compared() -> None:
    # joined before for the sake of an earlier year, whose report said so
    told, told_before = reports(HOURS, {**HOURS, "4": 7}, {**HOURS, "3": 2})
    assert ("3", "4") in values_of(told_before)
    assert previous_of(told).keys() == {(hour,) for hour in HOURS}


def test_rows_that_are_joined_alike_are_compared() -> None:
    before = {**HOURS, "3": 2, "4": 7}
    told, _ = reports({**HOURS, "4": 6}, before, HOURS)
    assert previous_of(told)["3", "4"] == 9


counts = st.fixed_dictionaries(
    {str(hour): st.integers(0, 40) for hour in range(23)} | {"23": st.just(50)}
)


@given(counts, counts, counts)
def test_no_few_contacts_of_the_year_before_follow_from_two_reports(
    now: dict[str, int], before: dict[str, int], earlier: dict[str, int]
) -> None:
    told, told_before = reports(now, before, earlier)
    # each printed count ties the contacts before its first hour to those before the hour after it
    tied = {edge: {edge: 0} for edge in range(25)}
    whole = {tuple(map(str, range(24))): sum(before.values())}
    for codes, contacts in (whole | values_of(told_before) | previous_of(told)).items():
        first, after = tied[int(codes[0])], tied[int(codes[-1]) + 1]
        if first is not after:
            shift = first[int(codes[0])] + contacts - after[int(codes[-1]) + 1]
            first |= {edge: earlier + shift for edge, earlier in after.items()}
            tied |= dict.fromkeys(after, first)
    for edges in tied.values():
        known = sorted(edges.values())
        assert not any(0 < b - a < 5 for a, b in itertools.combinations(known, 2))
