"""How the dbt project shows in Dagster: lineage, tests as checks, and what a selection runs."""

from typing import Any

import dagster as dg
import pytest

from pipelines.assets.dbt_nodes import DbtNodes, read_dbt_nodes
from pipelines.assets.warehouse import told
from pipelines.contracts import load_contracts
from pipelines.settings import load_settings
from pipelines.transform import ensure_manifest


@pytest.fixture(scope="module")
def nodes() -> DbtNodes:
    return read_dbt_nodes(ensure_manifest(), load_contracts(load_settings().contracts))


def parents(nodes: DbtNodes, name: str) -> set[str]:
    return {dep.asset_key.to_user_string() for dep in nodes.assets[f"model.helpline.{name}"].deps}


def test_staging_hangs_on_the_sources_whose_contracts_fill_its_table(nodes: DbtNodes) -> None:
    assert parents(nodes, "stg_ad_delivery") >= {"raw/ads"}
    assert not parents(nodes, "stg_ad_delivery") & {"raw/phone", "raw/mail", "raw/web"}
    assert parents(nodes, "stg_contacts") >= {"raw/phone", "raw/mail", "raw/chat"}


def test_no_asset_depends_on_the_watermarks(nodes: DbtNodes) -> None:
    deps = {dep.asset_key for spec in nodes.assets.values() for dep in spec.deps}
    assert dg.AssetKey(["core", "contacts"]) in deps
    assert dg.AssetKey(["core", "watermarks"]) not in deps


def test_every_dbt_test_is_a_blocking_check_that_says_what_its_failure_means(
    nodes: DbtNodes,
) -> None:
    assert {check.name: check.asset_key.to_user_string() for check in nodes.checks.values()} == {
        "every_code_in_core_is_in_its_code_list": "core/victims_by_category_daily",
        "every_day_of_core_is_a_day_of_service": "core/dates",
        "keys_of_core_are_unique": "core/contacts",
        "nothing_that_counts_is_null": "core/contacts_by_channel_daily",
        "published_figures_use_known_names": "core/published_figures",
        "victims_and_referrals_have_their_contact": "core/victims",
        "what_was_received_is_in_core": "core/contacts",
    }
    assert all(check.blocking and check.description for check in nodes.checks.values())


def test_a_mart_shows_its_columns_with_type_and_meaning(nodes: DbtNodes) -> None:
    schema = nodes.assets["model.helpline.yearly_totals"].metadata["dagster/column_schema"]
    first = schema.columns[0]
    assert (first.name, first.type, first.constraints.nullable) == ("year", "integer", False)
    assert all(column.description for column in schema.columns)


def test_all_of_it_needs_no_selection_and_a_part_runs_nothing_else(nodes: DbtNodes) -> None:
    assets = {spec.key for spec in nodes.assets.values()}
    checks = {spec.key for spec in nodes.checks.values()}
    assert nodes.selection(assets, checks) == []
    mart = {dg.AssetKey(["marts", "yearly_totals"])}
    assert nodes.selection(mart, set()) == [
        "--select",
        "yearly_totals",
        "--indirect-selection",
        "empty",
    ]


def event(name: str, status: str, failures: int | None = None) -> dict[str, Any]:
    info = {"unique_id": name, "node_status": status}
    return {"node_info": info, "execution_time": 0.5, "num_failures": failures}


def test_a_failed_dbt_test_is_a_failed_check_with_its_number_of_rows(nodes: DbtNodes) -> None:
    name = next(key for key in nodes.checks if ".keys_of_core_are_unique" in key)
    (result,) = told(nodes, event(name, "fail", 3), {})
    assert isinstance(result, dg.AssetCheckResult)
    assert not result.passed
    assert result.metadata["failing rows"].value == 3


def test_a_model_that_failed_was_not_materialized(nodes: DbtNodes) -> None:
    assert list(told(nodes, event("model.helpline.yearly_totals", "error"), {})) == []
