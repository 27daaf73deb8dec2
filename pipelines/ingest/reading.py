"""What reading one file gives: a temporary table of typed rows, and what was left out.

`table_files` and `json_files` both end here; `store` goes on from here. The temporary table is
called `delivered`: one row per row or object that a parser could read, in the order of the file,
with `fault` (null: load it), the kept columns, and nothing that a contract does not map.
"""

from dataclasses import dataclass, field

from pipelines.contracts import Contract
from pipelines.ingest.table_shape import LineMap
from pipelines.ingest.typed import Select

DELIVERED = "delivered"


@dataclass
class Reading:
    """One file as read under its contract."""

    contract: Contract
    select: Select
    lines: LineMap
    first_line: int = 2
    """Line of ordinal 0 before any shift: below a header, or where the first object stands."""
    unreadable: list[tuple[int, str, str | None]] = field(default_factory=list)
    """(line, reason, column) of rows that no parser could read."""
    undeclared: list[str] = field(default_factory=list)
    placed: str = "placed"
    """Table of the rows without a fault, each with its line; see `store`."""
    constants: dict[str, str] = field(default_factory=dict)
    """Values that the whole file states, such as the currency in its header."""

    def line(self, ordinal: int) -> int:
        """Line in the file of a row of the temporary table."""
        return self.first_line + ordinal + self.lines.shift(ordinal)

    def has(self, column: str) -> bool:
        """Whether the temporary table has that column."""
        return column in self.select.kept
