"""Old runs leave Dagster's own store, which keeps every event for good otherwise."""

import datetime as dt

import dagster as dg

KEEP_RUNS_DAYS = 400
"""Long enough for the plots of row counts to show the same week of last year."""
AT_A_TIME = 200


def remove_old_runs(instance: dg.DagsterInstance, now: dt.datetime) -> int:
    """Delete the runs that began more than `KEEP_RUNS_DAYS` ago; returns how many."""
    before = now - dt.timedelta(days=KEEP_RUNS_DAYS)
    old = instance.get_run_records(dg.RunsFilter(created_before=before), limit=AT_A_TIME)
    for record in old:
        instance.delete_run(record.dagster_run.run_id)
    return len(old)


def tidy_job() -> dg.JobDefinition:
    """A job of its own: it does not touch the warehouse."""

    @dg.op(description=f"Delete runs older than {KEEP_RUNS_DAYS} days.")
    def old_runs(context: dg.OpExecutionContext) -> None:
        removed = remove_old_runs(context.instance, dt.datetime.now(dt.UTC))
        context.log.info(f"{removed} runs removed")

    @dg.job(
        name="tidy",
        description="Keep Dagster's own store small.",
        executor_def=dg.in_process_executor,
    )
    def tidy() -> None:
        old_runs()

    return tidy
