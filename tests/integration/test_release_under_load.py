"""Readers of four kinds that never stop, while the night publishes two hundred times."""

import itertools
import multiprocessing
import subprocess
import sys
import time
from collections.abc import Callable
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb
import pandas as pd
import sqlalchemy as sa

from pipelines.publish import publish, releases, rollback
from pipelines.settings import load_settings
from pipelines.warehouse import open_warehouse

FLIPS = 200
BEFORE_ROLLBACK = 120

# Two tables and the identity of the release, each its own read: a mixed release would show.
READS = (
    "select max(night) from marts.first_mart",
    "select min(night) from marts.second_mart",
    "select max(replace(run_id, 'night-', '')::int) from publish_info",
)
Reader = Callable[[Path], list[int]]


def with_duckdb(current: Path) -> list[int]:
    with duckdb.connect(str(current / "helpline.duckdb"), read_only=True) as connection:
        return [connection.execute(sql).fetchall()[0][0] for sql in READS]


def with_sqlalchemy(current: Path) -> list[int]:
    engine = sa.create_engine(
        f"duckdb:///{current / 'helpline.duckdb'}",
        connect_args={"read_only": True},
        poolclass=sa.pool.NullPool,
    )
    with engine.connect() as connection:
        return [connection.execute(sa.text(sql)).scalar_one() for sql in READS]


def with_parquet(current: Path) -> list[int]:
    release = current.resolve()  # one release for all files of one look
    return [
        pd.read_parquet(release / "parquet" / f"{mart}.parquet")["night"].max()
        for mart in ("first_mart", "second_mart")
    ]


def with_the_duckdb_shell(current: Path) -> list[int]:
    shell = Path(sys.executable).with_name("duckdb")
    ended = subprocess.run(
        [shell, "-readonly", "-noheader", "-list", current / "helpline.duckdb", ";".join(READS)],
        capture_output=True,
        text=True,
        check=True,
    )
    return [int(line) for line in ended.stdout.split()]


def read_in_a_loop(reader: Reader, current: Path, log: Path, stop: Event) -> None:
    """Write one line per look: the nights seen by its reads, or the error."""
    with log.open("w") as lines:
        while not stop.is_set():
            try:
                seen = " ".join(str(night) for night in reader(current))
            except Exception as error:  # noqa: BLE001 - whatever happens is what the test is about
                seen = f"error {error}"
            lines.write(seen + "\n")
            lines.flush()
            time.sleep(0.1)  # leaves the writer its share of two cores


def test_readers_see_whole_releases_in_order_through_two_hundred_flips(tmp_path: Path) -> None:
    settings = load_settings(home=tmp_path / "home")
    with open_warehouse(settings) as connection:
        connection.execute(WAREHOUSE)
    publish(settings, "night-0", "abc")

    # someone who never lets go: an answer half read, over every flip
    holder = duckdb.connect(str(settings.current_release / "helpline.duckdb"), read_only=True)
    half_read = holder.execute("select night from marts.second_mart, range(200)")
    assert half_read.fetchone() == (0,)

    spawn = multiprocessing.get_context("spawn")
    stop = spawn.Event()
    readers: list[Reader] = [with_duckdb, with_sqlalchemy, with_parquet, with_the_duckdb_shell]
    logs = [tmp_path / f"{reader.__name__}.log" for reader in readers]
    processes = [
        spawn.Process(target=read_in_a_loop, args=(reader, settings.current_release, log, stop))
        for reader, log in zip(readers, logs, strict=True)
    ]
    for process in processes:
        process.start()
    wait_for_lines(logs, 1)
    for night in range(1, FLIPS + 1):
        with open_warehouse(settings) as connection:
            connection.execute("update marts.first_mart set night = $1", [night])
            connection.execute("update marts.second_mart set night = $1", [night])
        assert publish(settings, f"night-{night}", "abc").is_new
        if night == BEFORE_ROLLBACK:
            rollback(settings)
            wait_for_lines(logs, 3)
    wait_for_lines(logs, 3)
    stop.set()
    for process in processes:
        process.join()

    for log in logs:
        looks = log.read_text().splitlines()
        assert [look for look in looks if look.startswith("error")] == [], log.stem
        assert [look for look in looks if len(set(look.split())) > 1] == [], log.stem
        nights = [int(look.split()[0]) for look in looks]
        steps_back = [(a, b) for a, b in itertools.pairwise(nights) if b < a]
        assert steps_back in ([], [(BEFORE_ROLLBACK, BEFORE_ROLLBACK - 1)]), log.stem
        assert BEFORE_ROLLBACK - 1 in nights, log.stem
        assert nights[-1] == FLIPS, log.stem
        assert len(set(nights)) > 10, log.stem
    assert {row[0] for row in half_read.fetchall()} == {0}
    holder.close()
    assert len(releases(settings)) == settings.keep_releases
    assert [release.faults for release in releases(settings) if release.faults] == []


def wait_for_lines(logs: list[Path], more: int) -> None:
    """Wait until every reader has looked so many times more."""
    enough = {log: lines_of(log) + more for log in logs}
    while any(lines_of(log) < wanted for log, wanted in enough.items()):
        time.sleep(0.05)


def lines_of(log: Path) -> int:
    return log.read_text().count("\n") if log.exists() else 0


WAREHOUSE = """
create schema raw;
create schema codes;
create schema marts;
create table raw.runs (run_id varchar, started_at timestamp, as_of timestamp, is_sample boolean);
create table raw.deliveries (
    load_number bigint, delivery_id bigint, source varchar, status varchar, loaded_at timestamp,
    first_day date, last_day date
);
create table codes.code_lists (
    list varchar, code varchar, position integer, label_nl varchar, label_en varchar
);
create table codes.dimensions (
    dimension varchar, mart varchar, column_name varchar, code_list varchar, label_nl varchar,
    label_en varchar
);
create table marts.first_mart as select 0 as night from range(10);
create table marts.second_mart as select 0 as night from range(5000);
"""
