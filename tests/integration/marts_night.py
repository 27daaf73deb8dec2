"""Ingest and dbt on a home, without Dagster and without publishing; what the marts then hold."""

from typing import Any

from pipelines.contracts import load_contracts
from pipelines.ingest import begin_run, ingest_source
from pipelines.settings import Settings
from pipelines.transform import run_dbt
from pipelines.warehouse import open_warehouse

Row = tuple[Any, ...]


def ingest_and_build(settings: Settings, run_id: str) -> None:
    """Take what landed, then build staging, core and marts; dbt's tests are left out."""
    contracts = load_contracts(settings.contracts)
    with open_warehouse(settings) as connection:
        begin_run(connection, settings, contracts, run_id=run_id, code_version="test")
        for contract in contracts:
            ingest_source(connection, settings, contract, run_id)
    run_dbt(settings, ["build", "--exclude", "resource_type:unit_test", "resource_type:test"])


def rows(settings: Settings, sql: str) -> list[Row]:
    """What a query on the warehouse gives."""
    with open_warehouse(settings, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def mart_names(settings: Settings) -> list[str]:
    """Every table of the schema marts."""
    found = rows(
        settings, "select table_name from duckdb_tables() where schema_name = 'marts' order by 1"
    )
    return [name for (name,) in found]


def differences(one: Settings, other: Settings) -> dict[str, tuple[set[Row], set[Row]]]:
    """Rows that only one of two warehouses has, by mart that differs: EXCEPT both ways.

    Raises:
        AssertionError: they do not have the same marts.
    """
    marts = mart_names(one)
    assert marts == mart_names(other)
    found = {}
    with open_warehouse(one, read_only=True) as connection:
        connection.execute(f"attach '{other.warehouse}' as other (read_only)")
        for mart in marts:
            here, there = f"marts.{mart}", f"other.marts.{mart}"
            left = connection.execute(f"from {here} except all from {there}").fetchall()
            right = connection.execute(f"from {there} except all from {here}").fetchall()
            if left or right:
                found[mart] = (set(left), set(right))
    return found
