"""What starts a run beside the schedule, and what tells people that one stopped.

Arrivals look at the file system only: opening the warehouse could be in the way of a run.
"""

import datetime as dt
import time
from collections.abc import Sequence

import dagster as dg

from pipelines.alarm import raise_alarm
from pipelines.assets.outcome import reason
from pipelines.contracts import Contract
from pipelines.guard import BY_HAND, end_dead_runs
from pipelines.ingest.landing import walk
from pipelines.settings import ZONE, Settings
from pipelines.writer import current_writer

NIGHTLY = "nightly"
DAYTIME = range(6, 22)  # local hours; what comes later waits for the schedule at 04:00
STILL_S = 600
"""So long nothing may have arrived any more: deliveries come in several files."""
GRACE_S = 60
"""A run that began so recently may be about to become the writer."""


def arrival_sensor(settings: Settings, contracts: Sequence[Contract]) -> dg.SensorDefinition:
    """Start the night when late or corrected deliveries have come in the daytime."""

    @dg.sensor(
        name="late_deliveries",
        job_name=NIGHTLY,
        minimum_interval_seconds=60,
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="Starts a run ten minutes after the last of some deliveries came, from 06:00 "
        "to 22:00; what comes later is taken by the schedule.",
    )
    def late_deliveries(
        context: dg.SensorEvaluationContext,
    ) -> dg.RunRequest | dg.SkipReason:
        arrived = arrivals(settings, contracts)
        last = context.instance.get_run_records(dg.RunsFilter(job_name=NIGHTLY), limit=1)
        if last and not last[0].dagster_run.is_finished:
            if current_writer(settings) is None and end_dead_runs(
                context.instance, begun_before=time.time() - GRACE_S
            ):
                return dg.SkipReason("A run whose process was killed is written down as failed.")
            return dg.SkipReason("A run is under way.")
        begun = last[0].create_timestamp.timestamp() if last else 0.0
        return judge_arrivals(arrived, begun, time.time())

    return late_deliveries


def arrivals(settings: Settings, contracts: Sequence[Contract]) -> list[float]:
    """When each landing file came here, as seconds; a rename or a copy counts, its export not."""
    found = []
    for contract in contracts:
        for path in walk(settings.landing / contract.source):
            try:
                found.append(path.lstat().st_ctime)
            except OSError:
                continue  # gone again
    return found


def judge_arrivals(
    arrived: Sequence[float], last_run: float, now: float
) -> dg.RunRequest | dg.SkipReason:
    """Whether to start a run, by when files came and when the last run began (seconds)."""
    new = [moment for moment in arrived if moment > last_run]
    if not new:
        return dg.SkipReason("Nothing came since the last run.")
    if dt.datetime.fromtimestamp(now, ZONE).hour not in DAYTIME:
        return dg.SkipReason(f"{len(new)} files wait for the schedule at 04:00.")
    if now - max(new) < STILL_S:
        return dg.SkipReason(f"{len(new)} files came; more may follow within ten minutes.")
    return dg.RunRequest(run_key=f"{len(new)} files until {max(new):.0f}")


def failure_alarm(settings: Settings) -> dg.SensorDefinition:
    """Tell people why a run stopped, one that was killed included."""

    @dg.run_failure_sensor(
        name="failure_alarm",
        default_status=dg.DefaultSensorStatus.RUNNING,
        description="One line in the journal, and a message if a webhook or a mail is configured.",
    )
    def tell(context: dg.RunFailureSensorContext) -> None:
        if BY_HAND not in context.dagster_run.tags:
            entries = context.instance.all_logs(context.dagster_run.run_id)
            events = [entry.dagster_event for entry in entries if entry.dagster_event]
            raise_alarm(settings, f"run {context.dagster_run.run_id[:8]}: {reason(events)}")

    return tell
