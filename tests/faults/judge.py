"""What must hold after every kill, and what a healed home must equal in the end."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Collection
from pathlib import Path

import dagster as dg
import duckdb

from pipelines.guard import KILLED
from pipelines.integrity import read_manifest, state_of
from pipelines.publish import find_release
from pipelines.publish.folder import current_id
from pipelines.settings import Settings

OF_A_RUN = ("load_number", "changed_at_load", "loaded_at", "run_id", "inode")
"""Columns of raw and staging that say when and by which run a row was made."""
NOT_COMPARED = {"core.watermarks", "state.watermarks", "raw.runs", "staging.stg_touched_days"}
OWN_LIFE = ("dagster", "dbt", "data_docs", "logs", "tmp", "landing", "published")
"""Folders of a home that hold a history of runs; landing and releases are looked at apart."""


def current_is_whole(settings: Settings) -> list[str]:
    """What is wrong with the release that readers use now; nothing is right too before the first.

    It is compared with its MANIFEST.json byte by byte, opened, and every table is read.
    """
    if current_id(settings) is None:
        return []
    release = find_release(settings)
    if release.faults:
        return list(release.faults)
    with duckdb.connect(str(release.database.resolve()), read_only=True) as connection:
        rows = {
            name: connection.execute(f'select count(*) from (from marts."{name}")').fetchall()[0][0]
            for (name,) in connection.execute(
                "select table_name from duckdb_tables() where schema_name = 'marts'"
            ).fetchall()
        }
    return [] if rows == release.tables else ["its tables do not hold the rows of its manifest"]


def differences(settings: Settings, undisturbed: Settings) -> list[str]:
    """In what a healed home differs from one in which nothing ever happened; counts only."""
    faults = current_is_whole(settings)
    # a first night makes a key of its own, and every id with it
    own_key = settings.key_file.read_text() != undisturbed.key_file.read_text()
    left_out = {"contact_key", "value"} if own_key else set()
    with duckdb.connect() as connection:
        for name, home in (("healed", settings), ("expected", undisturbed)):
            connection.execute(f"attach '{home.warehouse}' as {name} (read_only)")
            database = home.current_release.resolve() / "helpline.duckdb"
            connection.execute(f"attach '{database}' as {name}_release (read_only)")
        faults += tables_that_differ(connection, "healed", "expected", left_out)
        faults += tables_that_differ(connection, "healed_release", "expected_release")
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        if state_of(connection) != read_manifest(settings):
            faults.append("the warehouse does not hold what its manifest says")
    return [
        *faults,
        *litter(settings, undisturbed),
        *unfinished_runs(settings),
        *unexplained_deaths(settings),
    ]


def tables_that_differ(
    connection: duckdb.DuckDBPyConnection,
    healed: str,
    expected: str,
    left_out: Collection[str] = (),
) -> list[str]:
    """Tables with rows that the other database lacks, looked at both ways, doubles included.

    Args:
        left_out: columns of raw and core that are not compared.
    """
    tables = columns_of(connection, expected)
    if columns_of(connection, healed) != tables:
        return [f"{healed} does not hold the tables of {expected}"]
    faults = []
    for name, columns in tables.items():
        if name in NOT_COMPARED or name.endswith(".publish_info"):
            continue
        if name.startswith(("raw.", "staging.")):
            columns = [column for column in columns if column not in OF_A_RUN]
        if name.startswith(("raw.", "core.")):
            columns = [column for column in columns if column not in left_out]
        kept = ", ".join(f'"{column}"' for column in columns)
        one, other = (f"select {kept} from {database}.{name}" for database in (healed, expected))
        more, less = (
            connection.execute(f"select count(*) from ({a} except all {b})").fetchall()[0][0]
            for a, b in ((one, other), (other, one))
        )
        if more or less:
            faults.append(f"{healed}.{name}: {more} rows too many, {less} too few")
    return faults


def columns_of(connection: duckdb.DuckDBPyConnection, database: str) -> dict[str, list[str]]:
    """Tables of a database by schema and name, each with its columns."""
    found = connection.execute(
        "select schema_name || '.' || table_name, list(column_name order by column_index) "
        "from duckdb_columns() semi join duckdb_tables() "
        "using (database_name, schema_name, table_name) "
        "where database_name = ? group by all order by all",
        [database],
    ).fetchall()
    return dict(found)


def litter(settings: Settings, undisturbed: Settings) -> list[str]:
    """Files that a killed process left and nobody took away."""

    def outside(home: Path) -> set[str]:
        return {path.name for path in home.iterdir() if path.name not in OWN_LIFE}

    left = outside(settings.home) ^ outside(undisturbed.home)
    hidden = {path.name for path in (settings.published / "releases").glob(".*")}
    scratch = {
        path.name for path in settings.scratch.iterdir() if path.name not in ("reports",)
    } - {path.name for path in undisturbed.scratch.iterdir()}
    return [f"{name} was left or is missing" for name in sorted(left | hidden | scratch)]


def unfinished_runs(settings: Settings) -> list[str]:
    """Runs that Dagster would show as under way for good, and places in its pool still taken."""
    with sqlite3.connect(settings.dagster_home / "history" / "runs.db") as runs:
        open_runs = runs.execute(
            "select count(*) from runs where status not in ('SUCCESS', 'FAILURE', 'CANCELED')"
        ).fetchone()[0]
    with sqlite3.connect(settings.dagster_home / "history" / "runs" / "index.db") as index:
        taken = index.execute(
            "select count(*) from concurrency_slots where run_id is not null"
        ).fetchone()[0]
    faults = [f"{open_runs} runs are shown as under way"] if open_runs else []
    return [*faults, f"{taken} places of the pool are taken"] if taken else faults


def unexplained_deaths(settings: Settings) -> list[str]:
    """Runs that failed and do not say why in the UI; of kills the journal tells too."""
    stories = runs_as_shown(settings)
    faults = [
        f"a run failed and does not say why: {told}"
        for status, told in stories
        if status == "FAILURE" and told != KILLED and "Steps failed" not in told
    ]
    journal = settings.journal.read_text(encoding="utf-8") if settings.journal.exists() else ""
    if ["FAILURE", KILLED] in stories and " killed: " not in journal:
        faults.append("the journal does not say that runs were killed")
    return faults


def runs_as_shown(settings: Settings) -> list[list[str]]:
    """Status of each run as the UI shows it, the newest first, and why it failed if it did."""
    os.environ["DAGSTER_HOME"] = str(settings.dagster_home)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        return [
            [
                run.status.value,
                " ".join(
                    entry.message
                    for entry in instance.all_logs(run.run_id, dg.DagsterEventType.RUN_FAILURE)
                ),
            ]
            for run in instance.get_runs()
        ]


def phase_of(settings: Settings) -> str:
    """Where in the night a killed run was, by what it told Dagster last.

    The log is copied first: opening it would mend it, as only the next night may.
    """
    folder = settings.dagster_home / "history" / "runs"
    shards = [path for path in folder.glob("*.db") if path.name != "index.db"]
    if not shards:
        return "before"
    newest = max(shards, key=lambda path: path.stat().st_mtime_ns)
    with tempfile.TemporaryDirectory() as copy:
        for path in folder.glob(f"{newest.name}*"):
            shutil.copy(path, copy)
        with sqlite3.connect(Path(copy) / newest.name) as log:
            if not log.execute("select 1 from sqlite_master where name = 'event_logs'").fetchone():
                return "before"  # killed while Dagster made the log
            rows = log.execute(
                "select dagster_event_type, step_key from event_logs "
                "where dagster_event_type in ('STEP_START', 'STEP_SUCCESS', 'RUN_SUCCESS') "
                "order by id"
            ).fetchall()
    return phase_after(rows)


def phase_after(events: list[tuple[str, str | None]]) -> str:
    """The phase by the last event: a step that runs, or the one that would have come next."""
    if not events:
        return "before"
    kind, step = events[-1]
    if kind == "RUN_SUCCESS":
        return "after"
    name = (step or "").split("__")[0]
    return {"raw": "ingest", "published": (step or "").split("__")[-1]}.get(name, name)
