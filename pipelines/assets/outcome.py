"""From the events of a run to what a person is told: why it stopped.

The command line and the alarm of the daemon say the same, whichever of them started the run.
"""

from collections.abc import Iterable

import dagster as dg

from pipelines import errors
from pipelines.integrity import WarehouseChanged
from pipelines.room import DISK_FULL, is_full_disk
from pipelines.warehouse import Unreadable

PUBLISHES = "published__release"
"""The step that turns the pointer of the readers; whatever stops before it changed nothing."""
OWN_ERRORS: dict[str, type[errors.HelplineError]] = {
    "DataNotPassed": errors.DataNotPassed,
    "WrongUse": errors.WrongUse,
    "CannotRun": errors.CannotRun,
    WarehouseChanged.__name__: errors.CannotRun,
    Unreadable.__name__: errors.CannotRun,
}


def reason(events: Iterable[dg.DagsterEvent]) -> errors.HelplineError:
    """Why a run stopped: the blocking checks that failed, or the first step that stopped."""
    events = list(events)
    failed = [
        check
        for event in events
        if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION
        and not (check := event.asset_check_evaluation_data).passed
        and check.severity == dg.AssetCheckSeverity.ERROR
    ]
    if failed:
        return errors.DataNotPassed(
            "the data did not pass; nothing was published and the current release stays.\n"
            + "\n".join(f"  {in_a_line(check)}" for check in failed)
            + "\n`helpline check` shows the figures behind each, and what to do next."
        )
    for event in events:
        if event.is_step_failure:
            fault, where = event.step_failure_data.error, f"Step {event.step_key}"
        elif event.event_type == dg.DagsterEventType.RUN_FAILURE:
            # nothing is known of a run that others wrote down as failed: its process is gone
            fault = event.job_failure_data.error if event.event_specific_data else None
            where = "The run"
        else:
            continue
        while fault is not None and fault.cause is not None:
            fault = fault.cause
        if fault is None or fault.cls_name is None:
            continue
        if fault.cls_name == "DagsterExecutionInterruptedError":
            return errors.CannotRun(
                f"The night was stopped. {what_readers_have(events)} "
                "The next run goes on from there."
            )
        if is_full_disk(fault.message):
            return errors.CannotRun(DISK_FULL)
        if fault.cls_name in OWN_ERRORS:
            return OWN_ERRORS[fault.cls_name](fault.message.partition(": ")[2].strip())
        return errors.CannotRun(
            f"{where} stopped with {fault.cls_name}. {what_readers_have(events)} The run's page in "
            "the Dagster UI shows where."
        )
    return errors.CannotRun(
        "The process of the night ended without a word. The next run goes on from there; "
        "`helpline doctor` says what could keep it from that."
    )


def what_readers_have(events: Iterable[dg.DagsterEvent]) -> str:
    """Whether the release that readers had before still is the current one, as far as is known."""
    if any(event.is_step_start and event.step_key == PUBLISHES for event in events):
        return "`helpline releases` shows which release readers have now."
    return "Nothing was published; the current release stays."


def in_a_line(check: dg.AssetCheckEvaluation) -> str:
    """A check that failed; of its description the first line, the rest is a table for the UI."""
    name = f"{check.check_name} on {'/'.join(check.asset_key.path)}"
    verdict = (check.description or "").partition("\n")[0]
    return f"{name}: {verdict}" if verdict else name
