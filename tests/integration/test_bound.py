"""The hand-written script of the benchmark is a second opinion on every mart.

It shares nothing with contracts, ingest, staging, core or marts; so where both agree, a rule that
one of them got wrong would have to be wrong in the same way twice.
"""

import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from benchmarks.answers import compare_marts
from pipelines.settings import PROJECT, Settings


@pytest.fixture(scope="module", params=["layers", "lean"])
def bound(
    request: pytest.FixtureRequest, sample_home: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Database that the script made of the sample exports."""
    database = tmp_path_factory.mktemp("bound") / "bound.duckdb"
    landing = Settings(home=sample_home).landing
    command = [sys.executable, "-m", "benchmarks.bound", landing, database, request.param]
    subprocess.run(command, cwd=PROJECT, check=True, capture_output=True)
    return database


def test_the_hand_written_script_gives_the_same_marts(bound: Path, night_home: Path) -> None:
    found = compare_marts(Settings(home=night_home).warehouse, bound)
    assert len(found) == 15
    assert {mart: rows for mart, rows in found.items() if rows} == {}


def test_it_refuses_the_same_lines_for_the_same_reasons(bound: Path, night_home: Path) -> None:
    with duckdb.connect() as connection:
        connection.execute(f"attach '{Settings(home=night_home).warehouse}' as ours (read_only)")
        connection.execute(f"attach '{bound}' as theirs (read_only)")
        ours = connection.execute(
            "select source, file_name, line, reason_code from ours.raw.rejects "
            "inner join ours.raw.deliveries using (delivery_id) order by all"
        ).fetchall()
        theirs = connection.execute(
            "select source, file_name, line, reason_code from theirs.ledger.rejects "
            "inner join theirs.ledger.deliveries on delivery = rank order by all"
        ).fetchall()
    assert theirs == ours
    assert len(ours) > 0
