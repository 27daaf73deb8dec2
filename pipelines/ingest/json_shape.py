"""The shape of a JSON file, judged on its bytes: depth, and where each object starts.

Only brackets and newlines are looked at. As long as every line holds one whole object, which is
how exports are written, nothing else is needed; any other layout is left to `json_objects`.
"""

import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal

from pipelines.ingest import refusal
from pipelines.ingest.refusal import Rejected

DEEPEST = 64
"""Nesting beyond which a file is refused; DuckDB itself dies near 20,000."""

NOT_SHAPE = bytes(sorted(set(range(256)) - set(b"{}[]\n")))
STRINGS = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)
STEP = {ord("{"): 1, ord("["): 1, ord("}"): -1, ord("]"): -1}

Kind = Literal["object", "blank", "open", "close", "other"]


@dataclass
class JsonLines:
    """Follows the lines of a JSON file."""

    objects: int = 0
    first_line: int = 1
    """Line of the first object."""
    is_plain: bool = True
    """Every object stands on a line of its own, without blank lines between."""
    may_be_deep: bool = False
    unended: bool = False
    _line: int = 0
    _rest: bytes = b""
    _ended: bool = False
    _kinds: dict[bytes, Kind] = field(default_factory=dict)

    @property
    def records(self) -> int | None:
        """Objects of the file, if its lines alone tell."""
        return self.objects if self.is_plain else None

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes."""
        self.unended = not chunk.endswith(b"\n")
        lines = (self._rest + chunk.translate(None, NOT_SHAPE)).split(b"\n")
        self._rest = lines.pop()
        self._follow(lines)

    def finish(self) -> None:
        """There are no more bytes."""
        if self._rest:
            self._follow([self._rest])

    def _follow(self, lines: list[bytes]) -> None:
        shapes = set(lines)
        for shape in shapes:
            if shape not in self._kinds:
                self._kinds[shape] = kind_of(shape)
                self.may_be_deep |= shape.count(b"{") + shape.count(b"[") > DEEPEST
        if self.objects and not self._ended and {self._kinds[s] for s in shapes} <= {"object"}:
            self.objects += len(lines)
            self._line += len(lines)
            return
        for shape in lines:
            self._line += 1
            self._take(self._kinds[shape])

    def _take(self, kind: Kind) -> None:
        """One line; anything but [, objects, ] and then blanks makes the file not plain."""
        if kind == "object" and not self._ended:
            if not self.objects:
                self.first_line = self._line
            self.objects += 1
        elif kind == "close" and not self._ended:
            self._ended = True
        elif not (kind == "open" and self._line == 1) and not (kind == "blank" and self._ended):
            self.is_plain = False


def kind_of(shape: bytes) -> Kind:
    """What a line is, by its brackets; brackets in strings can only make it `other`."""
    if not shape:
        return "blank"
    if shape == b"[":
        return "open"
    if shape == b"]":
        return "close"
    depths = list(accumulate(STEP[byte] for byte in shape))
    whole = (
        shape[:1] == b"{" and min(depths) == depths[-1] == 0 and depths.index(0) + 1 == len(shape)
    )
    return "object" if whole else "other"


def check_depth(content: bytes) -> None:
    """Refuse what is nested too deep, strings left aside.

    Raises:
        Rejected: OVERSIZE.
    """
    bare = STRINGS.sub(b"", content).translate(None, NOT_SHAPE).replace(b"\n", b"")
    if max(accumulate(STEP[byte] for byte in bare), default=0) > DEEPEST:
        raise Rejected(refusal.OVERSIZE)
