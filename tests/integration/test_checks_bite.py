"""Every rule is set off by data that was broken for it, and by nothing else that blocks.

One warehouse, made once; each mutation is SQL in a transaction that is rolled back, so that dbt
never starts. The table of mutations is printed in docs/checks.md.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from expectations import BORDERS, Border, RuleResult, rules_of, run_border
from pipelines.settings import Settings
from tests.integration.broken_deliveries import BROKEN_DELIVERIES
from tests.integration.broken_marts import BROKEN_MARTS
from tests.integration.broken_records import BROKEN_RECORDS
from tests.integration.damage import Damage

ALL_DAMAGE = (*BROKEN_DELIVERIES, *BROKEN_RECORDS, *BROKEN_MARTS)
LAST_PUBLISHED_DAY = "2020-10-31"


@pytest.fixture(scope="module")
def judged(night_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A finished warehouse whose release ends with October 2020: later deliveries are news."""
    home = tmp_path_factory.mktemp("judged")
    night = Settings(home=night_home)
    settings = Settings(home=home, as_of="2021-01-01")
    shutil.copy(night.warehouse, settings.warehouse)
    with duckdb.connect(str(settings.warehouse)) as connection:
        # the first night took the files source by source; here they came in order of time
        connection.execute(
            """
            create temp table came as
            select delivery_id, row_number() over (order by last_day, load_number) as place
            from raw.deliveries;
            update raw.deliveries set load_number = came.place
            from came where came.delivery_id = raw.deliveries.delivery_id
            """
        )
        row = connection.execute(
            "select max(load_number) from raw.deliveries where last_day <= ?", [LAST_PUBLISHED_DAY]
        ).fetchone()
        assert row is not None
        release = settings.published / "releases" / "october"
        release.mkdir(parents=True)
        connection.execute(f"attach '{release / 'helpline.duckdb'}' as release")
        connection.execute("create schema release.marts")
        for (mart,) in connection.execute(
            "select table_name from duckdb_tables() where schema_name = 'marts' "
            "and database_name = current_database()"
        ).fetchall():
            connection.execute(f"create table release.marts.{mart} as from marts.{mart}")
    (release / "MANIFEST.json").write_text(json.dumps({"last_load_number": row[0]}))
    settings.current_release.symlink_to(release)
    return settings


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
