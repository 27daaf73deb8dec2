"""Accepting: a known anomaly passes under its reason, until it is gone or its time is over."""

import datetime as dt
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from expectations import RuleResult, accept, run_border
from expectations.accepted import read_acceptances
from expectations.words import details, verdict
from pipelines.errors import WrongUse
from pipelines.settings import Settings
from tests.integration.damage import remove
from tests.integration.judged_world import october_world

RULES = ["volume_of_day", "refused_delivery"]
LOST_DAY = "source = 'phone' and day = '2020-11-17'"
SCOPE = "source=phone,day=2020-11-17"


@pytest.fixture
def settings(night_home: Path, tmp_path: Path) -> Settings:
    return october_world(Settings(home=night_home), tmp_path)


@pytest.fixture
def warehouse(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(settings.warehouse)) as connection:
        yield connection


def result_of(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings, rule: str, asset: str = "raw/phone"
) -> RuleResult:
    results = run_border(warehouse, "raw", settings, settings.current_release.resolve())
    return next(r for r in results if (r.rule, r.asset) == (rule, asset))


def test_an_accepted_day_passes_and_says_who_accepted_it_why_and_until_when(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    warehouse.execute(remove(LOST_DAY))
    failed = result_of(warehouse, settings, "volume_of_day")
    assert not failed.passed
    assert f'--accept volume_of_day --scope "{SCOPE}"' in details(failed)

    accept(settings, RULES, "volume_of_day", SCOPE, "closed for a strike")
    passed = result_of(warehouse, settings, "volume_of_day")
    assert passed.passed
    assert not passed.offending
    for shown in (verdict(passed), details(passed)):
        assert "closed for a strike" in shown
        assert "2021-04-01" in shown  # 90 days from the night's clock


def test_another_day_of_the_same_source_is_not_covered(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    accept(settings, RULES, "volume_of_day", SCOPE, "closed for a strike")
    warehouse.execute(remove(LOST_DAY))
    warehouse.execute(remove("source = 'phone' and day = '2020-11-19'"))
    failed = result_of(warehouse, settings, "volume_of_day")
    assert not failed.passed
    assert [str(row["day"]) for row in failed.offending] == ["2020-11-19"]
    assert failed.accepted is not None


def test_a_month_may_be_accepted_by_its_beginning(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    accept(settings, RULES, "volume_of_day", "source=phone,day=2020-11", "moving house")
    warehouse.execute(remove(LOST_DAY))
    assert result_of(warehouse, settings, "volume_of_day").passed


def test_an_expired_acceptance_no_longer_counts(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    warehouse.execute(remove(LOST_DAY))
    accept(settings, RULES, "volume_of_day", SCOPE, "strike", expires_on=dt.date(2020, 12, 31))
    assert not result_of(warehouse, settings, "volume_of_day").passed


def test_it_lapses_once_the_day_was_delivered_and_a_new_loss_fails_again(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    warehouse.begin()
    warehouse.execute(remove(LOST_DAY))
    accept(settings, RULES, "volume_of_day", SCOPE, "strike")
    assert result_of(warehouse, settings, "volume_of_day").passed
    warehouse.rollback()

    assert result_of(warehouse, settings, "volume_of_day").accepted is None
    (lapsed,) = read_acceptances(settings)
    assert lapsed.lapsed_on == dt.date(2021, 1, 1)

    warehouse.execute(remove(LOST_DAY))
    assert not result_of(warehouse, settings, "volume_of_day").passed


def test_it_lapses_when_a_refused_file_was_mended_before_any_release(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    warehouse.begin()
    warehouse.execute(
        "update raw.deliveries set status = 'rejected', reason = 'BAD_DIALECT' "
        "where source = 'phone' and file_name = 'oproepen_2020-12-15.csv'"
    )
    accept(settings, RULES, "refused_delivery", "source=phone,first_day=2020-12-15", "known")
    assert result_of(warehouse, settings, "refused_delivery").accepted
    warehouse.rollback()

    result_of(warehouse, settings, "refused_delivery")
    (lapsed,) = read_acceptances(settings)
    assert lapsed.lapsed_on is not None


def test_it_survives_a_rebuild_that_reads_everything_anew(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings
) -> None:
    warehouse.execute(remove(LOST_DAY))
    accept(settings, RULES, "volume_of_day", SCOPE, "strike")
    assert result_of(warehouse, settings, "volume_of_day").passed
    # published since: no news is judged, and the acceptance waits
    warehouse.execute("update raw.deliveries set load_number = load_number - 10000")
    assert result_of(warehouse, settings, "volume_of_day").accepted is None
    # the rebuild numbers deliveries anew and judges them again
    warehouse.execute("update raw.deliveries set load_number = load_number + 10000")
    again = run_border(warehouse, "raw", settings, None)
    assert next(r for r in again if (r.rule, r.asset) == ("volume_of_day", "raw/phone")).accepted


@pytest.mark.parametrize(
    ("rule", "scope", "reason", "told"),
    [
        ("volume_of_days", SCOPE, "strike", "There is no rule volume_of_days"),
        ("volume_of_day", "phone", "strike", "The scope is not understood"),
        ("volume_of_day", SCOPE, "  ", "needs a reason"),
    ],
)
def test_an_acceptance_that_says_nothing_is_refused(
    tmp_path: Path, rule: str, scope: str, reason: str, told: str
) -> None:
    settings = Settings(home=tmp_path)
    with pytest.raises(WrongUse, match=told):
        accept(settings, RULES, rule, scope, reason)
    assert not settings.accepted_file.exists()


def test_where_nobody_has_a_name_a_number_accepts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nameless() -> str:
        raise KeyError("uid not found")

    monkeypatch.setattr("getpass.getuser", nameless)
    accepted = accept(Settings(home=tmp_path), RULES, "volume_of_day", SCOPE, "strike")
    assert accepted.accepted_by.startswith("uid ")


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda text: text.replace("reason:", "raeson:"), "entry 1"),
        (lambda text: re.sub("expires_on: .*", "expires_on: 2021-02-03 10:00:00", text), "entry 1"),
        (lambda text: re.sub("expires_on: .*", "expires_on: soon", text), "entry 1"),
        (lambda text: "5\n", "no list of acceptances"),
    ],
)
def test_a_file_that_was_edited_into_something_else_names_the_entry(
    tmp_path: Path, edit: Callable[[str], str], told: str
) -> None:
    settings = Settings(home=tmp_path)
    accept(settings, RULES, "volume_of_day", SCOPE, "strike")
    settings.accepted_file.write_text(edit(settings.accepted_file.read_text()))
    with pytest.raises(WrongUse, match=told):
        read_acceptances(settings)
