"""What a preview of a mart shows in Dagster: no small count, and nothing from which one follows."""

from collections.abc import Iterator
from contextlib import contextmanager

import dagster as dg
import duckdb
import pytest

from pipelines.assets import previews

LARGE = {
    "previous_victims": 60, "share_pct": 12.5, "known_victims": 90, "all_contacts": 70,
    "denominator": 80, "contacts_with_outcome": 50, "growth_pct": 1.0, "rank": 1,
}  # fmt: skip


@pytest.fixture
def mart(monkeypatch: pytest.MonkeyPatch) -> duckdb.DuckDBPyConnection:
    """A connection with a schema `marts`, which stands for that of dbt."""
    connection = duckdb.connect()
    connection.execute("create schema marts")

    @contextmanager
    def own() -> Iterator[duckdb.DuckDBPyConnection]:
        yield connection

    monkeypatch.setattr(previews, "own_connection", own)
    return connection


def preview(mart: duckdb.DuckDBPyConnection, select: str) -> list[dict[str, object]]:
    """The lines that the UI gets of a mart."""
    mart.execute(f"create or replace table marts.made as {select}")
    node = {"node_relation": {"schema": "marts", "alias": "made"}, "node_status": "success"}
    shown = previews.facts_of({"data": {"node_info": node}}, 5)["preview"]
    assert isinstance(shown, dg.TableMetadataValue)
    return [dict(record.data) for record in shown.records]


def test_a_mart_without_a_small_count_is_shown_as_it_is(mart: duckdb.DuckDBPyConnection) -> None:
    columns = ", ".join(f"{value}::double as {name}" for name, value in LARGE.items())
    (line,) = preview(mart, f"select 2020 as year, 'a' as category, 40 as victims, {columns}")
    assert line == {
        "year": "2020", "category": "a", "victims": "40",
        **{name: str(value).removesuffix(".0") for name, value in LARGE.items()},
    }  # fmt: skip


@pytest.mark.parametrize("name", ["victims", "previous_victims", "denominator", "all_contacts",
                                  "contacts_with_outcome", "known_victims", "value"])  # fmt: skip
def test_one_small_count_hides_every_number_but_keys(
    mart: duckdb.DuckDBPyConnection, name: str
) -> None:
    lines = preview(
        mart,
        f"select 2020 as year, 7 as month, member, {name}, {name} / 2.0 as share_pct "
        f"from (values ('a', 60), ('b', 4), ('c', 0)) as t (member, {name})",
    )
    assert [(line["year"], line["month"], line["member"]) for line in lines] == [
        ("2020", "7", "c"), ("2020", "7", "b"), ("2020", "7", "a"),
    ]  # fmt: skip
    assert {line[column] for line in lines for column in (name, "share_pct")} == {"hidden"}


def test_a_small_count_below_the_lines_that_are_shown_follows_from_the_total_and_hides_them(
    mart: duckdb.DuckDBPyConnection,
) -> None:
    counts = "if(month = 1, 4, 50)"
    years = f"select year, month, {counts} as contacts from range(2018, 2021) y (year), "
    months = "range(1, 13) m (month)"
    hidden = preview(mart, years + months)
    assert {(line["year"], line["contacts"]) for line in hidden} == {("2020", "hidden")}
    assert len(hidden) == previews.SHOWN
    older = preview(mart, years.replace("month = 1", "month = 1 and year = 2018") + months)
    assert {line["contacts"] for line in older} == {"50"}


@pytest.mark.parametrize(
    ("rate", "per_day", "days", "is_hidden"),
    [
        ("contacts_per_day_before", 3.0, 1, True),
        ("contacts_per_day_during", 4 / 28, 28, True),
        ("contacts_per_day_during", 5 / 28, 28, False),
        ("visitors_per_day_before", 0.0, 28, False),
        ("contacts_per_day_same_weeks_last_year", 4.0, 28, True),
    ],
)
def test_a_rate_of_few_days_is_a_small_count(
    mart: duckdb.DuckDBPyConnection, rate: str, per_day: float, days: int, is_hidden: bool
) -> None:
    (line,) = preview(
        mart,
        f"select 'C1' as campaign_id, {days} as days_observed_before, "
        f"{days} as days_observed_during, {per_day}::double as {rate}, 0.8 as rate_ratio",
    )
    assert line["campaign_id"] == "C1"
    assert (line[rate] == "hidden", line["rate_ratio"] == "hidden") == (is_hidden, is_hidden)


def test_a_computed_figure_is_not_shown_because_its_text_may_be_a_share_of_few(
    mart: duckdb.DuckDBPyConnection,
) -> None:
    (line,) = preview(
        mart,
        "select 'x' as figure_id, 2020 as year, '3' as published, '3' as computed, 2.5 as low, "
        "3.5 as high, 'match' as status",
    )
    assert (line["published"], line["computed"], line["high"]) == ("3", "hidden", "3.5")


def test_a_ledger_of_days_has_no_counts_to_hide(mart: duckdb.DuckDBPyConnection) -> None:
    (line,) = preview(mart, "select 'web' as source, date '2020-01-01' as day, 3 as delivery_id")
    assert line == {"source": "web", "day": "2020-01-01", "delivery_id": "3"}
