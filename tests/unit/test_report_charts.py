"""Charts: one scale, direct labels, no colour alone, words for screen readers, nothing hostile."""

import datetime as dt
import re

import pytest

from pipelines.report.charts import (
    NARROW,
    WIDE,
    Band,
    Bar,
    Series,
    Week,
    bar_chart,
    drawing,
    line_chart,
    timeline_chart,
)
from pipelines.report.charts.svg import nice_ticks


def bars_in(marks: str) -> list[float]:
    return [float(width) for width in re.findall(r'<rect class="bar[^>]*width="([\d.]+)"', marks)]


@pytest.mark.parametrize(
    ("top", "ticks"),
    [
        (967, [0, 250, 500, 750, 1000]),
        (11305, [0, 5000, 10000, 15000]),
        (4, [0, 1, 2, 3, 4]),
        (0, [0, 1]),
    ],
)
def test_axes_begin_at_zero_and_go_in_round_steps(top: float, ticks: list[float]) -> None:
    assert nice_ticks(top) == ticks


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_bars_are_as_long_as_their_values_on_one_scale(width: int) -> None:
    groups = [Bar("A", ((40, "40%"), (20, "20%"))), Bar("B", ((10, "10%"), (30, "30%")))]
    marks, _ = bar_chart(groups, width)
    first, second, third, fourth = bars_in(marks)
    # hollow bars are drawn 0.75 inside their line on both sides
    assert second + 1.5 == pytest.approx(first / 2, abs=0.2)
    assert third == pytest.approx(first / 4, abs=0.2)
    assert fourth + 1.5 == pytest.approx(first * 3 / 4, abs=0.2)


def test_every_bar_is_labelled_with_its_own_words() -> None:
    marks, _ = bar_chart([Bar("Chat", ((911, "911"),)), Bar("Mail", ((1450, "1.450"),))], WIDE)
    assert re.findall(r'class="value"[^>]*>([^<]+)', marks) == ["911", "1.450"]


def test_series_differ_by_more_than_colour() -> None:
    series = [Series("2020", (3, 4), (None, "4")), Series("2019", (2, 3), (None, None))]
    marks, _ = line_chart(["jan", "feb"], series, WIDE, lambda value: f"{value:g}")
    assert 'class="line"' in marks
    assert 'class="line second"' in marks
    assert re.findall(r'class="series"[^>]*>([^<]+)', marks) == ["4 2020", "2019"]


def test_labels_at_the_ends_of_lines_keep_apart_in_the_order_of_the_lines() -> None:
    series = [Series("a", (1, 100), (None, None)), Series("b", (1, 101), (None, None))]
    marks, _ = line_chart(["x", "y"], series, WIDE, str)
    found = re.findall(r'class="series" x="[\d.]+" y="([\d.]+)"[^>]*>(\w)', marks)
    heights = {name: float(y) for y, name in found}
    assert heights["a"] - heights["b"] >= 18


def test_bands_that_follow_each_other_share_a_lane_and_others_do_not() -> None:
    weeks = [Week(dt.date(2020, 1, 6), 10), Week(dt.date(2020, 1, 13), 20)]
    bands = [
        Band("A", dt.date(2020, 2, 1), dt.date(2020, 3, 31)),
        Band("B", dt.date(2020, 3, 1), None),
        Band("C", dt.date(2020, 5, 1), dt.date(2020, 5, 31)),
    ]
    marks, _ = timeline_chart(weeks, bands, WIDE, tick=str, month=str)
    found = re.findall(r'class="mark" x="[\d.]+" y="([\d.]+)"[^>]*>(\w)', marks)
    lane = {name: float(y) for y, name in found}
    assert lane["A"] == lane["C"] != lane["B"]


def test_a_drawing_speaks_and_hostile_words_stay_words() -> None:
    hostile = '<script>"&'
    marks, height = bar_chart([Bar(hostile, ((1, hostile),))], NARROW)
    svg = drawing(
        marks, NARROW, height, name="c", title=hostile, description=hostile, kind="narrow"
    )
    assert "<script" not in svg
    assert 'role="img"' in svg
    assert 'aria-labelledby="c-narrow-t c-narrow-d"' in svg
    assert '<title id="c-narrow-t">&lt;script&gt;' in svg
