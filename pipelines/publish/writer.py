"""The files of a release that hold figures: the database, Parquet and CSV.

All three hold the same rows in the same order (codes in the order of their list), so that two
publications of the same marts write the same Parquet and CSV bytes.
"""

from pathlib import Path
from typing import Any

import duckdb

from pipelines.publish.manifest import DATABASE, Provenance
from pipelines.publish.marts import Column, Mart

# Characters with which Excel, LibreOffice or Sheets take a text cell for a formula, full-width
# forms included, and the control characters that hide one (OWASP, "CSV injection").
FORMULA = r"^\s*[=+\-@＝＋－＠]|^[\t\r\n]"


def write_database(
    connection: duckdb.DuckDBPyConnection,
    marts: tuple[Mart, ...],
    to: Path,
    release_id: str,
    published_at: str,
    provenance: Provenance,
) -> dict[str, int]:
    """Write `helpline.duckdb` as DuckDB 1.0 can open it, and count the rows of each mart.

    No constraints, because older clients cannot read a copied index; comments are set one by one,
    because `create table as` drops them.
    """
    file = to / DATABASE
    connection.execute(
        f"attach {_text(file)} as release (read_write, storage_version 'v1.0.0', block_size 262144)"
    )
    connection.execute("begin")
    connection.execute("create schema release.marts")
    # SQLAlchemy asks for keys as it would ask PostgreSQL, and fails without a type of this name
    # (duckdb-engine #1388); with it, tools that reflect whole tables work.
    connection.execute("create type release.regclass as varchar")
    rows, comments = {}, []
    for mart in marts:
        table = f'release.marts."{mart.name}"'
        created = connection.execute(f"create table {table} as {_ordered_rows(mart)}").fetchone()
        rows[mart.name] = created[0] if created else 0
        comments.append(f"comment on table {table} is {_text(mart.description)}")
        comments += [
            f'comment on column {table}."{column.name}" is {_text(column.description)}'
            for column in mart.columns
        ]
    connection.execute(";\n".join(comments))
    _write_publish_info(connection, release_id, published_at, provenance, sum(rows.values()))
    connection.execute("commit")
    _write_text_and_parquet(connection, marts, to)
    connection.execute("checkpoint release")
    connection.execute("detach release")
    return rows


def _write_text_and_parquet(
    connection: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], to: Path
) -> None:
    (to / "parquet").mkdir()
    (to / "csv").mkdir()
    for mart in marts:
        parquet, csv = to / "parquet" / f"{mart.name}.parquet", to / "csv" / f"{mart.name}.csv"
        connection.execute(f'copy release.marts."{mart.name}" to {_text(parquet)} (format parquet)')
        connection.execute(
            f"copy ({_csv_rows(mart)}) to {_text(csv)} "
            "(format csv, header, timestampformat '%Y-%m-%dT%H:%M:%SZ')"
        )


def storage_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Storage version of the database that a connection opened, such as `v1.0.0+`."""
    row = connection.execute(
        "select tags['storage_version'] from duckdb_databases() "
        "where database_name = current_database()"
    ).fetchone()
    return str(row[0]) if row else "unknown"


INFO = {
    "release_id": ("varchar", "Id of this release; ids sort in the order of publication."),
    "run_id": ("varchar", "Run of the night that built the marts."),
    "code_version": ("varchar", "Version of the code that built the marts."),
    "published_at": ("timestamp", "When the release was written, UTC."),
    "last_load_number": ("bigint", "Highest load number of the deliveries included."),
    "last_delivery_loaded_at": ("timestamp", "When that last delivery was loaded, UTC."),
    "as_of": ("timestamp", "The clock of the night, UTC: what was due and what lay ahead."),
    "is_sample": ("boolean", "Whether the figures come from the fictional sample exports."),
    "rows": ("bigint", "Rows of all marts together."),
}


def _write_publish_info(
    connection: duckdb.DuckDBPyConnection,
    release_id: str,
    published_at: str,
    provenance: Provenance,
    rows: int,
) -> None:
    values = vars(provenance) | {
        "release_id": release_id,
        "published_at": published_at,
        "rows": rows,
    }
    # literals, because DuckDB's Python client imports pandas (0.4 s) as soon as it binds a value
    selected = ", ".join(
        f"{_text(_without_zone(values[name], column_type))}::{column_type} as {name}"
        for name, (column_type, _) in INFO.items()
    )
    connection.execute(f"create table release.publish_info as select {selected}")
    connection.execute(
        "comment on table release.publish_info is "
        "'One row: what this release is, made when, by what, from which deliveries.'"
    )
    for name, (_, description) in INFO.items():
        connection.execute(f"comment on column release.publish_info.{name} is {_text(description)}")


def _without_zone(value: Any, column_type: str) -> object:
    """Timestamps lose their Z: older clients know those with a zone only through an extension."""
    return value.removesuffix("Z") if column_type == "timestamp" and value else value


def _csv_rows(mart: Mart) -> str:
    """The released rows with both labels beside each code; `rowid` keeps their order."""
    selected = []
    for number, column in enumerate(mart.columns):
        selected.append(f'{_cell(column)} as "{column.name}"')
        if column.code_list:
            selected += [
                f'l{number}.label_{language} as "{label_name(column, language)}"'
                for language in ("nl", "en")
            ]
    return (
        f'select {", ".join(selected)} from release.marts."{mart.name}" as t '
        f"{_label_joins(mart)} order by t.rowid"
    )


def label_name(column: Column, language: str) -> str:
    """Name of the column that holds the labels of a coded column in the CSV."""
    return f"{column.name}_label_{language}"


def _cell(column: Column) -> str:
    name = f't."{column.name}"'
    if column.type.endswith("[]"):
        name = f"array_to_string({name}, '|')"
    elif column.type != "VARCHAR" or column.code_list:
        return name
    return f"case when regexp_matches({name}, {_text(FORMULA)}) then '''' || {name} else {name} end"


def _ordered_rows(mart: Mart) -> str:
    """Rows in the order of their key, codes in the order of their list, `all` before its parts."""
    terms = []
    for number, column in enumerate(mart.columns):
        if not mart.primary_key or column.name in mart.primary_key:
            if column.code_list:
                terms.append(f"l{number}.position nulls first")
            terms.append(f't."{column.name}" nulls first')
    return (
        f'select t.* from marts."{mart.name}" as t {_label_joins(mart)} order by {", ".join(terms)}'
    )


def _label_joins(mart: Mart) -> str:
    joins = []
    for number, column in enumerate(mart.columns):
        if column.code_list:
            code_list = _text(column.code_list)
            if column.dimension_column:
                code_list += f' || t."{column.dimension_column}"'
            joins.append(
                f"left join release_labels as l{number} on l{number}.list = {code_list} "
                f'and l{number}.code = t."{column.name}"::varchar'
            )
    return " ".join(joins)


def _text(value: object) -> str:
    """A value as an SQL text literal, for the statements that take no parameters."""
    if value is None:
        return "null"
    return "'" + str(value).replace("'", "''") + "'"
