"""Nights without Dagster: files land, are read, judged, built, judged again and released.

The release is only what checks look at: the marts, and the last delivery that it includes.
"""

import json
import shutil
from pathlib import Path

import duckdb

from expectations import RuleResult, run_border
from pipelines.contracts import load_contracts
from pipelines.ingest import begin_run, ingest_source
from pipelines.settings import Settings
from pipelines.transform import run_dbt
from pipelines.warehouse import open_warehouse


def judge_night(settings: Settings, run_id: str) -> list[RuleResult]:
    """One night: what both borders say; released when nothing stops it.

    A failed first border leaves the marts as they were, as in the real night.
    """
    contracts = load_contracts(settings.contracts)
    current = settings.current_release
    release = current.resolve() if current.exists() else None
    with open_warehouse(settings) as connection:
        begin_run(connection, settings, contracts, run_id, "test")
        for contract in contracts:
            ingest_source(connection, settings, contract, run_id)
        results = run_border(connection, "raw", settings, release)
    if any(result.stops_publication for result in results):
        return results
    run_dbt(settings, ["build", "--exclude", "resource_type:unit_test"])
    with open_warehouse(settings) as connection:
        results += run_border(connection, "marts", settings, release)
        if not any(result.stops_publication for result in results):
            keep_release(connection, settings, run_id)
    return results


def keep_release(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    release_id: str,
    until: str = "9999-12-31",
) -> None:
    """Make the marts as they are the current release, which includes deliveries until a day."""
    folder = settings.published / "releases" / release_id
    folder.mkdir(parents=True)
    row = connection.execute(
        "select max(load_number) from raw.deliveries "
        "where coalesce(last_day, loaded_at::date) <= ?",
        [until],
    ).fetchone()
    assert row is not None
    copy_marts(connection, folder / "helpline.duckdb")
    (folder / "MANIFEST.json").write_text(json.dumps({"last_load_number": row[0]}))
    settings.current_release.unlink(missing_ok=True)
    settings.current_release.symlink_to(folder)


def copy_marts(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Write every mart into a database of its own."""
    marts = connection.execute(
        "select table_name from duckdb_tables() where schema_name = 'marts' "
        "and database_name = current_database()"
    ).fetchall()
    connection.execute(f"attach '{database}' as release")
    connection.execute("create schema release.marts")
    for (mart,) in marts:
        connection.execute(f"create table release.marts.{mart} as from marts.{mart}")
    connection.execute("detach release")


def october_world(night: Settings, home: Path) -> Settings:
    """A copy of a finished night whose release ends with October 2020: later deliveries are news.

    The first night took the files source by source; here they came in order of time.
    """
    settings = Settings(home=home, as_of="2021-01-01")
    shutil.copy(night.warehouse, settings.warehouse)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            """
            create temp table came as
            select delivery_id, row_number() over (order by last_day, load_number) as place
            from raw.deliveries;
            update raw.deliveries set load_number = came.place
            from came where came.delivery_id = raw.deliveries.delivery_id
            """
        )
        keep_release(connection, settings, "october", until="2020-10-31")
    return settings


def land(source: Path, settings: Settings, until: float) -> int:
    """Move into landing what the source systems had exported by an instant (POSIX seconds)."""
    landed = 0
    for path in sorted(source.rglob("*")):
        if path.is_file() and path.name != "SAMPLE.json" and path.stat().st_mtime <= until:
            target = settings.landing / path.relative_to(source)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.move(path, target)
            landed += 1
    return landed
