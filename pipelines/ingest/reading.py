"""What is known of one file while it is read, and the batch of files that one statement reads.

`table_files` and `json_files` plan and read; `store` goes on from here. A batch is read into the
temporary table `delivered`: `file` (its place in the batch), one row per row or object that a
parser could read, in the order of the files and of their rows, with `fault` (null: load it), the
kept columns, and nothing that a contract does not map.

Hundreds of small files a night would else cost hundreds of statements, each planned anew for some
ten rows. Every file is judged for itself all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest.json_objects import Objects
from pipelines.ingest.refusal import Refusal
from pipelines.ingest.scan import Scan
from pipelines.ingest.select import Select
from pipelines.ingest.table_shape import LineMap

DELIVERED = "delivered"


@dataclass
class Reading:
    """One file: first how it is to be read, then what came of it."""

    contract: Contract
    path: Path
    scan: Scan
    select: Select
    statement: str
    """The select over the file; its parameter is the list of paths."""
    undeclared: list[str] = field(default_factory=list)
    constants: dict[str, str] = field(default_factory=dict)
    """Values that the whole file states, such as the currency in its header."""
    objects: Objects | None = None
    """What Python has read of a JSON file that DuckDB cannot read itself."""
    rows: int = 0
    """Rows that stand in `delivered`, loaded or not."""
    first_row: int = 0
    """The rowid there of the first of them."""
    lines: LineMap = field(default_factory=lambda: LineMap(()))
    first_line: int = 2
    """Line of ordinal 0 before any shift: below a header, or where the first object stands."""
    unreadable: list[tuple[int, str, str | None]] = field(default_factory=list)
    """(line, reason, column) of rows that no parser could read."""
    fault: Refusal | None = None
    """Why nothing of the file is loaded."""

    @property
    def kind(self) -> tuple[object, ...]:
        """Files of one kind can be read by one statement."""
        shape = self.scan.table.newline if self.scan.is_table else self.objects is None
        return self.statement, tuple(self.constants.items()), shape

    def line(self, rowid: int) -> int:
        """Line in the file of a row of the temporary table."""
        ordinal = rowid - self.first_row
        return self.first_line + ordinal + self.lines.shift(ordinal)

    def line_ranges(self) -> list[tuple[int, int]]:
        """Lines of all rows as ranges: where each begins, and the line beyond its last."""
        first = [] if self.lines.steps and self.lines.steps[0][0] == 0 else [(0, 0)]
        steps = [*first, *self.lines.steps]
        ends = [*(ordinal for ordinal, _ in steps[1:]), self.rows]
        return [
            (self.first_line + ordinal + shift, self.first_line + end + shift)
            for (ordinal, shift), end in zip(steps, ends, strict=True)
            if ordinal < self.rows
        ]

    def has(self, column: str) -> bool:
        """Whether the temporary table has that column."""
        return column in self.select.kept


def count_rows(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> bool:
    """Say of each file which rows are its own; False if they do not lie together and in order."""
    counted = connection.execute(
        f"select file, min(rowid), max(rowid) + 1, count(*) from {DELIVERED} group by 1 order by 1"
    ).fetchall()
    beyond = 0
    for place, first, end, rows in counted:
        if first != beyond or end - first != rows:
            return False
        readings[place].first_row, readings[place].rows = first, rows
        beyond = end
    return True


def leave_out(connection: duckdb.DuckDBPyConnection, readings: Sequence[Reading]) -> None:
    """Take the rows of refused files out of the temporary table."""
    refused = [place for place, reading in enumerate(readings) if reading.fault and reading.rows]
    if refused:
        connection.execute(f"delete from {DELIVERED} where list_contains(?, file)", [refused])
