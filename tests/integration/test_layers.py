"""The written boundary between layers, kept on dbt's own manifest (DESIGN §1.1, §2).

Staging alone reads raw, core reads staging, marts read cubes and small dimensions only.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.dbt_runner import manifest
from tests.integration.raw_world import NOT_AT_NIGHT, World

FACTS = {"contacts", "victims", "referrals"}
MAY_READ = {
    "staging": {"raw", "staging", "state"},
    "core": {"staging", "core", "codes", "state"},
    "marts": {"core", "marts", "codes"},
}


@pytest.fixture(scope="module")
def nodes() -> dict[str, Any]:
    """Every node and source of the dbt project by unique id."""
    return {**manifest().nodes, **manifest().sources}


def models(nodes: dict[str, Any], layer: str) -> Iterator[Any]:
    return (
        node for node in nodes.values() if node.resource_type == "model" and node.schema == layer
    )


def layer_of(node: Any) -> str:
    """The schema, but dbt's own watermarks in schema core apart."""
    return "state" if node.resource_type == "source" and node.schema == "core" else node.schema


@pytest.mark.parametrize("layer", MAY_READ)
def test_a_layer_reads_nothing_but_what_lies_before_it(nodes: dict[str, Any], layer: str) -> None:
    crossing = [
        f"{model.name} reads {nodes[parent].schema}.{nodes[parent].name}"
        for model in models(nodes, layer)
        for parent in model.depends_on.nodes
        if layer_of(nodes[parent]) not in MAY_READ[layer]
    ]
    assert crossing == []


def test_every_model_lies_in_one_of_the_three_layers(nodes: dict[str, Any]) -> None:
    found = {node.schema for node in nodes.values() if node.resource_type == "model"}
    assert found == set(MAY_READ)


def test_no_mart_reads_a_fact(nodes: dict[str, Any]) -> None:
    """A mart on facts would cost more every year; cubes cost the same on any history."""
    reading = [
        f"{model.name} reads core.{nodes[parent].name}"
        for model in models(nodes, "marts")
        for parent in model.depends_on.nodes
        if layer_of(nodes[parent]) == "core" and nodes[parent].name in FACTS
    ]
    assert reading == []


def test_a_warehouse_without_a_delivery_builds_as_described_and_every_claim_holds(
    nodes: dict[str, Any], tmp_path: Path
) -> None:
    world = World(tmp_path)
    world.dbt("build", *NOT_AT_NIGHT)
    built = world.rows(
        "select schema_name || '.' || table_name, list(column_name order by column_name) "
        "from duckdb_columns() where schema_name in ('staging', 'core', 'marts') "
        "and table_name <> 'watermarks' group by 1"
    )
    described = {
        f"{node.schema}.{node.name}": sorted(
            column.name for column in node.columns.values() if column.description
        )
        for node in nodes.values()
        if node.resource_type == "model" and node.description
    }
    assert dict(built) == described

    # the claims of the unit tests need no more than tables of the right shape
    claims = ("test_type:unit,path:models/staging", "test_type:unit,path:models/core")
    world.dbt("test", "--select", *claims)


def test_dbt_runs_at_most_sixty_tests_a_night(nodes: dict[str, Any]) -> None:
    """Each costs some 30 ms of start-up, on a night whose data takes less than a second."""
    assert sum(node.resource_type == "test" for node in nodes.values()) <= 60
