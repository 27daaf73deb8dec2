"""The one way to run dbt: in this process, on this warehouse, silent and offline.

A second Python for dbt costs 1.7 CPU seconds of imports that Dagster's dbt integration has paid
already, so dbt's own programmatic runner is used. Its messages may quote data; they are neither
printed nor kept in a log file, and errors are told by the name of the model alone.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.errors import CannotRun, DataNotPassed
from pipelines.settings import PROJECT, Settings

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

DBT_PROJECT = PROJECT / "dbt_project"
FINGERPRINT = "project.sha256"


def run_dbt(
    settings: Settings,
    arguments: Sequence[str],
    on_event: Callable[["EventMsg"], None] | None = None,
) -> None:
    """Run one dbt command on the warehouse.

    Raises:
        DataNotPassed: a dbt test failed; the message names the tests and how many rows each found.
        CannotRun: a model or the project is broken; the message names the models.
    """
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner

    os.environ.update(dbt_environment(settings))
    try:
        result = dbtRunner(callbacks=[on_event] if on_event else []).invoke([*arguments, *quiet()])
    finally:
        close_connection()
    if result.success:
        return
    if result.exception is not None:
        raise CannotRun(
            f"dbt stopped with {type(result.exception).__name__}. "
            "`dbt parse --project-dir dbt_project --profiles-dir dbt_project` shows its message."
        ) from None
    assert isinstance(result.result, RunExecutionResult), "a command that runs nodes"
    raise explain(result.result)


def close_connection() -> None:
    """Close the connection that dbt's adapter keeps, or the next step could not open its own."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with DuckDBConnectionManager._LOCK:
        environment = DuckDBConnectionManager._ENV
        if environment is not None:
            environment.close()
        DuckDBConnectionManager._ENV = None


def ensure_manifest(settings: Settings) -> Path:
    """The manifest of the dbt project as it stands, parsed anew only when a file of it changed."""
    manifest = settings.dbt_target / "manifest.json"
    known = settings.dbt_target / FINGERPRINT
    found = fingerprint(DBT_PROJECT)
    if not (manifest.exists() and known.exists() and known.read_text() == found):
        settings.dbt_target.mkdir(parents=True, exist_ok=True)
        run_dbt(settings, ["parse"])
        known.write_text(found)
    return manifest


def fingerprint(project: Path) -> str:
    """A hash of every file that dbt parses, by path and content."""
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        if path.is_file() and path.suffix in {".sql", ".yml", ".md", ".csv"}:
            digest.update(str(path.relative_to(project)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def dbt_environment(settings: Settings) -> dict[str, str]:
    """What profiles.yml reads, and where dbt writes: only below HELPLINE_HOME."""
    return {
        "HELPLINE_DBT_DATABASE": str(settings.warehouse.resolve()),
        "HELPLINE_DBT_MEMORY": settings.memory,
        "HELPLINE_DBT_TEMP": str(settings.scratch.resolve()),
        "HELPLINE_DBT_THREADS": str(settings.threads or os.cpu_count() or 1),
        "DBT_PROJECT_DIR": str(DBT_PROJECT),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(settings.dbt_target.resolve()),
        "DBT_LOG_PATH": str(settings.dbt_target.resolve()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def quiet() -> list[str]:
    """Flags with which dbt prints nothing, logs nothing and asks nobody for its version."""
    return ["--log-level", "none", "--log-level-file", "none", "--no-version-check", "--no-print"]


def explain(results: Iterable[Any]) -> CannotRun | DataNotPassed:
    """One message for what failed, by name and count; dbt's own text may quote a record."""
    broken = [result.node.name for result in results if str(result.status) == "error"]
    failed = [
        f"{result.node.name} ({result.failures} rows)"
        for result in results
        if str(result.status) == "fail"
    ]
    if broken:
        return CannotRun(
            f"dbt could not build {', '.join(sorted(broken))}. Raw keeps what came in and the "
            "current release stays. `helpline run` again once the cause is mended."
        )
    return DataNotPassed(
        f"dbt tests failed: {', '.join(sorted(failed))}. Nothing was published; the description "
        "of each test in dbt_project says what its failure means."
    )
