"""`helpline doctor`: what could keep the next night or a reader from working, and the remedy.

It looks at the whole house, hence its place beside the command line and not inside one layer. It
changes nothing and imports no engine but DuckDB, so that it also runs where the night does not.

    finding     what it says of one thing     machine     versions, settings, disk, memory
    data        what a night reads, writes    published   what readers use
"""

from pipelines.doctor import data, machine, published
from pipelines.doctor.finding import Finding, Look
from pipelines.settings import Settings

LOOKS: tuple[Look, ...] = (
    machine.versions,
    machine.time_zone,
    machine.telemetry,
    machine.dagster,
    machine.home,
    data.contracts,
    data.landing,
    machine.disk,
    machine.memory,
    data.warehouse,
    published.pointer,
    published.whole_releases,
)

__all__ = ["Finding", "examine"]


def examine(settings: Settings) -> list[Finding]:
    """Look at everything; each part on its own, so that one fault does not hide another."""
    return [finding for look in LOOKS for finding in look(settings)]
