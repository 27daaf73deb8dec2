"""Days as a condition that DuckDB can push into a scan: `is_near_news(day)` reads only those days.

Raw and core keep records in order of day, more or less, and DuckDB skips what lies outside a range
that stands in the query as a literal; a join or a subquery reads everything. So the days that a
border is about become macros of a few ranges.
"""

import datetime as dt

import duckdb

MOST_RANGES = 24
"""More ranges than these cost more to compare than the days between them cost to read."""


def name_days(connection: duckdb.DuckDBPyConnection, macro: str, table: str) -> None:
    """Make the macro `macro(day)`: whether a day lies in the ranges that hold all of `table.day`.

    The ranges may hold days between: what must be exact is joined besides.
    """
    ranges = day_ranges(connection, table)
    condition = " or ".join(
        f"day between date '{first}' and date '{last}'" for first, last in ranges
    )
    connection.execute(f"create or replace temp macro {macro}(day) as ({condition or 'false'})")


def day_ranges(connection: duckdb.DuckDBPyConnection, table: str) -> list[tuple[dt.date, dt.date]]:
    """The days of a table in at most `MOST_RANGES` ranges, parted at the widest gaps."""
    return connection.execute(
        f"""
        with days as (
            select
                day,
                coalesce(day - lag(day) over (order by day), 0) as gap
            from (select distinct day from {table} where day is not null)
        ),
        parted as (
            select
                day,
                gap > 1 and row_number() over (order by gap desc, day) < {MOST_RANGES} as is_first
            from days
        ),
        numbered as (
            select
                day,
                count(*) filter (is_first) over (order by day) as number
            from parted
        )
        select
            min(day),
            max(day)
        from numbered
        group by number
        order by number
        """
    ).fetchall()
