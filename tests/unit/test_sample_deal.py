"""Dealing labels with exact totals, on tables small enough to check by hand."""

import numpy as np
import pytest

from pipelines.sample.deal import apportion, deal, whole_table
from pipelines.sample.seasons import last_sunday, to_local, to_utc


def test_apportion_gives_the_rest_to_the_largest_remainders() -> None:
    # 10 x (0.42, 0.35, 0.23) = 4.2, 3.5, 2.3: the one left goes to the second.
    assert apportion(10, np.array([0.42, 0.35, 0.23])).tolist() == [4, 4, 2]


def test_a_whole_table_has_exactly_its_margins_and_keeps_its_zeros() -> None:
    random = np.random.default_rng(7)
    weights = np.array([[1.0, 1.0, 0.0], [5.0, 1.0, 1.0], [0.0, 0.2, 3.0]])
    rows, columns = np.array([4, 30, 11]), np.array([20, 13, 12])
    for _ in range(200):
        table = whole_table(random, weights, rows, columns)
        assert table.sum(axis=1).tolist() == rows.tolist()
        assert table.sum(axis=0).tolist() == columns.tolist()
        assert (table >= 0).all()
        assert (table[weights == 0] == 0).all()


def test_a_table_that_cannot_be_is_refused() -> None:
    random = np.random.default_rng(7)
    with pytest.raises(ValueError, match="cannot reach its total"):
        whole_table(random, np.array([[1.0, 0.0]]), np.array([3]), np.array([2, 1]))
    with pytest.raises(ValueError, match="rows sum to 3, columns to 4"):
        whole_table(random, np.array([[1.0, 1.0]]), np.array([3]), np.array([2, 2]))


def test_dealt_labels_meet_their_totals_and_lean_as_the_weights_say() -> None:
    cells = np.repeat([0, 1], 500)
    labels = deal(
        np.random.default_rng(7), cells, np.array([[0.9, 0.1], [0.5, 0.5]]), np.array([700, 300])
    )
    assert np.bincount(labels).tolist() == [700, 300]
    # Odds 9:1 against 1:1 with 700 of 1,000 in all: x / (500 - x) = 9 (700 - x) / (x - 200),
    # whose root below 500 is 450.
    assert int((labels[:500] == 0).sum()) == pytest.approx(450, abs=2)


def test_brussels_changes_its_clocks_on_the_last_sundays() -> None:
    assert last_sunday(2020, 3).isoformat() == "2020-03-29"
    assert last_sunday(2020, 10).isoformat() == "2020-10-25"
    day = np.array(["2020-03-29", "2020-03-29", "2020-10-25", "2020-10-25"], "datetime64[D]")
    second = np.array([7199, 10_800, 9000, 9000], np.int32)  # 01:59:59, 03:00, 02:30 twice
    utc = to_utc(day, second, np.array([False, False, False, True]))
    assert utc.astype("datetime64[s]").astype(str).tolist() == [
        "2020-03-29T00:59:59",
        "2020-03-29T01:00:00",
        "2020-10-25T00:30:00",
        "2020-10-25T01:30:00",
    ]
    assert (to_local(utc) == day.astype(np.int64) * 86_400 + second).all()
