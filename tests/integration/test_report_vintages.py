"""Freezing: a published report stays as it was, and later figures are held against it."""

import csv
import hashlib
import json
from pathlib import Path

import duckdb
import pytest

from pipelines.contracts.published import load_published, read_publication
from pipelines.errors import CannotRun, DataNotPassed, WrongUse
from pipelines.report import build_reports, freeze, years_to_report
from pipelines.settings import Settings

MARTS = Path(__file__).parents[1] / "data" / "report_marts.sql"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(MARTS.read_text(encoding="utf-8"))
    return connection


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", as_of="2021-01-01")


@pytest.fixture
def report(connection: duckdb.DuckDBPyConnection, settings: Settings, tmp_path: Path) -> Path:
    build_reports(connection, settings, [2020], ["nl"], tmp_path / "report")
    return tmp_path / "report" / "2020"


def test_a_vintage_keeps_the_files_and_their_hashes(settings: Settings, report: Path) -> None:
    folder = freeze(settings, 2020, report)
    assert folder == settings.vintages / "2020"
    manifest = json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))
    names = {"figures.json", "report.nl.html", "report.nl.pdf", "tables.nl.xlsx"}
    assert set(manifest["files"]) == names
    for name in names:
        content = (folder / name).read_bytes()
        assert content == (report / name).read_bytes()
        assert manifest["files"][name] == hashlib.sha256(content).hexdigest()


def test_its_counts_are_published_figures_that_the_next_night_can_load(
    settings: Settings, report: Path
) -> None:
    freeze(settings, 2020, report)
    read_publication(settings.vintages / "2020.csv")
    with (settings.vintages / "2020.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["figure_id"]: row for row in csv.DictReader(file)}
    assert {row["publication"] for row in rows.values()} == {"frozen report 2020 as of 2021-01-01"}
    contacts = rows["frozen_2020.contacts"]
    assert (contacts["filter"], contacts["statistic"], contacts["published"]) == (
        "",
        "count",
        "8059",
    )
    chat = rows["frozen_2020.contacts.relation.self.in.channel.chat"]
    assert (chat["filter"], chat["low"], chat["high"]) == (
        "relation=self;channel=chat",
        "501",
        "501",
    )
    # hours 0 and 1 were joined, 4 and 3 contacts
    assert rows["frozen_2020.contacts.hour.0+1"]["filter"] == "hour=0|1"
    assert rows["frozen_2020.contacts.hour.0+1"]["published"] == "7"
    assert len(load_published(settings)) >= len(rows)


def test_no_row_of_a_vintage_is_small(settings: Settings, report: Path) -> None:
    freeze(settings, 2020, report)
    with (settings.vintages / "2020.csv").open(encoding="utf-8", newline="") as file:
        assert not [row for row in csv.DictReader(file) if 0 < int(row["published"]) < 5]


def test_a_year_is_frozen_once(settings: Settings, report: Path) -> None:
    freeze(settings, 2020, report)
    with pytest.raises(WrongUse, match="The report of 2020 is frozen already"):
        freeze(settings, 2020, report)


def test_a_frozen_report_is_never_made_anew(
    connection: duckdb.DuckDBPyConnection, settings: Settings, report: Path, tmp_path: Path
) -> None:
    freeze(settings, 2020, report)
    connection.execute("update marts.yearly_totals set contacts = contacts + 1 where year = 2020")
    assert 2020 not in years_to_report(connection, settings)
    again = build_reports(connection, settings, [2020], ["nl", "en"], tmp_path / "again")
    assert {file.name: file.read_bytes() for file in again} == {
        file.name: file.read_bytes() for file in report.iterdir()
    }


def test_a_vintage_that_was_changed_is_not_handed_out(
    connection: duckdb.DuckDBPyConnection, settings: Settings, report: Path, tmp_path: Path
) -> None:
    page = freeze(settings, 2020, report) / "report.nl.html"
    page.chmod(0o644)
    page.write_text("other", encoding="utf-8")
    with pytest.raises(CannotRun, match="not as it was frozen"):
        build_reports(connection, settings, [2020], ["nl"], tmp_path / "again")


def test_a_provisional_report_cannot_be_frozen(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path
) -> None:
    early = Settings(home=tmp_path / "home", as_of="2020-12-01")
    build_reports(connection, early, [2020], ["nl"], tmp_path / "early")
    with pytest.raises(DataNotPassed, match="provisional"):
        freeze(early, 2020, tmp_path / "early" / "2020")
    assert not early.vintages.exists()


def test_there_must_be_a_report_to_freeze(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="There is no report of 2019 to freeze"):
        freeze(settings, 2019, tmp_path / "none")


def test_the_next_report_states_what_changed_since(
    connection: duckdb.DuckDBPyConnection, settings: Settings, tmp_path: Path
) -> None:
    connection.execute(
        """insert into marts.figure_reconciliation values (
            'frozen_2019.contacts', 2019, 'frozen', 'count', '5409', '5411', 5409, 5409,
            'differs', null
        )"""
    )
    files = build_reports(connection, settings, [2020], ["nl"], tmp_path / "to")
    page = files[1].read_text(encoding="utf-8")
    assert "Sinds de vorige publicatie veranderden deze cijfers." in page
    row = page[page.index("2019: contacten") :][:120]
    assert "5.409" in row
    assert "5.411" in row
