"""One night from the command line: the same job that Dagster's schedule starts, in this process."""

import datetime as dt
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg

from pipelines.alarm import raise_alarm
from pipelines.assets.outcome import reason
from pipelines.assets.profiled import profile_of_night
from pipelines.assets.tidying import remove_old_runs
from pipelines.contracts import load_contracts
from pipelines.errors import HelplineError, WrongUse
from pipelines.guard import BY_HAND
from pipelines.ingest.repair import Selection, read_again
from pipelines.ingest.tables import create_raw_tables
from pipelines.journal import note
from pipelines.profile import running
from pipelines.ready import ready
from pipelines.room import full_disk_told
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import open_warehouse

DELIVERY_COUNTS = ("deliveries_loaded", "deliveries_refused", "deliveries_held")


@dataclass(frozen=True)
class Night:
    """What a finished night did."""

    news: bool  # whether any delivery was loaded, refused or held
    release_id: str  # the release that readers use now
    is_new_release: bool


def run_night(settings: Settings, again: Selection | None = None) -> Night:
    """Execute the job `nightly` in this process, as the only writer; tell people if it stops.

    Args:
        again: deliveries to read again from landing first.

    Raises:
        DataNotPassed: a blocking check or a dbt test failed; nothing was published.
        WrongUse, CannotRun: as the step that stopped said, or another process writes.
    """
    try:
        return execute(settings, again)
    except HelplineError as fault:
        raise_alarm(settings, str(fault))
        raise


def execute(settings: Settings, again: Selection | None) -> Night:
    """The night itself; what stops it may come before Dagster does."""
    from pipelines.definitions import build_definitions

    with full_disk_told(), ready(settings):
        prepare_dagster_home(settings)
        job = build_definitions(settings).resolve_job_def("nightly")
        if again is not None:
            read_again_first(settings, again)
        with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
            with full_disk_told():  # Dagster's own store may be the first to find it so
                result = job.execute_in_process(
                    instance=instance,
                    raise_on_error=False,
                    run_config={"loggers": {"progress": {}}},
                    tags={BY_HAND: "yes"},
                )
            remove_old_runs(instance, dt.datetime.now(dt.UTC))
            if profile := running():
                profile.keep(settings, result.run_id)
                instance.report_runless_asset_event(profile_of_night(profile))
        if not result.success:
            raise reason(result.all_events)
        return summarise(result)


def read_again_first(settings: Settings, again: Selection) -> None:
    """Let the night read the selected deliveries again, and say how many.

    Raises:
        WrongUse: the selection names what does not exist.
    """
    sources = [contract.source for contract in load_contracts(settings.contracts)]
    if again.source is not None and again.source not in sources:
        raise WrongUse(f"There is no source of that name. Sources: {', '.join(sources)}.")
    with open_warehouse(settings) as connection:
        create_raw_tables(connection)
        files, kept = read_again(connection, settings, again)
    gone = f"; {kept} deliveries stay as they are, their files have gone" if kept else ""
    note(settings, f"repair: {files} files are read again{gone}")


def summarise(result: dg.ExecuteInProcessResult) -> Night:
    """Read from the materializations of a run what is worth telling its user."""
    seen = 0
    release: dict[str, Any] = {}
    for event in result.get_asset_materialization_events():
        materialization = event.step_materialization_data.materialization
        values: dict[str, Any] = {
            name: value.value for name, value in materialization.metadata.items()
        }
        seen += sum(values.get(name, 0) for name in DELIVERY_COUNTS)
        if materialization.asset_key.path[-1] == "release":
            release = values
    return Night(
        news=seen > 0,
        release_id=str(release["release"]),
        is_new_release=bool(release["is_new"]),
    )


def prepare_dagster_home(settings: Settings) -> Path:
    """Dagster's folder with its settings, made at the first run; no telemetry from then on."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    configuration = settings.dagster_home / "dagster.yaml"
    if not configuration.exists():
        shutil.copy(PROJECT / "pipelines" / "dagster.yaml", configuration)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home.resolve())
    os.environ["DO_NOT_TRACK"] = "1"
    return settings.dagster_home
