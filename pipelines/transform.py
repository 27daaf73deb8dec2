"""The one way to run dbt: in this process, on this warehouse, silent and offline.

A second Python for dbt costs 1.7 CPU seconds of imports that Dagster's dbt integration has paid
already, so dbt's own programmatic runner is used. Its messages may quote data; they are neither
printed nor kept in a log file, and errors are told by the name of the model alone.
"""

import contextlib
import hashlib
import importlib.metadata
import multiprocessing
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipelines.deferred import defer
from pipelines.errors import CannotRun, DataNotPassed, HelplineError, WrongUse
from pipelines.profile import running
from pipelines.room import DISK_FULL, full_disk_told, is_full_disk
from pipelines.settings import PROJECT, Settings, load_settings
from pipelines.warehouse import BLOCK_SIZE, CHECKPOINT, open_warehouse, threads

if TYPE_CHECKING:
    import duckdb
    from dbt.contracts.graph.manifest import Manifest
    from dbt_common.events.base_types import EventMsg

DBT_PROJECT = PROJECT / "dbt_project"
BUILD = PROJECT / "build"
PARSED = "partial_parse.msgpack"
NOT_AT_NIGHT = "resource_type:unit_test"
"""Unit tests prove the code and not the data: CI runs them."""


def run_dbt(
    settings: Settings,
    arguments: Sequence[str],
    on_event: Callable[["EventMsg"], None] | None = None,
) -> None:
    """Run one dbt command on the warehouse.

    Raises:
        DataNotPassed: a dbt test failed; the message names the tests and how many rows each found.
        WrongUse: a name that a person wrote (a code, a published figure) does not exist.
        CannotRun: a model or the project is broken; the message names the models.
    """
    keep_to_one_process()
    defer("daff")
    from dbt.artifacts.schemas.run import RunExecutionResult
    from dbt.cli.main import dbtRunner

    manifest = load_manifest()  # before the environment is set: parsing has one of its own
    os.environ.update(dbt_environment(settings))
    try:
        callbacks = [on_event] if on_event else []
        if profile := running():
            callbacks.append(profile.follow_dbt)
        runner = dbtRunner(manifest, callbacks=callbacks)
        result = runner.invoke([*arguments, *quiet()])
    finally:
        close_connection()
    if result.success:
        return
    if result.exception is not None:
        with full_disk_told():
            raise cannot_parse(result.exception) from result.exception
    assert isinstance(result.result, RunExecutionResult), "a command that runs nodes"
    raise explain(settings, result.result)


def keep_to_one_process() -> None:
    """Have dbt make locks for threads of this process, before any of its modules makes one.

    Locks for spawned processes, which dbt never starts here, start a second Python to guard them.
    """
    from dbt import mp_context

    mp_context._MP_CONTEXT = multiprocessing.get_context("fork")  # type: ignore[assignment]


def close_connection() -> None:
    """Close the connection that dbt's adapter keeps, or the next step could not open its own."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    with DuckDBConnectionManager._LOCK:
        environment = DuckDBConnectionManager._ENV
        if environment is not None:
            environment.close()
        DuckDBConnectionManager._ENV = None


@contextlib.contextmanager
def own_connection() -> Iterator["duckdb.DuckDBPyConnection"]:
    """A cursor on the connection of a dbt command that is running in this process."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    environment = DuckDBConnectionManager._ENV
    assert environment is not None, "only while dbt runs"
    handle = environment.handle()
    try:
        yield handle.cursor()
    finally:
        handle.close()


def ensure_manifest() -> Path:
    """Path of the manifest of the dbt project as it stands, parsed when a file of it changed.

    Parsing costs more than a night without news, and says nothing about any warehouse: `make` does
    it once at installation, below `build/`, under a name that is the hash of what was parsed.
    """
    parsed = BUILD / f"dbt-{fingerprint(DBT_PROJECT)}"
    if not (parsed / PARSED).exists():
        parse(parsed)
    return parsed / "manifest.json"


def parse(parsed: Path) -> None:
    """Parse the project into a folder that appears whole or not at all."""
    from dbt.cli.main import dbtRunner

    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="parsing-") as folder:
        os.environ.update(dbt_environment(load_settings(home=Path(folder))))
        result = dbtRunner().invoke(["parse", "--target-path", folder, *quiet()])
        close_connection()
        if result.exception is not None:
            raise cannot_parse(result.exception)
        whole = Path(folder) / "whole"
        whole.mkdir()
        for name in ("manifest.json", PARSED):
            (Path(folder) / name).rename(whole / name)
        for outdated in BUILD.glob("dbt-*"):
            shutil.rmtree(outdated, ignore_errors=True)
        with contextlib.suppress(FileExistsError, OSError):  # another process was first
            whole.rename(parsed)


def load_manifest() -> "Manifest":
    """The parsed project as dbt's own object, with which a run need not parse again."""
    from dbt.contracts.graph.manifest import Manifest
    from dbt.parser.manifest import extended_mashumuro_decoder

    packed = (ensure_manifest().parent / PARSED).read_bytes()
    manifest: Manifest = Manifest.from_msgpack(packed, decoder=extended_mashumuro_decoder)
    manifest.build_flat_graph()  # type: ignore[no-untyped-call]  # dbt types it not
    return manifest


def fingerprint(project: Path) -> str:
    """A hash of dbt's version and of every file that it parses, by path and content."""
    digest = hashlib.sha256(importlib.metadata.version("dbt-core").encode())
    for path in sorted(project.rglob("*")):
        if path.is_file() and path.suffix in {".sql", ".yml", ".md", ".csv"}:
            digest.update(str(path.relative_to(project)).encode() + b"\0")
            digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def cannot_parse(error: BaseException) -> CannotRun:
    """The project itself is broken: its files hold no data, so dbt's command may say more."""
    return CannotRun(
        f"dbt stopped with {type(error).__name__}. "
        "`dbt parse --project-dir dbt_project --profiles-dir dbt_project` shows its message."
    )


def dbt_environment(settings: Settings) -> dict[str, str]:
    """What profiles.yml reads, and where dbt writes: only below HELPLINE_HOME."""
    return {
        "HELPLINE_DBT_DATABASE": str(settings.warehouse.resolve()),
        "HELPLINE_DBT_MEMORY": settings.memory,
        "HELPLINE_DBT_TEMP": str(settings.scratch.resolve()),
        "HELPLINE_DBT_BLOCK_SIZE": str(BLOCK_SIZE),
        "HELPLINE_DBT_CHECKPOINT": CHECKPOINT,
        "HELPLINE_DBT_THREADS": str(threads(settings)),
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


def explain(settings: Settings, results: Iterable[Any]) -> HelplineError:
    """One message for what failed, by name and count; dbt's own text may quote a record."""
    broken = [result.node.name for result in results if str(result.status) == "error"]
    failing = [result for result in results if str(result.status) == "fail"]
    failed = [f"{result.node.name} ({result.failures} rows)" for result in failing]
    misused = [result for result in failing if result.node.config.meta.get("wrong_use")]
    if any(is_full_disk(str(result.message)) for result in results if result.message):
        return CannotRun(DISK_FULL)
    if broken:
        return CannotRun(
            f"dbt could not build {', '.join(sorted(broken))}. Raw keeps what came in and the "
            "current release stays. `helpline run` again once the cause is mended."
        )
    if misused:
        return WrongUse(
            f"{'; '.join(fault for result in misused for fault in faults(settings, result))}. "
            f"dbt_project/tests says under {misused[0].node.name} what to mend. "
            "Nothing was published; `helpline run` again."
        )
    return DataNotPassed(
        f"dbt tests failed: {', '.join(sorted(failed))}. Nothing was published; the description "
        "of each test in dbt_project says what its failure means."
    )


def faults(settings: Settings, result: Any) -> list[str]:
    """What a test of names found: its rows hold codes and names of figures, never a record's value.

    The first twenty; a test says so itself by `meta.wrong_use`.
    """
    with open_warehouse(settings, read_only=True) as connection:
        found = connection.execute(f"from ({result.node.compiled_code}\n) limit 20")
        names = [column[0] for column in found.description]
        return [
            ", ".join(f"{name} {value}" for name, value in zip(names, row, strict=True))
            for row in found.fetchall()
        ]


if __name__ == "__main__":
    ensure_manifest()
