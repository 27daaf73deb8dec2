"""Staging, core and marts: the dbt project as Dagster assets, each dbt test as an asset check.

Which model makes what stands in `dbt_project/`; how dbt is run stands in `pipelines.transform`.
"""

import queue
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage
from dagster_dbt.dbt_manifest import validate_manifest

from pipelines.assets.previews import Facts, facts_of
from pipelines.contracts import Contract
from pipelines.guard import WRITER
from pipelines.settings import Settings
from pipelines.transform import DBT_PROJECT, NOT_AT_NIGHT, run_dbt

RESULT_EVENTS = {"LogModelResult", "LogSeedResult", "LogTestResult"}


class LayerTranslator(DagsterDbtTranslator):
    """Names every node by layer and name, and lets staging depend on the sources that fill it."""

    def __init__(self, contracts: Sequence[Contract]) -> None:
        super().__init__()
        self.sources_of: dict[str, list[dg.AssetKey]] = {}
        for contract in contracts:
            for entity in contract.entities:
                key = dg.AssetKey(["raw", contract.source])
                self.sources_of.setdefault(entity, []).append(key)
        self.all_sources = [dg.AssetKey(["raw", contract.source]) for contract in contracts]

    def get_asset_spec(
        self, manifest: Mapping[str, Any], unique_id: str, project: Any
    ) -> dg.AssetSpec:
        """The node's spec; a raw table is replaced by the sources whose contracts fill it.

        Tables that every source writes (the ledger, the clock) stand for all sources.
        """
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = self.get_resource_props(manifest, unique_id)
        deps: set[dg.AssetKey] = set()
        for dep in spec.deps:
            if dep.asset_key.path[0] == "raw":
                deps.update(self.sources_of.get(dep.asset_key.path[-1], self.all_sources))
            elif dep.asset_key.path[0] != "state":  # the watermarks are no step of the lineage
                deps.add(dep.asset_key)
        source_file = DBT_PROJECT / node["original_file_path"]
        return spec.replace_attributes(
            key=dg.AssetKey([node["schema"], node["name"]]),
            group_name=node["schema"],
            deps=sorted(deps),
            owners=["team:data-engineering"],
            kinds={"dbt", "duckdb"},
        ).merge_attributes(
            metadata={
                "dagster/code_references": dg.CodeReferencesMetadataValue(
                    code_references=[dg.LocalFileCodeReference(file_path=str(source_file))]
                )
            }
        )


def warehouse_assets(
    settings: Settings, contracts: Sequence[Contract], manifest: Path
) -> dg.AssetsDefinition:
    """Every seed, model and test of the dbt project, run by one `dbt build`."""
    translator = LayerTranslator(contracts)

    @dbt_assets(
        manifest=manifest,
        name="warehouse",
        dagster_dbt_translator=translator,
        exclude=NOT_AT_NIGHT,
        pool="warehouse",
        required_resource_keys={WRITER},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        parameters = get_updated_cli_invocation_params_for_context(
            context=context,
            manifest=validate_manifest(manifest),
            dagster_dbt_translator=translator,
            runtime_excludes=[NOT_AT_NIGHT],
        )
        arguments = ["build", *parameters.selection_args]
        for event, facts in stream_dbt(settings, arguments):
            message = DbtCoreCliEventMessage(raw_event=event, event_history_metadata={})
            for told in message.to_default_asset_events(
                manifest=parameters.manifest,
                dagster_dbt_translator=translator,
                context=context,
                target_path=settings.dbt_target,
            ):
                yield told.with_metadata({**told.metadata, **facts}) if facts else told

    return warehouse


def stream_dbt(
    settings: Settings, arguments: Sequence[str]
) -> Iterator[tuple[dict[str, Any], Facts]]:
    """Run dbt in a thread and yield its results, with what the UI shows of each, as they come.

    Raises:
        HelplineError: what `run_dbt` raised, after the last event.
    """
    from dbt_common.events.base_types import EventMsg
    from dbt_common.events.functions import msg_to_dict

    events: queue.Queue[tuple[dict[str, Any], Facts] | None] = queue.Queue()

    def keep(event: EventMsg) -> None:
        if event.info.name in RESULT_EVENTS:
            told = msg_to_dict(event)
            events.put((told, facts_of(told, settings.min_cell)))

    with ThreadPoolExecutor(1, thread_name_prefix="dbt") as thread:
        done = thread.submit(run_dbt, settings, arguments, on_event=keep)
        done.add_done_callback(lambda _: events.put(None))
        while (event := events.get()) is not None:
            yield event
        done.result()
