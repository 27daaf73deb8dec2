"""What the UI plots and shows of a table that dbt has just built: its rows, and a look into marts.

Asked in dbt's own connection, while it is open: another one would have to wait for it. Staging and
core hold records, so of them there is a count and nothing else; of marts, which are aggregates, the
newest lines, and small counts are hidden there too: Dagster keeps what it was shown for years.
"""

import decimal
import re
from typing import Any

import dagster as dg

from pipelines.transform import own_connection

SHOWN = 8  # lines of a preview
COUNTED_SCHEMAS = {"core", "marts", "codes"}

COUNT = re.compile(r"^(previous_|known_)?(contacts|victims|referrals|value)$")
PLACES = {"year", "month", "hour", "iso_weekday"}  # say where, not how many

Facts = dict[str, Any]


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
    with own_connection() as cursor:
        rows = cursor.execute(f'select count(*) from "{schema}"."{name}"').fetchall()[0][0]
        facts: Facts = {"dagster/row_count": rows}
        if schema == "marts" and rows:
            cursor.execute(f'select * from "{schema}"."{name}" order by all desc limit {SHOWN}')
            names = [column[0] for column in cursor.description]
            facts["preview"] = table_of(names, cursor.fetchall(), min_cell)
    return facts


def table_of(names: list[str], rows: list[tuple[Any, ...]], min_cell: int) -> dg.TableMetadataValue:
    """Lines of a mart as the UI shows them."""
    return dg.MetadataValue.table(
        [dg.TableRecord(shown(names, row, min_cell)) for row in rows],
        dg.TableSchema(columns=[dg.TableColumn(name, "string") for name in names]),
    )


def shown(names: list[str], row: tuple[Any, ...], min_cell: int) -> dict[str, str]:
    """A line as texts; where a count of people is small, no number beside it may give it away."""
    is_small = any(
        COUNT.search(name) and isinstance(value, int | float) and 0 < value < min_cell
        for name, value in zip(names, row, strict=True)
    )
    return {
        name: f"<{min_cell}"
        if is_small and name not in PLACES and is_number(value)
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
