"""What a night prints while it runs: one line per asset or check, counts and names only."""

import logging
import sys

import dagster as dg

from pipelines.profile import BETWEEN, Profile, running

QUIET_LAYERS = {"landing", "staging", "core", "codes"}  # the lines of the others say enough


class ProgressHandler(logging.Handler):
    """Turns Dagster's structured events into lines that a person reads."""

    def emit(self, record: logging.LogRecord) -> None:
        """Print the event of a record, if a reader of the terminal cares about it."""
        event: dg.DagsterEvent | None = getattr(record, "dagster_meta", {}).get("dagster_event")
        if event is not None and (profile := running()):
            follow(profile, event)
        if event is not None and (line := describe(event)):
            print(line, file=sys.stderr, flush=True)  # noqa: T201 - the terminal is its purpose


def follow(profile: Profile, event: dg.DagsterEvent) -> None:
    """Tell the profile of a night which step begins or has ended."""
    if event.event_type == dg.DagsterEventType.STEP_START:
        profile.enter(event.step_key or "")
    elif event.event_type in STEP_ENDS:
        profile.enter(BETWEEN)


def describe(event: dg.DagsterEvent) -> str | None:
    """The line for one event, or None."""
    if event.is_step_materialization:
        materialization = event.step_materialization_data.materialization
        layer, name = materialization.asset_key.path[0], materialization.asset_key.path[-1]
        if layer in QUIET_LAYERS or layer == "marts":
            return None
        counts = ", ".join(
            f"{label} {value.value:,}"
            for label, value in materialization.metadata.items()
            if isinstance(value, dg.IntMetadataValue) and value.value and label in SHOWN
        )
        return f"  {layer}/{name}: {counts or 'nothing new'}"
    if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
        check = event.asset_check_evaluation_data
        if check.passed:
            return None
        verdict = "warning" if check.severity == dg.AssetCheckSeverity.WARN else "FAILED"
        return f"  {verdict}: {check.check_name} on {'/'.join(check.asset_key.path)}"
    if event.event_type == dg.DagsterEventType.STEP_START:
        return STEPS.get(event.step_key or "")
    return None


STEP_ENDS = (dg.DagsterEventType.STEP_SUCCESS, dg.DagsterEventType.STEP_FAILURE)
SHOWN = (
    "deliveries_loaded",
    "deliveries_refused",
    "deliveries_held",
    "rows_loaded",
    "rows_rejected",
    "files",
    "bytes",
)
STEPS = {
    "warehouse": "dbt builds staging, core and marts …",
    "border_raw": "checks at border 1 …",
    "border_marts": "checks at border 2 …",
}


@dg.logger({}, description="One line per asset or check on stderr.")
def progress_logger(_context: dg.InitLoggerContext) -> logging.Logger:
    """The night's logger, used by the CLI and the UI alike."""
    logger = logging.Logger("helpline.progress", level=logging.DEBUG)
    logger.addHandler(ProgressHandler())
    return logger
