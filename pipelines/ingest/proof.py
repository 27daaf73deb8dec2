"""Tries what a contract leaves to DuckDB, its SQL and its time formats, before any file is read.

On no data at all, so that DuckDB's message can be passed on: it can only quote the contract.
"""

import duckdb

from pipelines.contracts import Contract
from pipelines.contracts.model import Field
from pipelines.errors import WrongUse
from pipelines.ingest import expressions as sql


def prove(connection: duckdb.DuckDBPyConnection, contract: Contract) -> None:
    """Bind every expression and parse with every format of a contract once.

    Raises:
        WrongUse: DuckDB does not understand one; the message names file and field.
    """
    for entity in contract.objects.values():
        for field in entity.fields:
            if field.transform:
                attempt(connection, contract, f"{field.name}: transformLogic", probe(field))
    dialect = contract.dialect
    formats = {"dateFormat": dialect.date_format, "timestampFormat": dialect.timestamp_format}
    for key, form in formats.items():
        if form != "iso":
            test = f"select try_strptime('', {sql.literal(form)})"
            attempt(connection, contract, f"dialect.{key}", test)


def probe(field: Field) -> str:
    """The field's expression over one row of nulls, as a text."""
    columns = ", ".join(f"null::varchar as {sql.name(name)}" for name in field.inputs)
    return f"select cast(({field.transform}) as varchar) from (select {columns})"


def attempt(
    connection: duckdb.DuckDBPyConnection, contract: Contract, what: str, statement: str
) -> None:
    """Run one statement without data."""
    try:
        connection.execute(statement).fetchall()
    except duckdb.Error as error:
        reason = str(error).splitlines()[0]
        raise WrongUse(f"{contract.path}: {what}: {reason}") from None
