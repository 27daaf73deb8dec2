"""Landing: what the source systems delivered, one external asset per source.

Nothing here is run: the night tells Dagster what came. So a raw asset is fresh when the night ran,
and a landing asset when its source delivered; which day is missing stands in the check
`due_delivery` and in `marts.data_completeness`.
"""

import datetime as dt
from collections.abc import Sequence

import dagster as dg
import duckdb

from pipelines.contracts import Contract
from pipelines.ingest import Delivery
from pipelines.settings import Settings

DAYS = {"day": 1, "week": 7, "month": 31, "year": 366}

MOVES_ON = """
with seen as (
    select run_id = $run as is_new, sha256, last_day
    from raw.deliveries
    where source = $source and status = 'loaded'
),
before as (select max(last_day) as newest from seen where not is_new)
select max(last_day) >= coalesce(any_value(newest), max(last_day))
from seen, before
where is_new and sha256 not in (select sha256 from seen where not is_new)
"""  # a file that is read again, say after its contract changed, is nothing new


def landing_key(contract: Contract) -> dg.AssetKey:
    """The deliveries of a source."""
    return dg.AssetKey(["landing", contract.source])


def landing_assets(settings: Settings, contracts: Sequence[Contract]) -> list[dg.AssetSpec]:
    """The landing folder of every source, with the rhythm in which its contract expects files."""
    return [
        dg.AssetSpec(
            key=landing_key(contract),
            group_name="landing",
            description=f"Files that came into landing/{contract.source}/. {due(contract)}",
            kinds={contract.format, "file"},
            owners=["team:data-engineering"],
            freshness_policy=freshness(contract),
            metadata={
                "folder": dg.MetadataValue.path(str(settings.landing / contract.source)),
                "dagster/code_references": dg.CodeReferencesMetadataValue(
                    code_references=[dg.LocalFileCodeReference(file_path=str(contract.path))]
                ),
            },
        )
        for contract in contracts
    ]


def due(contract: Contract) -> str:
    """When deliveries of a source are due, as its contract says."""
    schedule = contract.schedule
    if schedule.rhythm is None:
        return "None is ever due: whatever comes is taken."
    return (
        f"One is due for every {schedule.rhythm} from {schedule.due_from}, "
        f"{schedule.due_after_days} day{'s' * (schedule.due_after_days > 1)} after its end."
    )


def freshness(contract: Contract) -> dg.FreshnessPolicy | None:
    """Late is a source that let its rhythm and its latency pass without anything new."""
    schedule = contract.schedule
    if schedule.rhythm is None:
        return None
    return dg.FreshnessPolicy.time_window(
        fail_window=dt.timedelta(days=DAYS[schedule.rhythm] + schedule.due_after_days)
    )


def arrival(
    connection: duckdb.DuckDBPyConnection,
    contract: Contract,
    run_id: str,
    deliveries: Sequence[Delivery],
) -> dg.AssetMaterialization | dg.AssetObservation | None:
    """What Dagster is told of a source that delivered: new days, or a correction of old ones.

    A correction is an observation, which leaves the freshness of the source as it was.
    """
    moves_on = connection.execute(MOVES_ON, {"run": run_id, "source": contract.source}).fetchall()
    if moves_on[0][0] is None:
        return None
    loaded = [delivery for delivery in deliveries if delivery.status == "loaded"]
    event = dg.AssetMaterialization if moves_on[0][0] else dg.AssetObservation
    return event(
        asset_key=landing_key(contract),
        metadata={
            "files": len(loaded),
            "bytes": sum(delivery.bytes for delivery in loaded),
            "first_day": str(min((d.first_day for d in loaded if d.first_day), default="")),
            "last_day": str(max((d.last_day for d in loaded if d.last_day), default="")),
        },
    )
