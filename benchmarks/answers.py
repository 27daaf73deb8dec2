"""Whether two programs gave the same marts: nobody is faster by doing less.

Tables are compared with `except` both ways, over the columns that the other program has. Peers
count what there is, so a row of ours that counts nothing is no answer that they could miss.

`python -m benchmarks.answers OURS THEIRS` fails where they differ.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb

# the counts of each mart and what tells its rows apart
COUNTS = {
    "yearly_totals": ("year", "contacts", "victims"),
    "victims_by_category": ("year", "category", "victims"),
    "victims_by_violence_form": ("year", "category", "violence_form", "victims"),
    "contacts_by_violence_form": ("year", "channel", "violence_form", "contacts"),
    "victims_by_age": ("year", "age_band", "victims"),
    "victims_by_age_and_sex": ("year", "age_band", "sex", "victims"),
    "victims_by_context": ("year", "context", "victims"),
    "contacts_by_channel": ("year", "channel", "contacts"),
    "contacts_by_month": ("year", "month", "channel", "contacts"),
    "contacts_by_weekday": ("year", "iso_weekday", "channel", "contacts"),
    "contacts_by_hour": ("year", "hour", "channel", "contacts"),
    "contact_persons": ("year", "channel", "dimension", "member", "contacts"),
    "referrals_by_outcome": ("year", "outcome", "referrals"),
    "website_visitors": ("year", "month", "site", "visitors"),
}
# the id of a delivery holds the version of our contracts, which nobody else knows
OURS_ALONE = ("delivery_id",)


def compare_marts(ours: Path, theirs: Path) -> dict[str, int]:
    """Rows that differ, per mart of `theirs`; both are DuckDB files with a schema `marts`."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ours}' as ours (read_only)")
        connection.execute(f"attach '{theirs}' as theirs (read_only)")
        columns = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            "where database_name = 'theirs' and schema_name = 'marts' group by all order by all"
        ).fetchall()
        return {
            mart: _differing(
                connection,
                [name for name in names if name not in OURS_ALONE],
                f"theirs.marts.{mart}",
                f"ours.marts.{mart}",
            )
            for mart, names in columns
        }


def compare_counts(ours: Path, theirs: Path) -> dict[str, int]:
    """Rows that differ, per mart; `theirs` is a folder with one Parquet file per mart."""
    with duckdb.connect() as connection:
        connection.execute(f"attach '{ours}' as ours (read_only)")
        return {
            mart: _differing(
                connection,
                columns,
                f"(from read_parquet('{theirs / mart}.parquet') where {columns[-1]} > 0)",
                f"(from ours.marts.{mart} where {columns[-1]} > 0)",
            )
            for mart, columns in COUNTS.items()
        }


def _differing(
    connection: duckdb.DuckDBPyConnection, columns: Sequence[str], theirs: str, ours: str
) -> int:
    listed = ", ".join(f'"{name}"' for name in columns)
    rows = connection.execute(
        f"select count(*) from ("
        f"(select {listed} from {theirs} except select {listed} from {ours}) union all "
        f"(select {listed} from {ours} except select {listed} from {theirs}))"
    ).fetchall()
    return int(rows[0][0])


def main(ours: Path, theirs: Path) -> None:
    """Compare a warehouse of ours with a DuckDB file, or with a folder of Parquet files."""
    compare = compare_counts if theirs.is_dir() else compare_marts
    differing = {mart: rows for mart, rows in compare(ours, theirs).items() if rows}
    if differing:
        sys.exit(f"{theirs.name} gives other answers than we, rows that differ: {differing}")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
