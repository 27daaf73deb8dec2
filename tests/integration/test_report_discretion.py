"""What a report does not say, because a difference or a handful would point at one person."""

import json
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pytest

from pipelines.errors import WrongUse
from pipelines.report import build_reports, years_to_report
from pipelines.settings import Settings

MARTS = Path(__file__).parents[1] / "data" / "report_marts.sql"


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marts") / "helpline.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(MARTS.read_text(encoding="utf-8"))
    return path


@pytest.fixture
def database(marts: Path, tmp_path: Path) -> Path:
    return Path(shutil.copyfile(marts, tmp_path / "helpline.duckdb"))


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, as_of="2021-01-01")


def document_of(database: Path, settings: Settings, year: int = 2020) -> dict[str, Any]:
    files = build_reports(database, settings, [year], ["en"], settings.home / "to")
    document: dict[str, Any] = json.loads(files[0].read_text(encoding="utf-8"))
    document["page"] = files[1].read_text(encoding="utf-8")
    return document


def change(database: Path, sql: str) -> None:
    with duckdb.connect(str(database)) as connection:
        connection.execute(sql)


def test_a_late_record_changes_totals_by_name_and_nothing_else(
    database: Path, settings: Settings
) -> None:
    # one late mail of a man of 2019: each of its answers moves a count of the frozen report
    change(
        database,
        """insert into marts.figure_reconciliation
        select key, 2019, section, 'count', published, published + 1, 0, 0, 'differs', null
        from (values
            ('frozen_2019.contacts', 'totals', 5409),
            ('contacts_2019', 'totals', 5409),
            ('frozen_2019.contacts.sex.male', 'frozen', 1200),
            ('frozen_2019.contacts.weekday.6', 'frozen', 600),
            ('police_2019', 'referrals', 208)
        ) as t (key, section, published)""",
    )
    document = document_of(database, settings)
    state = document["reconciliation"]
    assert [row["figure_id"] for row in state["differing"]] == [
        "contacts_2019",
        "frozen_2019.contacts",
    ]
    assert state["differing_unnamed"] == 3
    assert "parts of a year have changed as well (3)" in document["page"]


def test_a_year_of_a_handful_has_no_report_and_no_place_in_a_series(
    database: Path, settings: Settings
) -> None:
    change(database, "update marts.yearly_totals set contacts = 9, victims = 4 where year = 2019")
    document = document_of(database, settings)
    figures = document["figures"]
    assert "victims.year.2018" in figures
    assert not {"contacts.year.2019", "victims.year.2019"} & set(figures)
    # a growth and the new count would tell the old one
    assert not any("growth_pct" in entry for entry in figures.values())
    with pytest.raises(WrongUse, match="No report for 2019: fewer than 5 contacts or victims"):
        build_reports(database, settings, [2019], ["en"], settings.home / "none")
    assert not (settings.home / "none").exists()


def test_a_first_year_of_a_handful_does_not_follow_from_a_multiple(
    database: Path, settings: Settings
) -> None:
    change(database, "update marts.yearly_totals set contacts = 3, victims = 3 where year = 2012")
    change(database, "update marts.yearly_totals set contacts = 4000 where year = 2014")
    multiple = document_of(database, settings)["figures"]["contacts.multiple_of_first_year"]
    assert (multiple["value"], multiple["first_year"]) == (2, 2014)


def test_a_night_makes_no_report_of_the_first_days_of_a_year(
    database: Path, settings: Settings
) -> None:
    change(database, "update marts.yearly_totals set contacts = 1, victims = 1 where year = 2020")
    with duckdb.connect(str(database), read_only=True) as connection:
        assert years_to_report(connection, settings) == [2019]


def test_a_year_with_missing_days_is_compared_with_nothing(
    database: Path, settings: Settings
) -> None:
    change(
        database,
        "update marts.yearly_totals set is_complete = false, days_missing = 3 where year = 2020",
    )
    figures = document_of(database, settings)["figures"]
    assert not any("growth_pct" in entry for entry in figures.values())
