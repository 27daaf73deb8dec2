"""Rows on a terminal or in a pipe: a table, CSV or JSON. Nothing here knows where they come from.

CSV and JSON are written as the rows arrive; a table shows the first rows only.
"""

import csv
import datetime as dt
import decimal
import itertools
import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.publish.writer import FORMULA

ROWS_SHOWN = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def as_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Print the first rows as a table; control characters, which could steer a terminal, go."""
    rows = iter(rows)
    shown = list(itertools.islice(rows, ROWS_SHOWN))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        is_number = any(isinstance(row[number], int | float | decimal.Decimal) for row in shown)
        table.add_column(_plain(column), justify="right" if is_number else "left", no_wrap=True)
    for row in shown:
        table.add_row(*(_plain(value) for value in row))
    natural = Console(file=to, width=100_000).measure(table).maximum
    console = Console(file=to, soft_wrap=True, highlight=False)
    console.print(table, width=natural if not console.is_terminal else None)
    if next(rows, None) is not None:
        console.print(f"… only the first {ROWS_SHOWN} rows; --csv and --json give all.")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Write CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow([_harmless(column) for column in columns])
    for row in rows:
        writer.writerow(["" if value is None else _harmless(_csv_value(value)) for value in row])


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Write one array of objects; times in ISO 8601, what JSON cannot say (infinity) as null."""
    separator = "["
    for row in rows:
        record = dict(zip(columns, map(_json_value, row), strict=True))
        to.write(f"{separator}\n{json.dumps(record, ensure_ascii=False, default=str)}")
        separator = ","
    to.write("[]\n" if separator == "[" else "\n]\n")


def _plain(value: object) -> Text:
    if value is None:
        return Text("")
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value)))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and re.search(FORMULA, value) else value


def _csv_value(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    return value if isinstance(value, int | float | decimal.Decimal) else str(value)


def _json_value(value: Any) -> Any:
    if isinstance(value, decimal.Decimal):
        return float(value)
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dt.datetime | dt.date):
        return value.isoformat()
    if isinstance(value, dict):
        return {str(key): _json_value(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_json_value(part) for part in value]
    return value
