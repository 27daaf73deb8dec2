"""No sum of days that follows from what was told is small, however it is put together."""

import datetime as dt
from itertools import product

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from pipelines.report.stretches import Span, Stretches

FIRST = dt.date(2020, 1, 1)
DAYS = 7


def span(first: int, after: int, counts: list[int]) -> Span:
    day = dt.timedelta(days=1)
    return Span(FIRST + day * first, FIRST + day * after, sum(counts[first:after]))


def test_a_span_is_told_unless_it_leaves_few_to_a_day() -> None:
    counts = [9, 9, 9, 9, 9, 9, 3]
    week, six, five = span(0, 7, counts), span(0, 6, counts), span(0, 5, counts)
    stretches = Stretches([week], [six, five], 5)
    assert not stretches.tell(six)
    assert stretches.tell(five)


def test_two_spans_that_only_together_leave_few_are_not_both_told() -> None:
    # the first day and the last follow together from the week less the days between
    counts = [2, 9, 9, 9, 9, 9, 1]
    stretches = Stretches([span(0, 7, counts)], [span(1, 7, counts), span(1, 6, counts)], 5)
    assert not stretches.tell(span(1, 6, counts))
    assert not stretches.tell(span(1, 7, counts))


def test_a_span_that_contradicts_what_was_told_is_not_told() -> None:
    whole, part = Span(FIRST, FIRST + dt.timedelta(days=7), 30), span(0, 6, [9] * 7)
    assert not Stretches([whole], [part], 5).tell(part)


@given(
    counts=st.lists(st.integers(0, 9), min_size=DAYS, max_size=DAYS),
    ends=st.lists(st.tuples(st.integers(0, DAYS), st.integers(0, DAYS)), min_size=1, max_size=9),
)
def test_whatever_is_told_no_set_of_days_with_few_contacts_follows(
    counts: list[int], ends: list[tuple[int, int]]
) -> None:
    spans = {(min(pair), max(pair)) for pair in ends if pair[0] != pair[1]}
    stretches = Stretches([], [span(*pair, counts) for pair in spans], 5)
    told = [pair for pair in sorted(spans) if stretches.tell(span(*pair, counts))]
    rows = np.array([[first <= day < after for day in range(DAYS)] for first, after in told], float)
    if not told:
        return
    onto_rows = np.linalg.pinv(rows) @ rows
    for days in product((0, 1), repeat=DAYS):
        follows = np.allclose(np.array(days) @ onto_rows, days)
        assert not (follows and 0 < sum(np.array(days) * counts) < 5), (told, days)
