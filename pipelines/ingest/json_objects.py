"""Reads a JSON file object by object, for files that the fast path cannot take whole.

Three uses: a file in which some objects are broken (they are rejected with their line, the rest
is loaded), a file laid out otherwise than one object per line, and the layout keyed by date.
Slow, in Python, and only declared paths are kept of an object.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from pipelines.contracts import Contract
from pipelines.contracts.model import Layout
from pipelines.ingest import refusal
from pipelines.ingest.refusal import Rejected

BLANK = re.compile(r"[ \t\r\n]*")
KEY = "{key}"

Shape = Mapping[str, Any]
"""Declared paths as a tree: None a leaf, a mapping an object, a list of one item a list."""


class BadObject(Exception):
    """An object that cannot be loaded, and the path at which it is not as declared."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path


@dataclass
class Objects:
    """Declared content of the good objects with their lines, and the bad ones."""

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
    for start, line, value in walk(text, objects):
        del start
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


@dataclass(frozen=True)
class Dated:
    """One entry of the layout keyed by date."""

    key: str
    value: Any


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


def declared(value: Any, shape: Shape) -> str:
    """The declared paths of an object as JSON; the rest is dropped here.

    Raises:
        BadObject: BAD_DIALECT where an object or list is declared and is none; BAD_ENCODING
            where a declared text holds half a character.
    """
    if isinstance(value, Dated):
        # Matomo answers [] for a day without visits: a day of zeros, not a day unknown
        empty = value.value == []
        content = dict.fromkeys(shape, "0") if empty else value.value
        if not isinstance(content, dict):
            raise BadObject(refusal.BAD_DIALECT, value.key[:10])
        value = {**content, KEY: value.key}
    text = json.dumps(prune(value, shape, ""), ensure_ascii=False)
    try:
        text.encode()
    except UnicodeEncodeError:
        raise BadObject(refusal.BAD_ENCODING) from None
    return text


def prune(value: Any, shape: Any, path: str) -> Any:
    """What of a value is declared."""
    if value is None:
        return None
    if shape is None:
        return leaf(value)
    if isinstance(shape, list):
        if not isinstance(value, list):
            raise BadObject(refusal.BAD_DIALECT, path)
        return [prune(item, shape[0], path) for item in value]
    if not isinstance(value, dict):
        raise BadObject(refusal.BAD_DIALECT, path)
    return {
        key: prune(value.get(key), part, f"{path}.{key}".lstrip(".")) for key, part in shape.items()
    }


def leaf(value: Any) -> str:
    """A scalar as text; anything nested becomes a text that no map and no type knows."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "{}"


def declared_shape(contract: Contract) -> dict[str, Any]:
    """The tree of paths that a contract declares."""
    shape: dict[str, Any] = {}
    for field in contract.record.fields:
        if field.source_name == KEY or (field.source_name and field.source_name[0] != "{"):
            put(shape, field.source_name, None)
    for entity in contract.objects.values():
        if entity.unfold and entity.unfold.path:
            names = [field.source_name for field in entity.fields if field.source_name]
            item = None if names == ["{item}"] else dict.fromkeys(names)
            put(shape, entity.unfold.path, [item])
    return shape


def put(shape: dict[str, Any], path: str, part: Any) -> None:
    """Hang a part into the tree at a dotted path."""
    *parents, last = path.split(".")
    for parent in parents:
        shape = shape.setdefault(parent, {})
    shape[last] = part


def undeclared_paths(head: bytes, contract: Contract, shape: Shape) -> list[str]:
    """Paths beside the declared ones, as far as the first objects show them; names only."""
    text = head.decode(errors="ignore")
    found: dict[str, None] = {}
    position = skip(text, 0)
    if contract.dialect.layout == "by_date":
        values = first_values(text, skip(text, position + 1), dated=True)
    else:
        start = position + 1 if text[position : position + 1] == "[" else position
        values = first_values(text, skip(text, start), dated=False)
    for value in values:
        found |= dict.fromkeys(beside(value, shape, ""))
    return sorted(found)


def first_values(text: str, position: int, *, dated: bool) -> Iterator[Any]:
    """The objects at the beginning of a text, as many as are whole and well formed."""
    while position < len(text):
        try:
            if dated:
                _, position = decode(text, position)
                position = skip(text, position) + 1
            value, position = decode(text, skip(text, position))
        except BadObject:
            return
        yield value
        position = skip(text, position)
        if text[position : position + 1] == ",":
            position = skip(text, position + 1)


def beside(value: Any, shape: Any, path: str) -> Iterator[str]:
    """Undeclared paths of one value; below an undeclared one nothing is looked at."""
    if isinstance(value, list) and isinstance(shape, list):
        for item in value:
            yield from beside(item, shape[0], path)
    elif isinstance(value, dict) and isinstance(shape, dict):
        for key, part in value.items():
            place = f"{path}.{key}".lstrip(".")
            if key in shape:
                yield from beside(part, shape[key], place)
            else:
                yield place[:80]
