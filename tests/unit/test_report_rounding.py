"""Which wording a number allows: the rules behind every headline."""

import pytest

from pipelines.report.rounding import (
    growth_entry,
    half_up,
    more_than,
    one_in,
    proportion,
    share_entry,
)


@pytest.mark.parametrize(
    ("value", "rounded"), [(48.5, 49), (48.49, 48), (-12.5, -13), (2.5, 3), (0.5, 1), (0.0, 0)]
)
def test_single_shares_and_growth_round_half_up(value: float, rounded: int) -> None:
    assert half_up(value) == rounded


@pytest.mark.parametrize(("share", "said"), [(91.03, 91), (91.93, 91), (60.0, 59), (60.01, 60)])
def test_more_than_is_said_only_of_a_number_that_lies_truly_below(share: float, said: int) -> None:
    assert more_than(share) == said


@pytest.mark.parametrize(
    ("share", "n"),
    [
        (2708 / 8059 * 100, 3),
        (1650 / 8059 * 100, 5),
        (1141 / 8059 * 100, 7),
        (804 / 8059 * 100, 10),
        (36.0, None),  # nearest is one in three, but 2.7 points away
        (45.0, None),  # one in two is said as a half
        (8.0, None),  # one in twelve says nobody
        (0.0, None),
    ],
)
def test_one_in_n_needs_the_nearest_n_and_at_most_two_and_a_half_points(
    share: float, n: int | None
) -> None:
    assert one_in(share) == n


@pytest.mark.parametrize("share", [57.5, 60.0, 62.5])
def test_six_in_ten_is_allowed_within_two_and_a_half_points(share: float) -> None:
    words = proportion(share)
    assert (words.kind, words.count, words.of) == ("fraction", 6, 10)


@pytest.mark.parametrize("share", [57.4, 62.6])
def test_six_in_ten_is_refused_beyond_two_and_a_half_points(share: float) -> None:
    words = proportion(share)
    assert (words.count, words.of) != (6, 10)


def test_more_than_six_in_ten_is_said_only_above_and_almost_only_below() -> None:
    assert proportion(60.62).side == "more_than"
    assert proportion(58.2).side == "almost"
    assert proportion(60.4).side == ""
    assert proportion(59.6).side == ""


def test_a_share_between_half_and_six_in_ten_is_more_than_half() -> None:
    words = proportion(56.67)
    assert (words.kind, words.side) == ("half", "more_than")


def test_a_share_near_no_simple_fraction_keeps_its_percentage() -> None:
    assert proportion(95.4).kind == "percent"
    assert proportion(95.4).pct == 95
    assert proportion(3.0).pct == 3


def test_a_share_of_a_sum_that_makes_a_hundred_keeps_its_largest_remainder() -> None:
    # 2,194 of 11,305 is 19.4%, and 20 once the five age bands are rounded together
    assert share_entry(100 * 2194 / 11305, 20)["share_pct"] == 20
    assert share_entry(100 * 2194 / 11305)["share_pct"] == 19


def test_a_percentage_in_a_headline_is_the_one_in_the_table() -> None:
    # 1.57% is 2% alone, and 1% where the shares of the table sum to a hundred
    assert share_entry(1.57, 1)["in_words"] == {"kind": "percent", "pct": 1}


def test_growth_needs_a_year_before() -> None:
    assert growth_entry(8059, 5409) == {"previous": 5409, "growth": 2650, "growth_pct": 49}
    assert growth_entry(8059, None) == {}
    assert growth_entry(8059, 0) == {}
