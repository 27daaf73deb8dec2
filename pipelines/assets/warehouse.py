"""Staging, core and marts: the dbt project as Dagster assets, each dbt test as an asset check.

Which model makes what stands in `dbt_project/`; how dbt is run stands in `pipelines.transform`.
"""

import queue
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.assets.dbt_nodes import DbtNodes, read_dbt_nodes
from pipelines.assets.previews import Facts, facts_of
from pipelines.contracts import Contract
from pipelines.guard import WRITER
from pipelines.settings import Settings
from pipelines.transform import NOT_AT_NIGHT, run_dbt

RESULT_EVENTS = {"LogModelResult", "LogSeedResult", "LogTestResult"}


def warehouse_assets(
    settings: Settings, contracts: Sequence[Contract], manifest: Path
) -> dg.AssetsDefinition:
    """Every seed, model and test of the dbt project, run by one `dbt build`."""
    nodes = read_dbt_nodes(manifest, contracts)

    @dg.multi_asset(
        name="warehouse",
        specs=list(nodes.assets.values()),
        check_specs=list(nodes.checks.values()),
        can_subset=True,
        pool="warehouse",
        required_resource_keys={WRITER},
    )
    def warehouse(context: dg.AssetExecutionContext) -> Iterator[Any]:
        selection = nodes.selection(
            set(context.selected_asset_keys), set(context.selected_asset_check_keys)
        )
        arguments = ["build", "--exclude", NOT_AT_NIGHT, *selection]
        for event, facts in stream_dbt(settings, arguments):
            yield from told(nodes, event["data"], facts)

    return warehouse


def told(nodes: DbtNodes, data: dict[str, Any], facts: Facts) -> Iterator[Any]:
    """What Dagster keeps of a result of dbt: a table that was built, or a test that was judged."""
    name, status = data["node_info"]["unique_id"], data["node_info"]["node_status"]
    took = {"seconds": round(data["execution_time"], 3)}
    if name in nodes.assets and status == "success":
        yield dg.MaterializeResult(asset_key=nodes.assets[name].key, metadata={**took, **facts})
    elif name in nodes.checks and status in ("pass", "fail"):
        check = nodes.checks[name]
        yield dg.AssetCheckResult(
            passed=status == "pass",
            asset_key=check.asset_key,
            check_name=check.name,
            metadata={**took, "failing rows": data["num_failures"]},
        )


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
