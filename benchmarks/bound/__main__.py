"""Run the bound: `python -m benchmarks.bound LANDING DATABASE {lean,layers}`.

Lists and hashes the files, hands them to the scripts beside it and says on stdout, as JSON, how
many CPU seconds each script took.
"""

import argparse
import datetime as dt
import hashlib
import json
import os
import re
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb

from benchmarks.landing import SERVICE_START, covered

HERE = Path(__file__).parent
CODE_LISTS = HERE.parent.parent / "dbt_project" / "seeds" / "code_lists.csv"
SOURCES = ("phone", "mail", "chat", "web", "campaigns", "ads")
# our contract lets advertising be delivered before it is due, which is never
EARLIEST = {"ads": dt.date(2000, 1, 1)}
SITE = re.compile(r"matomo_([a-z]+)_")
SCRIPTS = {
    "lean": ("codes", "read", "small", "ledger", "lean", "completeness", "marts"),
    "layers": ("codes", "read", "small", "ledger", "layers", "cubes", "completeness", "marts"),
}
CODED = (
    "channel", "contact_kind", "relation", "contact_age_group", "sex", "anonymous", "category",
    "violence_form", "age_band", "context", "outcome",
)  # fmt: skip
HMAC_BLOCK = 64
QUOTE = "'"


def main() -> None:
    """Read the arguments, run the scripts, report their CPU seconds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("landing", type=Path)
    parser.add_argument("database", type=Path)
    parser.add_argument("form", choices=tuple(SCRIPTS))
    chosen = parser.parse_args()
    memory = os.environ.get("HELPLINE_MEMORY", "1500MB")
    with duckdb.connect(str(chosen.database), config={"memory_limit": memory}) as connection:
        spent = {"files": cpu_of(partial(list_deliveries, connection, chosen.landing))}
        for schema in ("marts", "ledger", "raw", "core"):
            connection.execute(f"create schema {schema}")
        if chosen.form == "layers":
            connection.execute("set search_path = 'main,core'")
        for script in SCRIPTS[chosen.form]:
            text = (HERE / f"{script}.sql").read_text(encoding="utf-8")
            spent[script] = cpu_of(partial(connection.execute, text))
            if script == "codes":
                make_codes(connection)
    json.dump(spent, sys.stdout)


def make_codes(connection: duckdb.DuckDBPyConnection) -> None:
    """A type of one byte per code list, and per language the macro that turns a label into it.

    A chain of comparisons costs what a hash join costs, and keeps the rows in their order.
    """
    for name in CODED:
        connection.execute(
            f"create type {name} as enum "
            f"(select code from code_lists where list = '{name}' order by position)"
        )
        for language in ("nl", "en"):
            known = connection.execute(
                f"select label, code from labels where list = '{name}' and language = '{language}'"
            ).fetchall()
            cases = " ".join(
                f"when {literal(label)} then '{code}'::{name}" for label, code in known
            )
            connection.execute(
                f"create macro {name}_{language}(label) as case when label is null "
                f"then 'not_filled'::{name} else case label {cases} "
                f"else rare_code('{name}', label)::{name} end end"
            )


def cpu_of(work: Callable[[], object]) -> float:
    """CPU seconds of this process, all threads, while `work` runs."""
    before = time.process_time()
    work()
    return round(time.process_time() - before, 3)


def list_deliveries(connection: duckdb.DuckDBPyConnection, landing: Path) -> None:
    """Table `deliveries` and the variables that the scripts read."""
    sample = json.loads((landing / "SAMPLE.json").read_text())
    today = dt.date.fromisoformat(os.environ.get("HELPLINE_AS_OF") or sample["as_of"])
    rows = []
    for source in SOURCES:
        for path in sorted((landing / source).iterdir()):
            site = SITE.match(path.name)
            first, last = covered(path, EARLIEST.get(source, SERVICE_START))
            received = received_at(source, path)
            rows.append((source, path, site and site[1], first, last, received))
    hashed = [(*row, digest(row[1])) for row in rows]
    hashed.sort(key=lambda row: (row[5], int(row[6][:15], 16)))
    seen: set[tuple[object, ...]] = set()
    table = []
    for rank, (source, path, part, first, last, received, sha256) in enumerate(hashed, start=1):
        # two days without a chat give equal files: only a file for the same period is a duplicate
        content = (source, part, first, last, sha256)
        status = "duplicate" if content in seen else "loaded"
        seen.add(content)
        identity = int(sha256[:15], 16)
        table.append((rank, identity, source, part, str(path), path.name, sha256,
                      path.stat().st_size, received, first, last, status))  # fmt: skip
    connection.execute(
        """create temp table deliveries (
            rank usmallint, delivery_id bigint, source varchar, site varchar, path varchar,
            file_name varchar, sha256 varchar, bytes bigint, received_at timestamp,
            first_day date, last_day date, status varchar)"""
    )
    values = ", ".join(f"({', '.join(map(literal, row))})" for row in table)
    connection.execute(f"insert into deliveries values {values}")
    for source in SOURCES:
        # in the order of their periods, facts lie nearly in day order
        files = sorted(
            (row[9], row[0], row[4]) for row in table if (row[2], row[-1]) == (source, "loaded")
        )
        paths = ", ".join(literal(path) for _, _, path in files)
        connection.execute(f"set variable {source}_files = [{paths}]")
        ranks = [rank for _, rank, _ in files]
        connection.execute(f"set variable {source}_ranks = {ranks}::usmallint[]")
    key = os.urandom(32).ljust(HMAC_BLOCK, b"\0")
    for name, value in {
        "code_lists": literal(CODE_LISTS),
        "today": f"date '{today}'",
        "clock": f"timestamp '{today} 00:00:00'",
        "earliest": f"timestamp '{SERVICE_START} 00:00:00'",
        "inner_key": f"unhex('{bytes(byte ^ 0x36 for byte in key).hex()}')",
        "outer_key": f"unhex('{bytes(byte ^ 0x5C for byte in key).hex()}')",
    }.items():
        connection.execute(f"set variable {name} = {value}")


def literal(value: object) -> str:
    """A value as SQL text: a bound parameter would make DuckDB import pandas first."""
    if value is None or isinstance(value, int):
        return "null" if value is None else str(value)
    return f"'{str(value).replace(QUOTE, QUOTE * 2)}'"


def received_at(source: str, path: Path) -> dt.datetime:
    """Export time: the last column of a phone file, else the file's own time; in UTC."""
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC).replace(tzinfo=None)
    if source != "phone":
        return written
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - 40))
        stamp = file.read().decode("utf-8", "replace").strip().rpartition(";")[2]
    try:
        local = dt.datetime.strptime(stamp, "%d/%m/%Y %H:%M:%S")  # noqa: DTZ007  made aware below
    except ValueError:
        return written
    from zoneinfo import ZoneInfo

    return local.replace(tzinfo=ZoneInfo("Europe/Brussels")).astimezone(dt.UTC).replace(tzinfo=None)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
