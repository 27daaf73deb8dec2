"""The current release beside the marts of this night, while the two are compared.

A release is read through a connection of its own and handed over as tables in memory, so that the
connection of the warehouse attaches nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from expectations.marts_suite import MART_KEYS

COMPARED = ("figures", "yearly_totals")
"""Marts that are compared value by value, as `released_<mart>`; of the others only the keys."""


@contextmanager
def beside_release(
    connection: duckdb.DuckDBPyConnection, current_release: Path | None
) -> Iterator[None]:
    """Lay out `released_keys` and `present_keys` of all marts, and the marts that are compared.

    Without a release, or where it has no such mart, they are empty: nothing can have been lost.
    """
    database = current_release / "helpline.duckdb" if current_release else None
    released: dict[str, pa.Table] = {}
    if database and database.exists():
        with duckdb.connect(str(database), read_only=True, config={"threads": 1}) as release:
            released = read_tables(release)
    if not released.keys() >= {"keys", *COMPARED}:
        released = read_tables(connection, "0") | released
    tables = {f"released_{name}": table for name, table in released.items()}
    tables["present_keys"] = read_keys(connection)
    for name, table in tables.items():
        connection.register(name, table)
    try:
        yield
    finally:
        for name in tables:
            connection.unregister(name)


def read_tables(connection: duckdb.DuckDBPyConnection, limit: str = "all") -> dict[str, pa.Table]:
    """What is compared of one database: the keys of all its marts, and two marts whole.

    Args:
        limit: rows of each table; `0` leaves its columns only.
    """
    present = marts_of(connection)
    tables = {
        mart: connection.sql(f"from marts.{mart} limit {limit}").to_arrow_table()
        for mart in COMPARED
        if mart in present
    }
    return tables | {"keys": read_keys(connection, limit)}


def read_keys(connection: duckdb.DuckDBPyConnection, limit: str = "all") -> pa.Table:
    """The key of every row of every mart, as mart, year and the other columns in one text."""
    parts = ["select '' as mart, null::integer as year, '' as item where false"]
    for mart in sorted(marts_of(connection) & set(MART_KEYS)):
        keys = MART_KEYS[mart]
        year = "year" if "year" in keys else "year(starts_on)"
        item = ", ".join(key for key in keys if key != "year") or "''"
        parts.append(
            f"select '{mart}' as mart, {year}::integer as year, "
            f"concat_ws(', ', {item}) as item from marts.{mart}"
        )
    every = " union all ".join(parts)
    return connection.sql(f"from ({every}) limit {limit}").to_arrow_table()


def marts_of(connection: duckdb.DuckDBPyConnection) -> set[str]:
    """The marts that a database holds."""
    found = connection.execute(
        "select table_name from duckdb_tables() "
        "where database_name = current_database() and schema_name = 'marts'"
    ).fetchall()
    return {name for (name,) in found}
