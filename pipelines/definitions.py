"""Wiring only: settings and contracts become assets, checks, the nightly job and its schedule."""

from functools import cache

import dagster as dg

from pipelines.assets.arrivals import arrival_sensor, failure_alarm
from pipelines.assets.profiled import profile_asset
from pipelines.assets.progress import progress_logger
from pipelines.assets.published import published_assets
from pipelines.assets.raw import raw_assets
from pipelines.assets.tidying import tidy_job
from pipelines.assets.warehouse import warehouse_assets
from pipelines.checks import border_checks
from pipelines.contracts import load_contracts
from pipelines.guard import WRITER, writer_resource
from pipelines.settings import Settings, load_settings
from pipelines.transform import ensure_manifest


def build_definitions(settings: Settings) -> dg.Definitions:
    """Everything that Dagster runs and shows, for one warehouse.

    Raises:
        WrongUse: a contract or a setting is wrong; nothing was loaded.
    """
    contracts = load_contracts(settings.contracts)
    warehouse = warehouse_assets(settings, contracts, ensure_manifest())
    marts = sorted(key for key in warehouse.keys if key.path[0] == "marts")
    nightly = dg.define_asset_job(
        "nightly",
        selection=dg.AssetSelection.all(),
        description="Take what came in, rebuild what it touches, check it, publish it.",
        executor_def=dg.in_process_executor,
        tags={"dagster/retry_strategy": "ALL_STEPS"},  # of a night that was killed
    )
    tidy = tidy_job()
    return dg.Definitions(
        assets=[
            *raw_assets(settings, contracts),
            warehouse,
            *dg.with_source_code_references(published_assets(settings, marts)),
            profile_asset(),
        ],
        asset_checks=border_checks(settings, contracts, marts),
        jobs=[nightly, tidy],
        resources={WRITER: writer_resource(settings)},
        executor=dg.in_process_executor,  # also for assets that are materialized one by one
        loggers={"progress": progress_logger},
        schedules=[
            dg.ScheduleDefinition(
                name="every_night",
                job=nightly,
                cron_schedule="0 4 * * *",  # 02:00 to 03:00 is missing or doubled some nights
                execution_timezone="Europe/Brussels",
                default_status=dg.DefaultScheduleStatus.RUNNING,
                description="After days without power Dagster starts one run, not one per night.",
            ),
            dg.ScheduleDefinition(
                name="every_sunday",
                job=tidy,
                cron_schedule="0 12 * * 0",
                execution_timezone="Europe/Brussels",
                default_status=dg.DefaultScheduleStatus.RUNNING,
            ),
        ],
        sensors=[arrival_sensor(settings, contracts), failure_alarm(settings)],
    )


@dg.definitions
@cache  # Dagster asks twice in one process
def defs() -> dg.Definitions:
    """What the workspace loads: the warehouse of the environment's settings."""
    return build_definitions(load_settings())
