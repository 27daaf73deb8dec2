"""Whole processes, as the operating system counts them, the children that they waited for included.

CPU seconds are user + system. Peak memory is that of the largest single process.
"""

import os
import platform
import subprocess
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

KILOBYTES_PER_MB = 1024
PACKAGES = ("duckdb", "dagster", "dagster-dbt", "dbt-core", "dbt-duckdb", "great-expectations",
            "pandas", "polars", "pyarrow")  # fmt: skip


@dataclass(frozen=True)
class Cost:
    """What one run of a command took."""

    cpu_s: float
    wall_s: float
    memory_mb: float


class CommandFailed(Exception):
    """A measured command ended with an error; its figures would mean nothing."""


def run(command: Sequence[str | Path], environment: Mapping[str, str], log: Path) -> Cost:
    """Run a command to its end and count what it took.

    Args:
        command: program and arguments.
        environment: variables besides those of this process.
        log: file that its output goes to.

    Raises:
        CommandFailed: it ended with an exit code other than 0.
    """
    with log.open("wb") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, env={**os.environ, **environment}, stdout=output, stderr=subprocess.STDOUT
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise CommandFailed(
            f"{' '.join(map(str, command))} ended with {process.returncode}; see {log}"
        )
    return Cost(
        cpu_s=round(usage.ru_utime + usage.ru_stime, 3),
        wall_s=round(wall, 3),
        memory_mb=round(usage.ru_maxrss / KILOBYTES_PER_MB, 1),
    )


def machine() -> dict[str, str]:
    """Processor, cores, memory, Python and the versions of what is measured."""
    described = {
        "processor": _first("/proc/cpuinfo", "model name") or platform.processor(),
        "cores": str(os.cpu_count()),
        "memory": _first("/proc/meminfo", "MemTotal"),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
    }
    return described | {package: version(package) for package in PACKAGES}


def _first(path: str, name: str) -> str:
    file = Path(path)
    lines = file.read_text().splitlines() if file.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(name)), "")
