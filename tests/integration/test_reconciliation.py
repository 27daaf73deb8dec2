"""Published figures of any kind are computed from the marts by what they say, never by their id."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipelines.settings import Settings
from pipelines.transform import run_dbt
from pipelines.warehouse import open_warehouse
from tests.integration.marts_night import Row, rows

COLUMNS = (
    "figure_id", "year", "measure", "filter", "within", "known", "statistic", "compare_year",
    "published", "precision", "low", "high",
)  # fmt: skip

# contacts 2020: 8,059, 2019: 5,409; chat 911, of whom the victims themselves 501; April 967
FIGURES: dict[str, tuple[tuple[Any, ...], str, str | None]] = {
    # figure → its row from year on, status, and what the note or the computed value says
    "two_codes": (
        (2020, "contacts", "channel=mail|chat", "", "", "count", None, "2361", "exact", 2361, 2361),
        "match",
        "2361",
    ),
    "two_dimensions": (
        (2020, "contacts", "relation=self;channel=chat", "", "", "count", None, "", "", 501, 501),
        "match",
        "501",
    ),
    "a_group_and_one_of_its_codes": (
        (2020, "victims", "age_band=under_6", "age_group=minor", "", "share_pct", None, "32",
         "rounded", 31.5, 32.5),  # 2,194 / 6,853 = 32.02%
        "match",
        "32.0152",
    ),
    "rank_of_groups": (
        (2020, "contacts", "relation_group", "", "", "rank", None,
         "near_victim>other>perpetrator_side", "", None, None),
        "match",
        "near_victim>other>perpetrator_side",
    ),
    "wrong_rank": (
        (2020, "contacts", "channel", "", "", "rank", None, "chat>phone", "", None, None),
        "differs",
        "phone>mail",
    ),
    "members_in_any_order": (
        (2020, "contacts", "channel", "", "", "members", None, "chat|mail|phone", "", None, None),
        "match",
        "phone|mail|chat",
    ),
    "rounded_excludes_its_upper_bound": (
        (2020, "contacts", "", "", "", "count", None, "", "rounded", 8000, 8059),
        "differs",
        "8059",
    ),
    "about_includes_its_upper_bound": (
        (2020, "contacts", "", "", "", "count", None, "", "about", 8000, 8059),
        "match",
        "8059",
    ),
    "more_than_excludes_its_lower_bound": (
        (2020, "contacts", "", "", "", "count", None, ">8059", "more_than", 8059, None),
        "differs",
        "8059",
    ),
    "fewer_than_over_all": (
        (2020, "contacts", "relation=neighbour", "channel=chat", "", "compare_share", None,
         "<overall", "relation", None, None),
        "match",
        "<overall",
    ),
    "fall": (
        (2016, "contacts", "", "", "", "growth_abs", 2015, "-111", "exact", -111, -111),
        "match",
        "-111",
    ),
    "before_the_service": (
        (2011, "contacts", "", "", "", "count", None, "1", "exact", 1, 1),
        "not_computable",
        "the marts hold no 2011",
    ),
    "compared_with_before_the_service": (
        (2012, "contacts", "", "", "", "growth_pct", 2011, "1", "exact", 1, 1),
        "not_computable",
        "the marts hold no 2011; 2012 is not complete",
    ),
    "a_table_that_is_no_mart": (
        (2020, "contacts", "relation=self", "month=4", "", "count", None, "1", "exact", 1, 1),
        "not_computable",
        "the marts hold no contacts by month and relation",
    ),
    "contacts_of_two_forms_cannot_be_added": (
        (2020, "contacts", "violence_form=sexual|physical", "", "", "count", None, "1", "exact",
         1, 1),
        "not_computable",
        None,
    ),
    "a_number_without_bounds": (
        (2020, "contacts", "", "", "", "count", None, "8059", "exact", None, None),
        "not_computable",
        "8059",
    ),
    "a_share_of_nothing": (
        (2020, "contacts", "relation=self", "channel=unmapped", "", "share_pct", None, "1",
         "exact", 1, 1),
        "not_computable",
        None,
    ),
}  # fmt: skip


@pytest.fixture
def reconciled(copied_home: Callable[[], Settings]) -> dict[str, Row]:
    """Reconciliation of the figures above alone, by id."""
    settings = copied_home()
    with open_warehouse(settings) as connection:
        connection.execute("delete from core.published_figures")
        marks = ", ".join("?" for _ in COLUMNS)
        connection.executemany(
            f"insert into core.published_figures ({', '.join(COLUMNS)}) values ({marks})",
            [
                (name, *(None if cell == "" else cell for cell in figure))
                for name, (figure, _, _) in FIGURES.items()
            ],
        )
        connection.execute("update core.published_figures set published = coalesce(published, '')")
    run_dbt(settings, ["run", "--select", "published_lookups", "figure_reconciliation"])
    found = rows(
        settings, "select figure_id, status, computed, note from marts.figure_reconciliation"
    )
    return {row[0]: row for row in found}


def test_each_kind_of_figure_is_judged_by_what_it_says(reconciled: dict[str, Row]) -> None:
    judged = {name: row[1] for name, row in reconciled.items()}
    assert judged == {name: status for name, (_, status, _) in FIGURES.items()}
    for name, (_, _, says) in FIGURES.items():
        if says is not None:
            assert says in (reconciled[name][2], reconciled[name][3]), name


def test_another_helpline_without_published_figures_has_nothing_to_reconcile(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    with open_warehouse(settings) as connection:
        connection.execute("delete from raw.published_figures")
    selected = ["published_figures", "published_lookups", "figure_reconciliation"]
    run_dbt(settings, ["build", "--select", *selected, "--exclude", "resource_type:unit_test"])
    assert rows(settings, "select * from marts.figure_reconciliation") == []


def test_a_scaled_sample_has_nothing_to_reconcile(copied_home: Callable[[], Settings]) -> None:
    settings = copied_home()
    with open_warehouse(settings) as connection:
        connection.execute("update raw.runs set scale = 10")
    selected = ["published_figures", "published_lookups", "figure_reconciliation"]
    run_dbt(settings, ["build", "--select", *selected, "--exclude", "resource_type:unit_test"])
    assert rows(settings, "select * from marts.figure_reconciliation") == []


def test_no_figure_id_stands_in_the_sql(night_home: Path) -> None:
    from pipelines.transform import DBT_PROJECT

    ids = [
        figure_id
        for (figure_id,) in rows(
            Settings(home=night_home), "select figure_id from marts.figure_reconciliation"
        )
    ]
    sql = "\n".join(path.read_text() for path in DBT_PROJECT.rglob("*.sql"))
    assert [figure_id for figure_id in ids if f"'{figure_id}'" in sql] == []
