"""What the UI plots and shows of a table that dbt has just built: its rows, and a look into marts.

Asked in dbt's own connection, while it is open: another one would have to wait for it. Staging and
core hold records, so of them there is a count and nothing else; of marts, which are aggregates, the
newest lines: Dagster keeps what it was shown for years. Where a count is small, in these lines or
elsewhere in their years, the preview holds no number: what is hidden alone follows from the rest.
"""

import decimal
import re
from typing import Any

import dagster as dg

from pipelines.transform import own_connection

SHOWN = 8  # lines of a preview
COUNTED_SCHEMAS = {"core", "marts", "codes"}
HIDDEN = "hidden"

PLACES = {"year", "month", "hour", "iso_weekday"}  # say where, not how many
NUMBERS = re.compile(r"^(TINY|SMALL|BIG|HUGE)?INT(EGER)?$|^(FLOAT|DOUBLE|DECIMAL)")
NO_COUNT = re.compile(
    r"^(rank|delivery_id|days_\w+|impressions|clicks|spend|low|high)$"
    r"|_pct(_rounded)?$|^rate_ratio|_per_contact$"
)
PER_DAY = re.compile(r"_per_day_(\w+)$")
UNTELLABLE = {"computed"}  # a text, of a count or of a share of one

Facts = dict[str, Any]
Column = tuple[str, str]
"""Name and type."""


def facts_of(event: dict[str, Any], min_cell: int) -> Facts:
    """Metadata of the table that an event of dbt tells of; nothing for tests, views and failures.

    Args:
        event: dbt's LogModelResult or LogSeedResult as a dictionary.
        min_cell: smallest count that is shown.
    """
    node = event["data"].get("node_info", {})
    relation = node.get("node_relation", {})
    schema, name = relation.get("schema"), relation.get("alias")
    if schema not in COUNTED_SCHEMAS or node.get("node_status") != "success":
        return {}
    table = f'"{schema}"."{name}"'
    with own_connection() as cursor:
        rows = cursor.execute(f"select count(*) from {table}").fetchall()[0][0]
        facts: Facts = {"dagster/row_count": rows}
        if schema == "marts" and rows:
            cursor.execute(f"select * from {table} order by all desc limit {SHOWN}")
            columns = [(column[0], str(column[1])) for column in cursor.description]
            newest = cursor.fetchall()
            is_small = cursor.execute(small_count(table, columns, newest, min_cell)).fetchall()[0][
                0
            ]
            facts["preview"] = table_of([name for name, _ in columns], newest, hides=is_small)
    return facts


def small_count(
    table: str, columns: list[Column], newest: list[tuple[Any, ...]], min_cell: int
) -> str:
    """SQL that tells whether a count is small in the years that are shown."""
    counts = [count_behind(name) for name, kind in columns if NUMBERS.match(kind)]
    small = [f"({count} > 0 and {count} < {min_cell})" for count in counts if count]
    years = [
        row[place] for place, (name, _) in enumerate(columns) if name == "year" for row in newest
    ]
    # and in the year before, of which growth tells
    where = f" where year >= {min(years) - 1}" if years else ""
    return f"select coalesce(bool_or({' or '.join(small) or 'false'}), false) from {table}{where}"


def count_behind(name: str) -> str | None:
    """SQL of the count that a column holds or gives away; None where it does neither."""
    if name in PLACES or NO_COUNT.search(name):
        return None
    if per_day := PER_DAY.search(name):
        # days of other windows are in no column: at least one
        days = f"days_observed_{per_day[1]}" if per_day[1] in ("before", "during") else "1"
        return f'round("{name}" * {days})'
    return f'"{name}"'


def table_of(
    names: list[str], rows: list[tuple[Any, ...]], *, hides: bool
) -> dg.TableMetadataValue:
    """Lines of a mart as the UI shows them; `hides` leaves of the numbers only those of places."""
    return dg.MetadataValue.table(
        [dg.TableRecord(shown(names, row, hides=hides)) for row in rows],
        dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in names]),
    )


def shown(names: list[str], row: tuple[Any, ...], *, hides: bool) -> dict[str, str]:
    """A line as texts."""
    return {
        name: HIDDEN
        if name in UNTELLABLE or (hides and name not in PLACES and is_number(value))
        else text_of(value)
        for name, value in zip(names, row, strict=True)
    }


def is_number(value: Any) -> bool:
    """Whether a value counts or measures."""
    return isinstance(value, int | float | decimal.Decimal) and not isinstance(value, bool)


def text_of(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:.2f}".rstrip("0").rstrip(".")
    return str(value).lower() if isinstance(value, bool) else str(value)
