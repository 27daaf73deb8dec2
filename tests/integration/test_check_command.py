"""`helpline check`: the night's rules without a night, in the same words, with its exit codes."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from pipelines.cli import app
from pipelines.contracts import load_contracts
from pipelines.errors import CannotRun, WrongUse
from pipelines.ingest import begin_run, ingest_source
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse
from tests.integration.canaries import Row, edit_table

HALF = "oproepen_half_2020-11.csv"


@pytest.fixture
def half_a_month(copied_home: Callable[[], Settings]) -> Settings:
    """A finished night after which a correction came that holds every second call of November."""
    settings = copied_home()
    november = settings.landing / "phone" / "oproepen_2020-11.csv"
    edit_table(november, november.with_name(HALF), keep_every_second_call)
    take_in(settings)
    return settings


def keep_every_second_call(rows: list[Row]) -> None:
    ids = list(dict.fromkeys(row["Oproepnummer"] for row in rows))[::2]
    rows[:] = [row for row in rows if row["Oproepnummer"] in ids]


def take_in(settings: Settings) -> None:
    """What a night does before it checks."""
    contracts = load_contracts(settings.contracts)
    with open_warehouse(settings) as connection:
        begin_run(connection, settings, contracts, "later", "test")
        for contract in contracts:
            ingest_source(connection, settings, contract, "later")


def check(settings: Settings, *arguments: str) -> Result:
    return CliRunner().invoke(app, ["check", *arguments], env={"HELPLINE_HOME": str(settings.home)})


def test_what_passed_its_night_passes_and_exits_0(copied_home: Callable[[], Settings]) -> None:
    done = check(copied_home())
    assert (done.exit_code, done.stderr) == (0, "")
    counts = done.stdout.split(" checks hold")[0].split(" of ")
    assert counts[0] == counts[1]


def test_half_a_file_exits_1_and_says_source_days_file_and_what_to_do(
    half_a_month: Settings,
) -> None:
    done = check(half_a_month)
    assert done.exit_code == 1
    assert "blocking: raw/phone: volume_of_weeks does not hold: source phone" in done.stdout
    assert f"| phone | 2020-11-01 | 2020-11-30 | {HALF} |" in done.stdout
    assert f"Next: Compare {HALF} with the source system" in done.stdout
    assert "helpline check --accept volume_of_weeks --scope" in done.stdout
    assert "keep the night from publishing" in done.stdout


def test_select_judges_only_what_begins_so(half_a_month: Settings) -> None:
    assert check(half_a_month, "--select", "raw/web").exit_code == 0
    assert check(half_a_month, "--select", "marts").exit_code == 0
    done = check(half_a_month, "--select", "volume_of_weeks")
    assert done.exit_code == 1
    assert "composition_break" not in done.stdout


def test_a_selection_of_nothing_is_wrong_use_and_names_the_rules(
    copied_home: Callable[[], Settings],
) -> None:
    done = check(copied_home(), "--select", "volumes")
    assert isinstance(done.exception, WrongUse)
    assert "volume_of_day" in str(done.exception)


def test_what_was_accepted_no_longer_stops_and_shows_who_and_why(half_a_month: Settings) -> None:
    for rule in failing_rules(half_a_month):
        done = check(
            half_a_month, "--accept", rule, "--scope", "source=phone", "--reason", "a known loss"
        )
        assert done.exit_code == 0
        assert "a known loss" in done.stdout
    done = check(half_a_month)
    assert done.exit_code == 0, done.stdout
    assert "accepted: raw/phone: volume_of_weeks holds." in done.stdout
    assert "a known loss" in done.stdout


def test_an_acceptance_that_is_over_before_it_begins_is_wrong_use(
    copied_home: Callable[[], Settings],
) -> None:
    scope = ("--scope", "source=phone", "--reason", "strike", "--until", "1999-01-01")
    done = check(copied_home(), "--accept", "volume_of_day", *scope)
    assert isinstance(done.exception, WrongUse)
    assert "It would never count: --until lies before" in str(done.exception)


def test_an_acceptance_without_a_reason_is_wrong_use(copied_home: Callable[[], Settings]) -> None:
    done = check(copied_home(), "--accept", "volume_of_day", "--scope", "source=phone")
    assert isinstance(done.exception, WrongUse)


def test_json_says_the_same_for_scripts(half_a_month: Settings) -> None:
    assert "volume_of_weeks" in failing_rules(half_a_month)


def test_before_the_first_night_there_is_nothing_to_check(tmp_path: Path) -> None:
    done = check(Settings(home=tmp_path))
    assert isinstance(done.exception, CannotRun)
    assert "nothing to check yet: `helpline run`" in str(done.exception)


def failing_rules(settings: Settings) -> set[str]:
    done = check(settings, "--json")
    assert done.exit_code == 1
    return {result["rule"] for result in json.loads(done.stdout) if result["stops_publication"]}
