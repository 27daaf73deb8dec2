"""The resource that every step of a run needs: its process is the only writer, and ready.

Dagster makes it once per run, before the first step, and takes it down after the last: so a run
from the UI, the schedule or a sensor holds the warehouse as one from the command line does.
"""

from collections.abc import Iterator

import dagster as dg

from pipelines.ready import ready
from pipelines.settings import Settings

WRITER = "writer"


def writer_resource(settings: Settings) -> dg.ResourceDefinition:
    """Hold the warehouse for the whole run; a second run stops here with the holder's name."""

    @dg.resource(description="The only writer of the warehouse, for the whole run.")
    def writer(context: dg.InitResourceContext) -> Iterator[None]:
        run = context.run_id[:8] if context.run_id else ""
        with ready(settings, f"run {run} of the Dagster UI or schedule"):
            yield

    return writer
