"""The resource that every step of a run needs: its process is the only writer, and ready.

Dagster makes it once per run, before the first step, and takes it down after the last: so a run
from the UI, the schedule or a sensor holds the warehouse as one from the command line does.
"""

import datetime as dt
from collections.abc import Iterator

import dagster as dg

from pipelines.journal import note
from pipelines.ready import ready
from pipelines.settings import Settings

WRITER = "writer"
BY_HAND = "helpline/by-hand"
"""Tag of a run from the command line, which tells its user itself why it stopped."""
ALIVE = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]
ENDED = {
    dg.DagsterEventType.RUN_SUCCESS,
    dg.DagsterEventType.RUN_FAILURE,
    dg.DagsterEventType.RUN_CANCELED,
}
KILLED = (
    "The process of this run ended without a word: it was killed, or the machine went down. "
    "Readers kept the release they had, and the next run goes on from there."
)


def writer_resource(settings: Settings) -> dg.ResourceDefinition:
    """Hold the warehouse for the whole run; a second run stops here with the holder's name."""

    @dg.resource(description="The only writer of the warehouse, for the whole run.")
    def writer(context: dg.InitResourceContext) -> Iterator[None]:
        own = context.run.run_id if context.run else ""
        with ready(settings, f"run {own[:8]} of the Dagster UI or schedule"):
            if context.instance is not None:
                ended = end_dead_runs(context.instance, own=own)
                if ended:
                    note(settings, f"killed: {ended} runs before this one ended without a word")
            yield

    return writer


def end_dead_runs(
    instance: dg.DagsterInstance, own: str | None = None, begun_before: float | None = None
) -> int:
    """Write down that runs ended whose process was killed; asked only while nobody else writes.

    Dagster would show them as running for good, let no other run begin beside them, and keep their
    place in the pool of writers, for which the next night would wait forever. A run by hand begins
    after it took the lock; one that the daemon is about to start may still wait for it.

    Args:
        own: the run that asks.
        begun_before: leave runs that began later (seconds), which may be about to take the lock.
    """
    ended = 0
    for record in instance.get_run_records(dg.RunsFilter(statuses=ALIVE)):
        run = record.dagster_run
        begun = run.status == dg.DagsterRunStatus.STARTED or BY_HAND in run.tags
        late = begun_before is not None and (record.start_time or 0) > begun_before
        if run.run_id != own and run.job_name != "tidy" and begun and not late:
            ended += write_down_end(instance, run)
    storage = instance.event_log_storage
    for run_id in storage.get_concurrency_run_ids():
        held_by = instance.get_run_by_id(run_id)
        if run_id != own and (held_by is None or held_by.is_finished):
            storage.free_concurrency_slots_for_run(run_id)
    return ended


def write_down_end(instance: dg.DagsterInstance, run: dg.DagsterRun) -> bool:
    """Write down how a run ended that is shown as under way; returns whether it was killed.

    Dagster writes an end in its log first and in its list of runs after: of one that was killed in
    between, this night's or an earlier one that wrote down a death, the log knows already.
    """
    told = instance.all_logs(run.run_id, of_type=ENDED)
    if told and told[-1].dagster_event:
        at = dt.datetime.fromtimestamp(told[-1].timestamp, dt.UTC)
        instance.run_storage.handle_run_event(run.run_id, told[-1].dagster_event, at)
        return False
    instance.report_run_failed(run, message=KILLED)
    return True
