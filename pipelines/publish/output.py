"""What a verb prints of releases and of their rows: a table, CSV or JSON.

CSV and JSON are written as the rows arrive; a table shows the first rows only.
"""

import csv
import itertools
import json
import math
import re
from collections.abc import Iterable, Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipelines.publish.manifest import Release
from pipelines.publish.writer import FORMULA

ROWS_SHOWN = 200
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")


def as_table(columns: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Print the first rows as a table; control characters, which could steer a terminal, go."""
    rows = iter(rows)
    shown = list(itertools.islice(rows, ROWS_SHOWN))
    table = Table(box=None, header_style="bold", pad_edge=False)
    for number, column in enumerate(columns):
        is_number = any(isinstance(row[number], int | float) for row in shown)
        table.add_column(_plain(column), justify="right" if is_number else "left", no_wrap=True)
    for row in shown:
        table.add_row(*(_plain(value) for value in row))
    # as wide as the rows are: a terminal wraps a line, but nothing is cut off
    width = Console(file=to, width=1_000_000).measure(table).maximum
    console = Console(file=to, width=max(width, 60), highlight=False)
    console.print(table)
    if next(rows, None) is not None:
        console.print(f"… only the first {ROWS_SHOWN} rows; --csv and --json give all.")


def as_csv(columns: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Write CSV; a text that a spreadsheet would run as a formula gets an apostrophe before it."""
    writer = csv.writer(to, lineterminator="\n")
    writer.writerow([_harmless(column) for column in columns])
    for row in rows:
        writer.writerow(["" if value is None else _harmless(_csv_value(value)) for value in row])


def as_json(columns: Sequence[str], rows: Iterable[Sequence[Any]], to: TextIO) -> None:
    """Write one array of objects; what JSON cannot say (infinity) as null."""
    separator = "["
    for row in rows:
        record = dict(zip(columns, map(_json_value, row), strict=True))
        to.write(f"{separator}\n{json.dumps(record, ensure_ascii=False)}")
        separator = ","
    to.write("[]\n" if separator == "[" else "\n]\n")


def releases_table(releases: Sequence[Release], to: TextIO) -> None:
    """Print one line per release, and below it what is wrong with it."""
    columns = ["", "release", "published", "run", "code", "last delivery", "rows", "MB", "state"]
    rows = [
        [
            "current" if release.is_current else "",
            release.release_id,
            release.published_at,
            release.provenance.run_id[:8],
            release.provenance.code_version[:12],
            release.provenance.last_delivery_loaded_at,
            release.rows,
            round(release.bytes / 1e6, 1),
            "; ".join(release.faults) or "verified",
        ]
        for release in releases
    ]
    as_table(columns, rows, to)


def print_json(content: object, to: TextIO) -> None:
    """Print one document."""
    to.write(json.dumps(content, indent=2, ensure_ascii=False) + "\n")


def _plain(value: object) -> Text:
    if value is None:
        return Text("")
    return Text(_CONTROL.sub("\N{REPLACEMENT CHARACTER}", str(value)))


def _harmless(value: Any) -> Any:
    return f"'{value}" if isinstance(value, str) and re.search(FORMULA, value) else value


def _csv_value(value: Any) -> Any:
    if isinstance(value, list | dict | bool):
        return json.dumps(value, ensure_ascii=False)
    return value


def _json_value(value: Any) -> Any:
    """The value without NaN and infinity, at whatever depth."""
    if isinstance(value, float) and not math.isfinite(value):
        return None
    if isinstance(value, dict):
        return {key: _json_value(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_json_value(part) for part in value]
    return value
