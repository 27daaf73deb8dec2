"""A profile says which part of a night its CPU time belongs to, and costs nothing unless asked."""

import json
from pathlib import Path

import duckdb

from pipelines.profile import BETWEEN, START_UP, Profile, profiled, running, timed
from pipelines.settings import load_settings
from pipelines.warehouse import open_warehouse

WORK = "select sum(range) from range(200000)"


def test_statements_count_for_the_part_in_which_they_ran(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path)
    with profiled() as profile:
        profile.enter("raw__phone")
        with open_warehouse(settings) as connection:
            assert connection.execute(WORK).fetchall() == [(19999900000,)]
        profile.enter(BETWEEN)
        profile.enter("border_raw")
        sum(range(200000))
        kept = json.loads(profile.keep(settings, "one run").read_text())
    parts = {part["name"]: part for part in kept["parts"]}
    assert list(parts) == [START_UP, "raw__phone", BETWEEN, "border_raw"]
    assert parts["raw__phone"]["duckdb_s"] > 0
    assert [part["name"] for part in kept["parts"] if part["duckdb_s"]] == ["raw__phone"]
    assert all(part["cpu_s"] >= part["duckdb_s"] for part in kept["parts"])


def test_a_step_that_comes_twice_is_one_part_and_the_whole_is_their_sum() -> None:
    profile = Profile()
    for _ in range(2):
        profile.enter("warehouse")
        profile.enter(BETWEEN)
    profile.nodes = {"contacts": 2.0, "figures": 3.0}
    *parts, whole, dearest, next_one = profile.lines(nodes=2)
    assert [line.split("  ")[0] for line in parts[1:]] == [START_UP, "warehouse", BETWEEN]
    assert whole.startswith("whole process")
    assert [line.split()[1] for line in (dearest, next_one)] == ["figures", "contacts"]


def test_without_a_profile_a_connection_is_itself() -> None:
    with duckdb.connect() as connection:
        assert running() is None
        assert timed(connection) is connection
