"""One night from the command line: the same job that Dagster's schedule starts, in this process."""

import os
import shutil
from pathlib import Path

import dagster as dg

from pipelines import errors
from pipelines.settings import PROJECT, Settings

OWN_ERRORS = {
    kind.__name__: kind for kind in (errors.DataNotPassed, errors.WrongUse, errors.CannotRun)
}


def run_night(settings: Settings) -> dg.ExecuteInProcessResult:
    """Execute the job `nightly` and return its result.

    Raises:
        DataNotPassed: a blocking check or a dbt test failed; nothing was published.
        WrongUse, CannotRun: as the step that stopped said.
    """
    from pipelines.definitions import build_definitions

    prepare_dagster_home(settings)
    job = build_definitions(settings).resolve_job_def("nightly")
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
    if not result.success:
        raise reason(result)
    return result


def prepare_dagster_home(settings: Settings) -> Path:
    """Dagster's folder with its settings, made at the first run; no telemetry from then on."""
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    configuration = settings.dagster_home / "dagster.yaml"
    if not configuration.exists():
        shutil.copy(PROJECT / "pipelines" / "dagster.yaml", configuration)
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home.resolve())
    os.environ["DO_NOT_TRACK"] = "1"
    return settings.dagster_home


def reason(result: dg.ExecuteInProcessResult) -> errors.HelplineError:
    """Why a night stopped, as the error of the first step that failed."""
    for event in result.all_events:
        if event.is_step_failure and event.step_failure_data.error is not None:
            fault = event.step_failure_data.error
            while fault.cause is not None:
                fault = fault.cause
            if fault.cls_name in OWN_ERRORS:
                text = fault.message.partition(": ")[2].strip()
                return OWN_ERRORS[fault.cls_name](text)
            return errors.CannotRun(
                f"Step {event.step_key} stopped with {fault.cls_name}. Nothing was published; the "
                "current release stays. The run's page in the Dagster UI shows where."
            )
    return errors.CannotRun("The night stopped before its first step. `helpline doctor` helps.")
