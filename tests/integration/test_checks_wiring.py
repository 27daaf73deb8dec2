"""Suites as Dagster asset checks: every rule on each asset that it concerns, with what it found."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import dagster as dg
import pytest

from expectations import BORDERS, RuleResult, rules_of
from pipelines.checks import border_checks, to_dagster
from pipelines.contracts import load_contracts
from pipelines.definitions import build_definitions
from pipelines.errors import CannotRun
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse

RULES = {rule.name: rule for border in BORDERS for rule in rules_of(border)}


@pytest.fixture(scope="module")
def specs(tmp_path_factory: pytest.TempPathFactory) -> list[dg.AssetCheckSpec]:
    settings = Settings(home=tmp_path_factory.mktemp("home"))
    checks = build_definitions(settings).asset_checks or ()
    return [
        spec
        for definition in checks
        if isinstance(definition, dg.AssetChecksDefinition)
        for spec in definition.check_specs
        if spec.name in RULES
    ]


def assets_with(specs: list[dg.AssetCheckSpec], rule: str) -> set[str]:
    return {spec.asset_key.to_user_string() for spec in specs if spec.name == rule}


def test_every_rule_is_a_check_of_some_asset(specs: list[dg.AssetCheckSpec]) -> None:
    assert {spec.name for spec in specs} == set(RULES)


def test_a_rule_about_deliveries_is_a_check_of_every_source(
    specs: list[dg.AssetCheckSpec],
) -> None:
    sources = ("ads", "campaigns", "chat", "mail", "phone", "web")
    assert assets_with(specs, "refused_delivery") == {f"raw/{source}" for source in sources}


def test_a_rule_about_victims_is_a_check_of_sources_that_have_them(
    specs: list[dg.AssetCheckSpec],
) -> None:
    assert assets_with(specs, "implausible_pairs") == {"raw/chat", "raw/mail", "raw/phone"}


def test_a_rule_about_marts_is_a_check_of_the_marts_it_names(
    specs: list[dg.AssetCheckSpec],
) -> None:
    named = {f"marts/{mart}" for mart in RULES["shares_add_up"].assets}
    assert assets_with(specs, "shares_add_up") == named


def test_blocking_rules_block_and_warnings_do_not(specs: list[dg.AssetCheckSpec]) -> None:
    for spec in specs:
        assert spec.blocking is (RULES[spec.name].severity == "blocking"), spec.name
        assert RULES[spec.name].reason in (spec.description or ""), spec.name


def lost_day(severity: str, error: str | None = None) -> RuleResult:
    return RuleResult(
        rule="volume_of_day",
        asset="raw/phone",
        severity="blocking" if severity == "blocking" else "warning",
        passed=False,
        description="The volume of each day is near that of the weeks before.",
        offending=[
            {
                "source": "phone",
                "day": dt.date(2020, 12, 15),
                "file_name": "oproepen_2020-12-15.csv",
                "expected": 17.0,
                "found": 0,
            }
        ]
        if error is None
        else [],
        next_step="" if error else "Compare oproepen_2020-12-15.csv with the source system",
        error=error,
        judged=31,
        page=Path("/home/helpline/data_docs/night/raw.html"),
    )


def test_a_failure_shows_source_day_expected_found_file_and_the_next_command() -> None:
    shown = to_dagster(lost_day("blocking"))
    assert not shown.passed
    assert shown.severity is dg.AssetCheckSeverity.ERROR
    text = shown.description or ""
    assert "| source | day | file_name | expected | found |" in text
    assert "| phone | 2020-12-15 | oproepen_2020-12-15.csv | 17 | 0 |" in text
    assert "Next: Compare oproepen_2020-12-15.csv with the source system" in text
    assert "helpline check --accept volume_of_day" in text
    assert '--scope "source=phone,day=2020-12-15"' in text
    assert shown.metadata["judged"].value == 31
    assert str(shown.metadata["data_docs"].value).endswith("raw.html")


def test_a_warning_warns() -> None:
    assert to_dagster(lost_day("warning")).severity is dg.AssetCheckSeverity.WARN


def test_what_could_not_be_judged_is_no_failure_of_the_data() -> None:
    shown = to_dagster(lost_day("blocking", error="CatalogException, Table with name contacts"))
    assert not shown.passed
    assert shown.severity is dg.AssetCheckSeverity.WARN
    assert "could not be judged" in (shown.description or "")


def test_a_border_that_cannot_be_judged_stops_the_step_with_the_rule_and_the_cause(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    with open_warehouse(settings) as connection:
        connection.execute("alter table raw.rejects rename to rejects_elsewhere")
    (raw, _) = border_checks(settings, load_contracts(settings.contracts), [])
    with pytest.raises(CannotRun, match=r"reject_share \(CatalogException, Table with name rej"):
        dg.materialize(
            [raw],
            resources={"writer": dg.ResourceDefinition.none_resource()},
            selection=dg.AssetSelection.checks(raw),
        )
