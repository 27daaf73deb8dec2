"""What is measured at one scale, each as a command that starts from a state made beforehand.

Making the state (landing folders, a home with history) is not measured.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks import landing

PYTHON = sys.executable
DBT_PROJECT = Path(__file__).parent.parent / "dbt_project"
DBT = Path(sys.executable).with_name("dbt")
ONE_MODEL = "yearly_totals"
ABUNDANT = "16GB"


@dataclass(frozen=True)
class Case:
    """One command; `prepare` makes its state anew, `check` compares its answers with ours."""

    name: str
    command: Sequence[str | Path]
    environment: Mapping[str, str] = field(default_factory=dict)
    prepare: Callable[[], None] = lambda: None
    check: Callable[[], None] = lambda: None


def cases_at(scale: int, work: Path) -> list[Case]:
    """The cases of a scale in the order in which they run; the first makes what others start from.

    Args:
        scale: multiple of the sample.
        work: folder for landing folders, homes and results of the programs.
    """
    history = landing.make_history(work / f"landing-{scale}", scale)
    home, night, quiet = (work / f"{name}-{scale}" for name in ("home", "night", "quiet"))
    day = landing.make_last_day(work / "last-day", work / "landing-whole")
    cases = [
        Case(
            "rebuild",
            [landing.HELPLINE, "run"],
            environment_of(home, landing.LAST_DAY.isoformat()),
            lambda: make_home(home, history),
        ),
        Case(
            "night",
            [landing.HELPLINE, "run"],
            environment_of(night, "2021-01-01"),
            lambda: make_night(night, home, day),
        ),
        Case(
            "quiet night",
            [landing.HELPLINE, "run"],
            environment_of(quiet, landing.LAST_DAY.isoformat()),
            lambda: copy_home(home, quiet),
        ),
        *(bound(form, history, home, work) for form in ("layers", "lean")),
        *(peer(name, history, home, work) for name in ("pandas", "polars")),
    ]
    if scale >= 100:
        free = work / f"free-{scale}"
        cases.append(
            Case(
                "rebuild without a memory limit",
                [landing.HELPLINE, "run"],
                environment_of(free, landing.LAST_DAY.isoformat()) | {"HELPLINE_MEMORY": ABUNDANT},
                lambda: make_home(free, history),
            )
        )
    return cases


def start_up(home: Path) -> list[Case]:
    """Start-up alone: imports, and dbt on one model of a warehouse that stands already."""
    imports = {
        "import dagster, dagster_dbt": "import dagster, dagster_dbt",
        "import great_expectations": "import great_expectations",
        "import duckdb": "import duckdb",
        "import pandas": "import pandas",
        "import polars": "import polars",
    }
    one_model: list[str | Path] = [
        DBT, "run", "--select", ONE_MODEL, "--log-level-file", "none", "--no-version-check",
    ]  # fmt: skip
    environment = {
        "HELPLINE_DBT_DATABASE": str(home / "warehouse.duckdb"),
        "DBT_PROJECT_DIR": str(DBT_PROJECT),
        "DBT_PROFILES_DIR": str(DBT_PROJECT),
        "DBT_TARGET_PATH": str(home / "dbt"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    return [
        *(Case(name, [PYTHON, "-c", statement]) for name, statement in imports.items()),
        Case(
            "dbt run of one model",
            one_model,
            environment,
            # the project is parsed already, as it is for a night
            lambda: _run(one_model, environment),
        ),
    ]


def _run(command: Sequence[str | Path], environment: Mapping[str, str]) -> None:
    subprocess.run(command, env=os.environ | environment, check=True, capture_output=True)


def environment_of(home: Path, as_of: str) -> dict[str, str]:
    """The settings of a night; nothing waits to settle, for nothing is arriving."""
    return {
        "HELPLINE_HOME": str(home),
        "HELPLINE_AS_OF": as_of,
        "HELPLINE_SETTLE_SECONDS": "0",
        "GX_ANALYTICS_ENABLED": "false",
    }


def make_home(home: Path, history: Path) -> None:
    """A fresh home whose landing folder holds the history."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    link_files(history, home / "landing")
    accept_anomalies(home)


def copy_home(base: Path, home: Path) -> None:
    """A home in the state of another; its landing files stay known, so they are links."""
    shutil.rmtree(home, ignore_errors=True)
    home.mkdir(parents=True)
    for part in base.iterdir():
        if part.name == "landing":
            link_files(part, home / "landing")
        else:
            subprocess.run(["cp", "-a", "--reflink=auto", part, home], check=True)


def make_night(home: Path, base: Path, day: Path) -> None:
    """A home with history to which one day has been delivered, expected by its operator."""
    copy_home(base, home)
    subprocess.run(["cp", "-a", f"{day}/.", home / "landing"], check=True)
    accept_anomalies(home)


def link_files(source: Path, target: Path) -> None:
    """The same files in another folder: name, time and inode are what ingest knows them by."""
    subprocess.run(["cp", "-al", source, target], check=True)


def accept_anomalies(home: Path) -> None:
    """What its operator knows beforehand."""
    environment = os.environ | environment_of(home, landing.LAST_DAY.isoformat())
    subprocess.run([PYTHON, "-m", "benchmarks.anomalies"], env=environment, check=True)


def bound(form: str, history: Path, home: Path, work: Path) -> Case:
    """The hand-written script in one of its forms."""
    database = work / f"bound-{form}.duckdb"
    return Case(
        f"bound, {form}",
        [PYTHON, "-m", "benchmarks.bound", history, database, form],
        prepare=lambda: database.unlink(missing_ok=True),
        check=lambda: compare(home, database),
    )


def peer(name: str, history: Path, home: Path, work: Path) -> Case:
    """What an analyst would write with one library."""
    out = work / f"peer-{name}"
    return Case(
        name,
        [PYTHON, "-m", f"benchmarks.peer_{name}", history, out],
        prepare=lambda: shutil.rmtree(out, ignore_errors=True),
        check=lambda: compare(home, out),
    )


def compare(home: Path, theirs: Path) -> None:
    """Stop where answers differ; in a process of its own, for a measured command starts with the
    peak memory of the process that starts it."""
    warehouse = home / "warehouse.duckdb"
    subprocess.run([PYTHON, "-m", "benchmarks.answers", warehouse, theirs], check=True)
