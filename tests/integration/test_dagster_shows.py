"""What the Dagster UI shows of every asset, looked up in the definitions that it loads."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.freshness import CronFreshnessPolicy, TimeWindowFreshnessPolicy
from dagster._core.scheduler.instigation import InstigatorType, TickStatus

from expectations import BORDERS, rules_of
from pipelines.definitions import build_definitions
from pipelines.night import prepare_dagster_home
from pipelines.settings import Settings
from pipelines.transform import ensure_manifest

LAYERS = {"landing", "raw", "codes", "staging", "core", "marts", "published"}
SOURCES = {"ads", "campaigns", "chat", "mail", "phone", "web"}
HOME = Settings(home=Path("/nonexistent"))


@pytest.fixture(scope="module")
def shown() -> dg.Definitions:
    return build_definitions(HOME)


@pytest.fixture(scope="module")
def specs(shown: dg.Definitions) -> dict[dg.AssetKey, dg.AssetSpec]:
    return {spec.key: spec for spec in shown.resolve_all_asset_specs()}


def test_every_asset_stands_in_the_group_of_its_layer_with_owner_kinds_and_description(
    specs: dict[dg.AssetKey, dg.AssetSpec],
) -> None:
    assert {spec.group_name for spec in specs.values()} == {*LAYERS, "operation"}
    for key, spec in specs.items():
        assert spec.group_name == key.path[0]
        assert spec.owners == ["team:data-engineering"], key
        assert spec.kinds, key
        assert spec.description, key


def test_every_asset_links_to_the_file_that_says_what_it_is(
    specs: dict[dg.AssetKey, dg.AssetSpec],
) -> None:
    for key, spec in specs.items():
        references = spec.metadata["dagster/code_references"]
        assert isinstance(references, dg.CodeReferencesMetadataValue)
        for reference in references.code_references:
            assert isinstance(reference, dg.LocalFileCodeReference)
            assert Path(reference.file_path).is_file(), key


@pytest.mark.parametrize("layer", ["raw", "marts"])
def test_every_table_of_a_layer_shows_its_columns_with_type_and_description(
    specs: dict[dg.AssetKey, dg.AssetSpec], layer: str
) -> None:
    tables = [spec for key, spec in specs.items() if key.path[0] == layer]
    assert len(tables) >= len(SOURCES)
    for spec in tables:
        schema = spec.metadata["dagster/column_schema"]
        assert isinstance(schema, dg.TableSchema)
        assert schema.columns, spec.key
        for column in schema.columns:
            assert column.type, (spec.key, column.name)
            assert column.description, (spec.key, column.name)


def test_a_source_is_late_by_the_rhythm_of_its_contract_and_never_where_it_has_none(
    specs: dict[dg.AssetKey, dg.AssetSpec],
) -> None:
    late = {}
    for source in SOURCES:
        policy = specs[dg.AssetKey(["landing", source])].freshness_policy
        assert policy is None or isinstance(policy, TimeWindowFreshnessPolicy)
        late[source] = policy and policy.fail_window.to_timedelta()
    every_day, every_year = dt.timedelta(days=1 + 1), dt.timedelta(days=366 + 31)
    assert late == {
        "ads": None,
        "campaigns": every_year,
        "chat": every_day,
        "mail": every_day,
        "phone": every_day,
        "web": every_day,
    }


def test_raw_is_fresh_when_the_night_ran_by_six_in_the_morning(
    specs: dict[dg.AssetKey, dg.AssetSpec],
) -> None:
    for source in SOURCES:
        policy = specs[dg.AssetKey(["raw", source])].freshness_policy
        assert isinstance(policy, CronFreshnessPolicy)
        assert (policy.deadline_cron, policy.timezone) == ("0 6 * * *", "Europe/Brussels")


def test_lineage_goes_from_what_came_to_the_release(
    specs: dict[dg.AssetKey, dg.AssetSpec],
) -> None:
    def parents(key: dg.AssetKey) -> set[dg.AssetKey]:
        found = {dep.asset_key for dep in specs[key].deps}
        return found.union(*(parents(parent) for parent in found))

    upstream = parents(dg.AssetKey(["published", "release"]))
    assert {key.path[-1] for key in upstream if key.path[0] == "landing"} == SOURCES
    assert {key for key in specs if key.path[0] in ("raw", "marts")} <= upstream


def test_every_rule_and_every_dbt_test_is_a_check_and_blocks_as_it_says(
    shown: dg.Definitions,
) -> None:
    checks = list(shown.resolve_asset_graph().asset_check_keys)
    by_name = {key.name for key in checks}
    nodes = json.loads(ensure_manifest().read_bytes())["nodes"].values()
    tests = {node["name"] for node in nodes if node["resource_type"] == "test"}
    rules = {rule.name: rule for border in BORDERS for rule in rules_of(border)}
    assert by_name == tests | set(rules)
    specs = shown.resolve_asset_graph()
    for key in checks:
        spec = specs.get_check_spec(key)
        assert spec.description, key
        assert spec.blocking == (key.name in tests or rules[key.name].severity == "blocking"), key


def test_the_night_makes_everything_that_can_be_made_and_judges_all_of_it(
    shown: dg.Definitions,
) -> None:
    graph = shown.resolve_asset_graph()
    layer = shown.resolve_job_def("nightly").asset_layer
    assert set(layer.executable_asset_keys) == set(graph.materializable_asset_keys)
    assert layer.asset_graph.asset_check_keys == graph.asset_check_keys
    assert {key.path[0] for key in graph.materializable_asset_keys} == LAYERS - {"landing"}


def test_every_step_of_the_night_waits_for_the_one_place_of_the_writer(
    shown: dg.Definitions,
) -> None:
    nodes = shown.resolve_job_def("nightly").graph.node_dict.values()
    pools = [node.definition.pools for node in nodes]
    assert len(pools) == len(SOURCES) + len(("border_raw", "warehouse", "border_marts")) + 2
    assert all(pool == {"warehouse"} for pool in pools)


@pytest.fixture
def instance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """Dagster as `helpline ui` and the units start it."""
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DO_NOT_TRACK", "")
    home = prepare_dagster_home(Settings(home=tmp_path))
    with dg.DagsterInstance.from_config(str(home)) as instance:
        yield instance


def test_dagster_calls_nobody_runs_one_night_at_a_time_and_forgets_old_ticks(
    instance: dg.DagsterInstance,
) -> None:
    assert not instance.telemetry_enabled
    assert not instance.nux_enabled  # no form for a newsletter over the first page
    concurrency = instance.get_concurrency_config()
    assert concurrency.run_queue_config is not None
    assert concurrency.run_queue_config.max_concurrent_runs == 1
    assert concurrency.pool_config.default_pool_limit == 1
    assert instance.run_monitoring_enabled
    nights = instance.get_tick_retention_settings(InstigatorType.SCHEDULE)
    looks = instance.get_tick_retention_settings(InstigatorType.SENSOR)
    assert set(nights.values()) == {90}
    assert looks[TickStatus.SKIPPED] == 7  # one a minute


def test_a_night_that_was_killed_is_begun_once_more_and_one_that_the_data_stopped_is_not(
    shown: dg.Definitions, instance: dg.DagsterInstance
) -> None:
    assert instance.run_retries_enabled
    assert instance.run_retries_max_retries == 1
    assert not instance.run_retries_retry_on_asset_or_op_failure
    assert shown.resolve_job_def("nightly").tags["dagster/retry_strategy"] == "ALL_STEPS"
