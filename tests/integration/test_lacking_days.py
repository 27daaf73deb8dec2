"""What the marts say of a year of which something lacks, on a small world worked out by hand."""

import datetime as dt
from typing import Any

import pytest

from tests.integration.raw_world import Contact, Delivery, Source, World

FIRST, LAST = dt.date(2016, 1, 1), dt.date(2021, 1, 4)
AT = dt.datetime(2021, 1, 5, 3)  # noqa: DTZ001  # raw holds UTC without a zone
VICTIM = ("other", "physical", "adult", "female", "school")
VICTIMS = {2016: (2,), 2018: (2, 1), 2019: (1, 1, 1, 1), 2020: (1, 1, 1, 1, 1)}
"""Of each contact of a year how many victims; nobody called in 2017."""


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The morning of 5 January 2021: mail comes by the month, and December's is not due yet.

    Of the websites all of 2019 came, and of 2020 a single day of one of them.
    """
    web: dict[str, Any] = {"is_contact_source": False, "entities": ("web_visits",)}
    made = World(
        tmp_path_factory.mktemp("lacking"),
        today=dt.date(2021, 1, 5),
        sources=(
            Source("phone", due_from=FIRST),
            Source("mail", rhythm="month", due_from=FIRST, due_after_days=20),
            Source("web", site="adults", due_from=dt.date(2019, 1, 1), **web),
            Source("web", site="minors", due_from=dt.date(2019, 1, 1), **web),
            Source("ads", rhythm=None, due_from=None, is_contact_source=False),
        ),
    )
    calls = tuple(
        Contact(year * 10 + number, dt.date(year, 3, 1), victims=(VICTIM,) * victims)
        for year, contacts in VICTIMS.items()
        for number, victims in enumerate(contacts)
    )
    of_2019 = (dt.date(2019, 1, 1), dt.date(2019, 12, 31), AT)
    march = dt.date(2020, 3, 1)
    made.load(
        Delivery("phone", FIRST, LAST, AT, calls),
        Delivery("mail", FIRST, dt.date(2020, 11, 30), AT),
        Delivery("web", *of_2019, web_visits=((of_2019[0], "adults", 40),), site="adults"),
        Delivery("web", *of_2019, site="minors"),
        Delivery("web", march, march, AT, web_visits=((march, "adults", 60),), site="adults"),
    )
    made.dbt("build", "--resource-type", "seed", "--resource-type", "model")
    return made


def figures(world: World, measure: str, column: str) -> dict[int, Any]:
    """A column of one measure that is not broken down, by year."""
    return dict(
        world.rows(
            f"select year, {column} from marts.figures "
            f"where measure = '{measure}' and breakdown = 'all' order by year"
        )
    )


def test_a_year_is_not_complete_while_a_month_of_it_is_not_due_yet(world: World) -> None:
    found = world.rows(
        "select year, days_missing, is_complete, contacts_growth_pct from marts.yearly_totals "
        "where year >= 2018 order by year"
    )
    assert found == [
        (2018, 0, True, None),
        (2019, 0, True, 100),
        (2020, 0, False, None),
        (2021, 0, False, None),
    ]


def test_its_figures_say_that_more_will_be_counted(world: World) -> None:
    caveats = figures(world, "contacts", "caveat")
    assert (caveats[2019], caveats[2020]) == (None, "days_awaited")


def test_the_website_says_that_days_of_it_are_missing(world: World) -> None:
    caveats = figures(world, "web_visits", "caveat")
    assert (caveats[2018], caveats[2019], caveats[2020]) == ("not_recorded", None, "days_missing")


def test_a_figure_is_not_compared_over_a_year_that_has_none(world: World) -> None:
    per_contact = figures(world, "victims_per_contact", "(value, previous_value)")
    assert per_contact == {2016: (2, None), 2018: (1.5, None), 2019: (1, 1.5), 2020: (1, 1)}
