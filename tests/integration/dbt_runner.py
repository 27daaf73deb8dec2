"""Run dbt in the process of the tests, on a manifest that is parsed once, and say what failed."""

import os
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from pipelines.settings import Settings, load_settings
from pipelines.transform import DBT_PROJECT, close_connection, dbt_environment, load_manifest, quiet

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest


class NodesFailed(Exception):
    """Models or tests of dbt that failed: name → message."""

    def __init__(self, failed: dict[str, str]) -> None:
        super().__init__(str(failed))
        self.names = sorted(failed)


@cache
def manifest(project: Path = DBT_PROJECT) -> "Manifest":
    """A dbt project, parsed once per test process."""
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    if project == DBT_PROJECT:
        return load_manifest()
    set_environment(load_settings(home=Path(mkdtemp(prefix="helpline-dbt-"))), project)
    parsed = dbtRunner().invoke(["parse", *quiet()]).result
    assert isinstance(parsed, Manifest)
    return parsed


def set_environment(settings: Settings, project: Path) -> None:
    """What dbt reads from the environment, for another copy of the project too."""
    os.environ.update(dbt_environment(settings))
    os.environ.update(DBT_PROJECT_DIR=str(project), DBT_PROFILES_DIR=str(project))


def run_in_process(
    settings: Settings, arguments: Iterable[str], project: Path = DBT_PROJECT
) -> None:
    """Run dbt here on a manifest that is parsed already.

    Raises:
        NodesFailed: a model or test did not pass; it names them.
    """
    from dbt.cli.main import dbtRunner

    known = manifest(project)
    set_environment(settings, project)
    result = dbtRunner(manifest=known).invoke([*arguments, *quiet()])
    close_connection()
    if not result.success:
        results = getattr(result.result, "results", [])
        raise NodesFailed(
            {each.node.name: each.message for each in results if each.status in ("error", "fail")}
            or {"dbt": str(result.exception)}
        )
