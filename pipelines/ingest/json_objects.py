"""Reads a JSON file object by object, for files that the fast path cannot take whole.

Three uses: a file in which some objects are broken (they are rejected with their line, the rest
is loaded), a file laid out otherwise than one object per line, and the layout keyed by date.
Slow, in Python, and only declared paths are kept of an object.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.contracts.model import Layout
from pipelines.ingest import refusal
from pipelines.ingest.declared import BadObject, Dated, Shape, declared
from pipelines.ingest.refusal import Rejected

BLANK = re.compile(r"[ \t\r\n]*")


@dataclass
class Objects:
    """Declared content of the good objects with their lines, and the bad ones.

    A line names one object: of those that share a line each next one counts as a line further, so
    in a file of one line it is the number of the object.
    """

    texts: list[str] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    bad: list[tuple[int, str, str | None]] = field(default_factory=list)
    """(line, reason, path)"""


def read_objects(text: str, layout: Layout, shape: Shape) -> Objects:
    """Every top-level object (or dated entry) of a file.

    Raises:
        Rejected: TRUNCATED (the end is missing) or BAD_DIALECT (another layout).
    """
    objects = Objects()
    walk = {"lines": walk_lines, "array": walk_array, "by_date": walk_dates}[layout]
    line = 0
    for start, begun, value in walk(text, objects):
        del start
        line = max(begun, line + 1)
        try:
            objects.texts.append(declared(value, shape))
            objects.lines.append(line)
        except BadObject as fault:
            objects.bad.append((line, fault.reason, fault.path or None))
    return objects


Walk = Iterator[tuple[int, int, Any]]


def walk_lines(text: str, objects: Objects) -> Walk:
    """JSON lines: one object a line; a last line that breaks off means a file that broke off."""
    lines = text.split("\n")
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            yield number, number, parse(line.strip())
        except BadObject as fault:
            if number == len(lines):
                raise Rejected(refusal.TRUNCATED, number) from None
            objects.bad.append((number, fault.reason, None))


def walk_array(text: str, objects: Objects) -> Walk:
    """A JSON array; after a broken object reading goes on at the next line."""
    position = skip(text, 0)
    if text[position : position + 1] != "[":
        raise Rejected(refusal.BAD_DIALECT, 1)
    position = skip(text, position + 1)
    counter = LineCounter(text)
    if text[position : position + 1] == "]":
        return
    while True:
        line = counter.line(position)
        try:
            value, end = decode(text, position)
            yield position, line, value
        except BadObject as fault:
            end = text.find("\n", position)
            if end < 0 or not text[end:].strip():
                raise Rejected(refusal.TRUNCATED, line) from None
            objects.bad.append((line, fault.reason, None))
            position = skip(text, end)
            if text[position : position + 1] == "]":
                return
            continue
        position = skip(text, end)
        mark = text[position : position + 1]
        if mark == "]":
            if text[skip(text, position + 1) :]:
                raise Rejected(refusal.BAD_DIALECT, counter.line(position))
            return
        if mark != ",":
            raise Rejected(refusal.TRUNCATED if not mark else refusal.BAD_DIALECT, line)
        position = skip(text, position + 1)


def walk_dates(text: str, objects: Objects) -> Walk:
    """An object keyed by date; each value becomes an object that knows its key."""
    del objects
    position = skip(text, 0)
    if text[position : position + 1] != "{":
        # what an empty answer looks like: [] instead of {}
        if text.strip() == "[]":
            return
        raise Rejected(refusal.BAD_DIALECT, 1)
    counter = LineCounter(text)
    position = skip(text, position + 1)
    while text[position : position + 1] != "}":
        line = counter.line(position)
        try:
            key, end = decode(text, position)
            colon = skip(text, end)
            value, end = decode(text, skip(text, colon + 1))
        except BadObject:
            raise Rejected(refusal.TRUNCATED, line) from None
        if not isinstance(key, str) or text[colon : colon + 1] != ":":
            raise Rejected(refusal.BAD_DIALECT, line)
        yield position, line, Dated(key, value)
        position = skip(text, end)
        mark = text[position : position + 1]
        if mark == ",":
            position = skip(text, position + 1)
        elif mark != "}":
            raise Rejected(refusal.TRUNCATED if not mark else refusal.BAD_DIALECT, line)
    if text[skip(text, position + 1) :]:
        raise Rejected(refusal.BAD_DIALECT, counter.line(position))


class LineCounter:
    """Line of a position, for positions that only grow."""

    def __init__(self, text: str) -> None:
        self._text, self._position, self._line = text, 0, 1

    def line(self, position: int) -> int:
        """The line (from 1) that holds the position."""
        self._line += self._text.count("\n", self._position, position)
        self._position = position
        return self._line


def skip(text: str, position: int) -> int:
    """Position of the next character that is no white space."""
    match = BLANK.match(text, position)
    return match.end() if match else position


def pairs_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """An object whose keys stand once; two values of one key are no value."""
    once = dict(pairs)
    if len(once) < len(pairs):
        raise BadObject(refusal.BAD_DIALECT)
    return once


DECODER = json.JSONDecoder(
    object_pairs_hook=pairs_once, parse_int=str, parse_float=str, parse_constant=str
)


def decode(text: str, position: int) -> tuple[Any, int]:
    """One value and where it ends."""
    try:
        value, end = DECODER.raw_decode(text, position)
    except (json.JSONDecodeError, RecursionError):
        raise BadObject(refusal.BAD_DIALECT) from None
    return value, end


def parse(text: str) -> Any:
    """The value of a whole text."""
    value, end = decode(text, 0)
    if text[end:].strip():
        raise BadObject(refusal.BAD_DIALECT)
    return value
