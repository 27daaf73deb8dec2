"""Turns columns of code positions into the lines of a file, many files at once.

Rows reach DuckDB as Arrow dictionaries (positions and labels), it puts the lines together, and
the bytes of a run of lines are the bytes of a file: no row ever becomes a Python object.
What the lines look like belongs to `phone`, `mail_and_chat` and `daily`.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pipelines.sample.deal import Ints
from pipelines.sample.labels import LENGTHS, PERSON_LISTS
from pipelines.sample.records import Records

Numbers = npt.NDArray[np.integer]

CLOCK = pa.array(
    f"{second // 3600:02d}:{second // 60 % 60:02d}:{second % 60:02d}" for second in range(86_400)
)
BATCH = 100_000  # rows that a thread of DuckDB takes at a time


def worded(positions: Numbers, words: Sequence[str] | pa.Array) -> pa.Array:
    """A column of words, given by their position in `words`."""
    known = words if isinstance(words, pa.Array) else pa.array(words)
    return pa.DictionaryArray.from_arrays(pa.array(positions.astype(np.int32)), known)


def dates(days: npt.NDArray[np.datetime64], pattern: str) -> pa.Array:
    """A column of dates, written as `pattern` (of strftime) says."""
    number = days.astype("datetime64[D]").astype(np.int64)
    first, last = (int(number.min()), int(number.max())) if len(number) else (0, 0)
    every = np.arange(first, last + 1).astype("datetime64[D]").tolist()
    return worded(number - first, [day.strftime(pattern) for day in every])


def clock(seconds: Numbers) -> pa.Array:
    """A column of times of day, hh:mm:ss."""
    return worded(seconds, CLOCK)


def instants(utc: Ints) -> dict[str, pa.Array]:
    """Date and time of UTC seconds since 1970, as two columns `date` and `time`."""
    return {"date": dates((utc // 86_400).astype("datetime64[D]"), "%Y-%m-%d"),
            "time": clock(utc % 86_400)}  # fmt: skip


def person_positions(records: Records) -> Ints:
    """Position of each victim's combination of codes in `labels.persons`."""
    position = np.zeros(len(records.category), np.int64)
    columns = (records.category, records.form, records.age, records.sex, records.context)
    for name, codes in zip(PERSON_LISTS, columns, strict=True):
        position = position * LENGTHS[name] + codes
    return position


@contextmanager
def open_pen() -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB that only puts lines together: it holds no table."""
    with duckdb.connect(config={"arrow_large_buffer_size": True}) as connection:
        yield connection


def lines(
    pen: duckdb.DuckDBPyConnection, expression: str, columns: dict[str, pa.Array]
) -> pa.ChunkedArray:
    """One line per row: the SQL `expression` over `columns`, in their order."""
    rows = pa.table(columns)
    pen.register("rows", pa.Table.from_batches(rows.to_batches(BATCH), rows.schema))
    written = pen.execute(f"select {expression} as line from rows").to_arrow_table()
    pen.unregister("rows")
    return written["line"]


def runs(places: Ints, written: pa.ChunkedArray) -> Iterable[tuple[int, pa.ChunkedArray]]:
    """The lines of each place in turn; `places` is in order."""
    starts = np.flatnonzero(np.diff(places, prepend=-1))
    for start, end in zip(starts, [*starts[1:], len(places)], strict=True):
        yield int(places[start]), written.slice(start, end - start)


def buffers(written: pa.ChunkedArray) -> Iterable[memoryview]:
    """The bytes of consecutive lines, without a copy."""
    for chunk in written.chunks:
        if len(chunk):
            _, offsets, data = chunk.buffers()
            kind = np.int64 if pa.types.is_large_string(chunk.type) else np.int32
            ends = np.frombuffer(offsets, kind)[chunk.offset : chunk.offset + len(chunk) + 1]
            yield memoryview(data)[int(ends[0]) : int(ends[-1])]
