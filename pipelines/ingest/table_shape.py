"""The lines of a CSV file, counted on its bytes: records and quoted newlines.

The count is independent of the parser that loads the rows, so the two can be compared (blank
lines, which are no records, and odd quotes make them differ, and a slower count decides); and it
turns the ordinal of a loaded row into the line in which it starts.
"""

import bisect
import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from pipelines.ingest import refusal
from pipelines.ingest.refusal import Rejected

LONGEST_LINE = 2_000_000
"""Bytes of one line beyond which a file is refused, and DuckDB's own limit for a record."""


@dataclass
class TableLines:
    """Follows quotes and newlines through a CSV file."""

    quote: str = '"'
    newlines: int = 0
    """Newlines outside quotes."""
    extra: list[tuple[int, int]] = field(default_factory=list)
    """(position of a record, newlines inside its quotes); the header is record 0."""
    needs_one_newline: bool = False
    """Newlines of more than one kind outside quotes: DuckDB reads only one kind strictly."""
    inside: bool = False
    unended: bool = False
    _rest: bytes = b""
    _others: bytes = b""
    """Every byte that is neither a quote nor part of a newline."""
    _returns: int = 0
    """Carriage returns outside quotes: as many as newlines, or none, in a file of one kind."""

    def __post_init__(self) -> None:
        """What to leave out depends on the quote."""
        self._others = bytes(sorted(set(range(256)) - set(self.quote.encode()) - set(b"\r\n")))

    @property
    def newline(self) -> bytes:
        """The one kind of newline that ends its records, as far as there is one."""
        return b"\r\n" if self._returns else b"\n"

    @property
    def records(self) -> int:
        """Records below the header, blank lines among them."""
        return max(self.newlines + self.unended - 1, 0)

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes.

        Raises:
            Rejected: OVERSIZE, a line without an end in sight.
        """
        block = self._rest + chunk
        cut = block.rfind(b"\n") + 1
        self._rest = block[cut:]
        if len(self._rest) > LONGEST_LINE:
            raise Rejected(refusal.OVERSIZE, self.newlines + 1)
        if cut:
            self._follow(block[:cut])

    def finish(self) -> None:
        """There are no more bytes.

        Raises:
            Rejected: BAD_QUOTING, a quote that nothing closes.
        """
        self.unended = bool(self._rest.strip(b"\r"))
        if self._rest:
            self._follow(self._rest)
        if self.inside:
            raise Rejected(refusal.BAD_QUOTING, self.newlines + 1)
        self.needs_one_newline = self._returns not in (0, self.newlines)

    def _follow(self, block: bytes) -> None:
        """Whole lines; most of their bytes are neither quotes nor newlines and go at once."""
        quote = self.quote.encode()
        if not self.inside and quote not in block:
            self.newlines += block.count(b"\n")
            self._returns += block.count(b"\r")
            return
        parts = block.translate(None, self._others).split(quote)
        self._returns += b"".join(parts[1 if self.inside else 0 :: 2]).count(b"\r")
        self._count(parts)

    def _count(self, parts: list[bytes]) -> None:
        """Newlines of the parts between quotes, outside and inside by turns."""
        inside = self.inside
        for part in parts:
            if part:
                breaks = part.count(b"\n")
                if not inside:
                    self.newlines += breaks
                elif breaks:
                    self.extra.append((self.newlines, breaks))
            inside = not inside
        self.inside = not inside


@dataclass(frozen=True)
class LineMap:
    """Line of each loaded row: its ordinal (from 0) + 2 + the shift of the last step before it."""

    steps: tuple[tuple[int, int], ...]

    @classmethod
    def build(cls, extra: Iterable[tuple[int, int]], left_out: Iterable[int]) -> "LineMap":
        """From newlines inside records and from the records that were not loaded.

        Both are positions of records, the header being 0. A record that was left out moves all
        later ordinals back by one; a newline inside a record moves all later lines on by one.
        """
        events = sorted([(record, n, 0) for record, n in extra] + [(r, 0, 1) for r in left_out])
        steps: dict[int, int] = {}
        lines = gone = 0
        for record, breaks, rejected in events:
            lines += breaks
            gone += rejected
            steps[record - gone] = lines + gone
        return cls(tuple(sorted(steps.items())))

    def shift(self, ordinal: int) -> int:
        """How far the line of an ordinal lies beyond what its number says."""
        last = bisect.bisect_right(self.steps, ordinal, key=lambda step: step[0])
        return self.steps[last - 1][1] if last else 0


def line_of_record(record: int, extra: Iterable[tuple[int, int]]) -> int:
    """Line in which a record (the header being 0) starts."""
    return record + 1 + sum(breaks for other, breaks in extra if other < record)


def recount(path: Path, delimiter: str, quote: str, encoding: str) -> tuple[TableLines, list[int]]:
    """Count with Python's parser, record by record: slow, for files that quote as they like.

    Returns the lines and the positions of blank lines, which are no records.
    """
    lines = TableLines(quote)
    blank: list[int] = []
    name = "utf-8-sig" if encoding == "utf-8" else encoding
    limit = csv.field_size_limit(LONGEST_LINE)
    try:
        with path.open(encoding=name, newline="") as text:
            reader = csv.reader(text, delimiter=delimiter, quotechar=quote)
            before = 0
            for position, record in enumerate(reader):
                if not record:
                    blank.append(position)
                if reader.line_num - before > 1:
                    lines.extra.append((position, reader.line_num - before - 1))
                before = reader.line_num
                lines.newlines = position + 1
    except csv.Error:
        raise Rejected(refusal.BAD_QUOTING, lines.newlines + 1) from None
    finally:
        csv.field_size_limit(limit)
    return lines, blank
