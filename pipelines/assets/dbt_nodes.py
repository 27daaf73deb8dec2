"""The dbt project as Dagster shows it: one asset per seed and model, one check per test.

Read from the manifest that dbt wrote when it parsed the project (`pipelines.transform`). Dagster's
dbt integration does much the same, but imports all of dbt whenever a code location loads.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.contracts import Contract
from pipelines.transform import DBT_PROJECT

Node = Mapping[str, Any]


@dataclass(frozen=True)
class DbtNodes:
    """What dbt builds in a night, by the unique id that dbt's events carry."""

    assets: dict[str, dg.AssetSpec]
    checks: dict[str, dg.AssetCheckSpec]

    def selection(self, assets: set[dg.AssetKey], checks: set[dg.AssetCheckKey]) -> list[str]:
        """Arguments with which dbt builds these and nothing else; none when it is all of them."""
        chosen = [name for name, spec in self.assets.items() if spec.key in assets]
        chosen += [name for name, spec in self.checks.items() if spec.key in checks]
        if len(chosen) == len(self.assets) + len(self.checks):
            return []
        names = sorted(name.split(".")[-1] for name in chosen)
        return ["--select", *names, "--indirect-selection", "empty"]


def read_dbt_nodes(manifest: Path, contracts: Sequence[Contract]) -> DbtNodes:
    """Every seed, model and data test of the project.

    Args:
        manifest: dbt's `manifest.json`.
        contracts: what fills the raw tables. In the lineage a raw table is replaced by the sources
            whose contracts fill it; tables that every source writes (the ledger, the clock) stand
            for all of them.
    """
    content = json.loads(manifest.read_bytes())
    nodes: Mapping[str, Node] = content["nodes"]
    upstream = {
        name: [asset_key(node)] for name, node in nodes.items() if node["resource_type"] != "test"
    } | {name: sources_of(source, contracts) for name, source in content["sources"].items()}
    return DbtNodes(
        assets={
            name: asset_spec(node, upstream)
            for name, node in nodes.items()
            if node["resource_type"] in ("seed", "model")
        },
        checks={
            name: check_spec(node, upstream)
            for name, node in nodes.items()
            if node["resource_type"] == "test"
        },
    )


def asset_key(node: Node) -> dg.AssetKey:
    """A table is named by its layer and its name."""
    return dg.AssetKey([node["schema"], node["name"]])


def sources_of(source: Node, contracts: Sequence[Contract]) -> list[dg.AssetKey]:
    """The assets that stand for a table that dbt reads and does not make."""
    if source["schema"] != "raw":
        return []  # the watermarks are no step of the lineage
    filling = [contract for contract in contracts if source["name"] in contract.entities]
    return [dg.AssetKey(["raw", contract.source]) for contract in filling or contracts]


def asset_spec(node: Node, upstream: Mapping[str, list[dg.AssetKey]]) -> dg.AssetSpec:
    """A seed or model with its lineage, its columns, its SQL and the file it stands in."""
    parents = {key for name in parents_of(node) for key in upstream[name]}
    return dg.AssetSpec(
        asset_key(node),
        deps=sorted(parents),
        description=node["description"] or f"The seed `{node['name']}`.",
        group_name=node["schema"],
        owners=["team:data-engineering"],
        kinds={"dbt", "duckdb"},
        code_version=node["checksum"]["checksum"][:16],
        metadata={
            "dagster/table_name": f"{node['schema']}.{node['name']}",
            "dagster/column_schema": column_schema(node),
            "dagster/code_references": code_reference(node),
            **({"sql": in_code(node["raw_code"])} if node.get("raw_code") else {}),
        },
    )


def check_spec(node: Node, upstream: Mapping[str, list[dg.AssetKey]]) -> dg.AssetCheckSpec:
    """A test, shown on the asset that its `meta.shown_on` names; its header says what it means."""
    parents = {key for name in parents_of(node) for key in upstream[name]}
    shown_on = node["config"]["meta"]["shown_on"]
    asset = next(key for key in parents if key.path[-1] == shown_on)
    header = takewhile(lambda line: line.startswith("--"), node["raw_code"].splitlines())
    return dg.AssetCheckSpec(
        node["name"],
        asset=asset,
        description=" ".join(line.removeprefix("--").strip() for line in header),
        additional_deps=sorted(parents - {asset}),
        blocking=True,
        metadata={"dagster/code_references": code_reference(node)},
    )


def parents_of(node: Node) -> list[str]:
    """What a node reads; seeds say nothing about it."""
    return list(node["depends_on"].get("nodes", ()))


def column_schema(node: Node) -> dg.TableSchema:
    """The columns as the project describes them."""
    return dg.TableSchema(
        [
            dg.TableColumn(
                column["name"],
                column["data_type"] or "",
                column["description"],
                dg.TableColumnConstraints(
                    nullable=all(rule["type"] != "not_null" for rule in column["constraints"])
                ),
            )
            for column in node["columns"].values()
        ]
    )


def code_reference(node: Node) -> dg.CodeReferencesMetadataValue:
    """The file of a node, which the UI links to."""
    path = DBT_PROJECT / node["original_file_path"]
    return dg.CodeReferencesMetadataValue(
        code_references=[dg.LocalFileCodeReference(file_path=str(path))]
    )


def in_code(sql: str) -> dg.MarkdownMetadataValue:
    """SQL as the UI shows it."""
    return dg.MetadataValue.md(f"```sql\n{sql.strip()}\n```")
