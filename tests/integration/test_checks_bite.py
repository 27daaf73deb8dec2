"""Every rule is set off by data that was broken for it, and by nothing else that blocks.

One warehouse, made once; each mutation is SQL in a transaction that is rolled back, so that dbt
never starts. The table of mutations is printed in docs/checks.md.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations import BORDERS, Border, RuleResult, rules_of, run_border
from pipelines.settings import Settings
from tests.integration.broken_codes import BROKEN_CODES
from tests.integration.broken_deliveries import BROKEN_DELIVERIES
from tests.integration.broken_marts import BROKEN_MARTS
from tests.integration.broken_records import BROKEN_RECORDS
from tests.integration.damage import Damage
from tests.integration.judged_world import october_world

ALL_DAMAGE = (*BROKEN_DELIVERIES, *BROKEN_RECORDS, *BROKEN_CODES, *BROKEN_MARTS)


@pytest.fixture(scope="module")
def judged(night_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A finished warehouse in which the deliveries of November and December 2020 are news."""
    return october_world(Settings(home=night_home), tmp_path_factory.mktemp("judged"))


@pytest.fixture(scope="module")
def warehouse(judged: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(str(judged.warehouse)) as connection:
        yield connection


def judge(
    warehouse: duckdb.DuckDBPyConnection, settings: Settings, border: Border
) -> list[RuleResult]:
    return run_border(warehouse, border, settings, settings.current_release.resolve())


def failures(results: list[RuleResult]) -> set[tuple[str, str]]:
    return {(result.rule, result.asset) for result in results if not result.passed}


@pytest.mark.parametrize("border", BORDERS)
def test_nothing_fails_on_the_clean_sample(
    warehouse: duckdb.DuckDBPyConnection, judged: Settings, border: Border
) -> None:
    assert not failures(judge(warehouse, judged, border))


@pytest.mark.parametrize("border", BORDERS)
def test_nothing_fails_on_the_first_night_with_all_of_history(
    warehouse: duckdb.DuckDBPyConnection, judged: Settings, border: Border
) -> None:
    assert not failures(run_border(warehouse, border, judged, None))


@pytest.mark.parametrize("broken", ALL_DAMAGE, ids=lambda broken: broken.what)
def test_damage_sets_off_its_rule_and_no_unrelated_one(
    warehouse: duckdb.DuckDBPyConnection, judged: Settings, broken: Damage
) -> None:
    settings = judged
    if broken.frozen:
        (settings.vintages / "2020").mkdir(parents=True)
    warehouse.begin()
    try:
        warehouse.execute(broken.sql)
        results = judge(warehouse, settings, broken.border)
    finally:
        warehouse.rollback()
        shutil.rmtree(settings.vintages, ignore_errors=True)
    failed = failures(results)
    assert (broken.rule, broken.asset) in failed
    assert not {result.rule for result in results if result.error}
    unrelated = {
        (result.rule, result.asset)
        for result in results
        if result.stops_publication and result.rule not in {broken.rule, *broken.also}
    }
    assert not unrelated


def test_every_rule_is_set_off_by_some_damage() -> None:
    rules = {rule.name for border in BORDERS for rule in rules_of(border)}
    assert {broken.rule for broken in ALL_DAMAGE} == rules
    assert len(ALL_DAMAGE) >= 60
