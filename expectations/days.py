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
    days = [
        day
        for (day,) in connection.execute(
            f"select distinct day from {table} where day is not null order by day"
        ).fetchall()
    ]
    if not days:
        return []
    widest = sorted(range(1, len(days)), key=lambda place: days[place - 1] - days[place])
    firsts = [
        place for place in widest[: MOST_RANGES - 1] if (days[place] - days[place - 1]).days > 1
    ]
    firsts = [0, *sorted(firsts)]
    return [
        (days[first], days[beyond - 1])
        for first, beyond in zip(firsts, [*firsts[1:], len(days)], strict=True)
    ]
