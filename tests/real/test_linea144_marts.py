"""A whole night of a second, real helpline: filled where it has data, not recorded elsewhere."""

import shutil

import duckdb
import pytest

from pipelines.night import run_night
from pipelines.settings import PROJECT, Settings
from tests.integration.marts_night import rows

PUBLISHED = PROJECT.parent / "shared" / "real" / "linea144"

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published files of Línea 144 are not beside the project"
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The home of a night on the four files, as of 1 July 2023."""
    settings = Settings(
        home=tmp_path_factory.mktemp("linea144_marts"),
        contracts=PROJECT / "tests" / "real" / "linea144",
        as_of="2023-07-01",
    )
    shutil.copytree(PUBLISHED, settings.landing / "linea144")
    run_night(settings)
    return settings


def test_the_night_publishes_what_the_warehouse_holds(built: Settings) -> None:
    release = built.current_release
    with duckdb.connect(str(release / "helpline.duckdb"), read_only=True) as published:
        found = published.execute("select year, contacts from marts.yearly_totals").fetchall()
    assert found == rows(built, "select year, contacts from marts.yearly_totals")
    assert (release / "report" / "2023" / "report.nl.pdf").exists()


def test_every_record_is_a_contact_and_the_half_year_is_not_compared(built: Settings) -> None:
    assert rows(
        built,
        "select year, contacts, is_complete, contacts_growth_pct is null from marts.yearly_totals",
    ) == [
        (2020, 29_706, True, True),
        (2021, 25_301, True, False),
        (2022, 24_558, True, False),
        (2023, 9_975, False, True),  # January to June, one row rejected
    ]


def test_what_it_does_not_ask_is_not_recorded(built: Settings) -> None:
    assert rows(
        built,
        "select distinct channel from marts.contacts_by_channel where contacts > 0",
    ) == [("not_recorded",)]
    persons = rows(
        built,
        "select distinct dimension, member, share_pct from marts.contact_persons "
        "where contacts > 0 and channel = 'all' and dimension in ('relation', 'sex') order by 1",
    )
    assert persons == [("relation", "not_recorded", 100.0), ("sex", "not_recorded", None)]


def test_zeros_that_say_nothing_carry_a_caveat(built: Settings) -> None:
    assert rows(built, "select sum(contacts) from marts.contacts_by_hour") == [(0,)]
    found = rows(
        built,
        "select distinct breakdown, caveat from marts.figures where year = 2021 "
        "and (breakdown = 'hour' or (measure = 'web_visitors' and breakdown = 'site')) order by 1",
    )
    assert found == [
        ("hour", "hour_not_known"),
        ("site", "not_recorded|daily_unique_visitors"),
    ]


def test_there_is_nothing_to_reconcile_and_no_campaign(built: Settings) -> None:
    for mart in ("figure_reconciliation", "contacts_around_campaigns"):
        assert rows(built, f"select count(*) from marts.{mart}") == [(0,)]
