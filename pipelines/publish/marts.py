"""What the schema `marts` holds: tables, columns, their descriptions and their code lists.

Everything is read from the warehouse itself (dbt persists its descriptions as comments), so that
publishing needs no dbt and no list of tables of its own. Nothing here writes a file.
"""

import hashlib
from dataclasses import dataclass

import duckdb

from pipelines.publish.manifest import FORMAT


@dataclass(frozen=True)
class Column:
    """One column of a mart. `code_list` names the list (of `release_labels`) that its codes are of.

    Where the list differs from row to row, as in `figures.member`, `dimension_column` names the
    column that says which dimension a row is about, and the list is `code_list` + that dimension.
    """

    name: str
    type: str
    description: str
    code_list: str | None = None
    dimension_column: str | None = None


@dataclass(frozen=True)
class Mart:
    """One published table."""

    name: str
    description: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...]


# Columns whose codes belong to the dimension that a sibling column names.
_DIMENSION_OF = {
    "member": ("breakdown", "dimension"),
    "within_member": ("within_breakdown",),
}
_NAMES_A_DIMENSION = ("breakdown", "within_breakdown", "dimension")
# A code list that no figure is broken down by, so that `codes.dimensions` does not name its column.
_ALSO_CODED = {("data_completeness", "status"): "day_status"}

_LABELS = """
create or replace temp table release_labels as
with codes_of_dimensions as (
    select d.dimension, d.mart, d.column_name, c.code, c.position, c.label_nl, c.label_en
    from codes.dimensions as d inner join codes.code_lists as c on d.code_list = c.list
),

all_labels as (
    select list, code, position, label_nl, label_en from codes.code_lists
    union all
    -- a member of `figures` is told by its dimension alone
    select 'any:' || dimension, code, position, label_nl, label_en from codes_of_dimensions
    union all
    -- `contact_persons` says age_group and sex where others must say whose
    select mart || ':' || regexp_replace(dimension, '^contact_', ''), code, position,
        label_nl, label_en
    from codes_of_dimensions where column_name = 'member'
    union all
    select 'any:', dimension, 1, label_nl, label_en from codes.dimensions
    union all
    select mart || ':', regexp_replace(dimension, '^contact_', ''), 1, label_nl, label_en
    from codes.dimensions where column_name = 'member'
)

select * from all_labels
union all
select distinct list, 'all', 0, 'Alle', 'All' from all_labels
union all
select 'any:all', 'all', 0, 'Alle', 'All'
"""


def read_marts(connection: duckdb.DuckDBPyConnection) -> tuple[Mart, ...]:
    """Describe every table and view of the schema `marts`, in alphabetical order.

    Tables that a killed dbt left behind (`…__dbt_tmp`) are not marts. The labels of their codes
    stand in the temporary table `release_labels` afterwards.
    """
    connection.execute(_LABELS)
    tables = connection.execute(
        r"""
        select table_name, comment from duckdb_tables()
        where schema_name = 'marts' and database_name = current_database()
            and not contains(table_name, '__dbt_')
        union all
        select view_name, comment from duckdb_views()
        where schema_name = 'marts' and database_name = current_database()
            and not contains(view_name, '__dbt_')
        order by 1
        """
    ).fetchall()
    columns = connection.execute(
        """
        select table_name, column_name, data_type, coalesce(comment, '') from duckdb_columns()
        where schema_name = 'marts' and database_name = current_database()
        order by table_name, column_index
        """
    ).fetchall()
    keys = dict(
        connection.execute(
            """
            select table_name, constraint_column_names from duckdb_constraints()
            where schema_name = 'marts' and database_name = current_database()
                and constraint_type = 'PRIMARY KEY'
            """
        ).fetchall()
    )
    lists = _code_lists(connection)
    marts = []
    for name, comment in tables:
        own = [row[1:] for row in columns if row[0] == name]
        names = [column_name for column_name, _, _ in own]
        marts.append(
            Mart(
                name=name,
                description=comment or "",
                columns=tuple(
                    Column(
                        column_name, column_type, text, *_codes_of(name, column_name, names, lists)
                    )
                    for column_name, column_type, text in own
                ),
                primary_key=tuple(keys.get(name, ())),
            )
        )
    return tuple(marts)


def _code_lists(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], str]:
    """Code list by (mart, column); mart '' is any mart with a column named like the list."""
    named = connection.execute(
        """
        select '', list, list from codes.code_lists
        union all
        select mart, column_name, code_list from codes.dimensions where code_list is not null
        """
    ).fetchall()
    return {(mart, column): code_list for mart, column, code_list in named} | _ALSO_CODED


def _codes_of(
    mart: str, column: str, siblings: list[str], lists: dict[tuple[str, str], str]
) -> tuple[str | None, str | None]:
    """`code_list` and `dimension_column` of a column."""
    scope = f"{mart}:" if "dimension" in siblings else "any:"
    if column in _NAMES_A_DIMENSION:
        return scope, None
    for candidate in _DIMENSION_OF.get(column, ()):
        if candidate in siblings:
            return scope, candidate
    return lists.get((mart, column), lists.get(("", column))), None


def content_hash(
    connection: duckdb.DuckDBPyConnection, marts: tuple[Mart, ...], *, is_sample: bool
) -> str:
    """One hash of everything that readers would see of the marts: rows, types, texts, labels.

    Two warehouses with the same hash make the same release, whatever the order of their rows.
    """
    digest = hashlib.sha256(f"{FORMAT} {is_sample} {marts!r}".encode())
    relations = ["release_labels", *(f'marts."{mart.name}"' for mart in marts)]
    for relation in relations:
        row = connection.execute(
            f"select count(*), md5(string_agg(r, '' order by r)) "
            f"from (select md5(to_json(t)) as r from {relation} as t)"
        ).fetchone()
        digest.update(repr(row).encode())
    return digest.hexdigest()
