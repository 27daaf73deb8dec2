"""Names of keys in the first objects of a JSON file: those nobody declared, those gone missing.

A CSV says its columns in one line; JSON says them in every object, and a key without a value may
be left out. So the beginning of a file is looked at, names only, never values.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pipelines.contracts.model import Layout
from pipelines.ingest import refusal
from pipelines.ingest.declared import BadObject, Shape
from pipelines.ingest.json_objects import decode, skip
from pipelines.ingest.refusal import Rejected

ENOUGH = 20
"""Objects of which none has a declared key: by then it was renamed, not left out."""
ENOUGH_ITEMS = 5
"""The same for items of a list that have a key nobody declared."""


@dataclass
class Names:
    """What the first objects call their keys."""

    undeclared: dict[str, None] = field(default_factory=dict)
    """Paths beside the declared ones; below them nothing is looked at."""
    _objects: Counter[str] = field(default_factory=Counter)
    _found: Counter[str] = field(default_factory=Counter)
    _strange: set[str] = field(default_factory=set)
    _items: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, head: bytes, layout: Layout, shape: Shape) -> "Names":
        """Look at the objects that lie whole in the first bytes of a file."""
        names = cls()
        text = head.decode(errors="ignore")
        position = skip(text, 0)
        if layout == "by_date" or text[position : position + 1] == "[":
            position = skip(text, position + 1)
        for value in first_values(text, position, dated=layout == "by_date"):
            names._look(value, shape, "")
        return names

    def refuse_renamed(self, shape: Any, path: str = "") -> None:
        """Refuse a file in which a declared key seems to have another name now.

        None of many objects has it; in the items of a list, where undeclared keys are unusual,
        none of a few has it and one has an undeclared key, or that is all they have.

        Raises:
            Rejected: SCHEMA_DRIFT_MISSING with the path.
        """
        if isinstance(shape, list):
            self.refuse_renamed(shape[0], path)
        if not isinstance(shape, dict):
            return
        seen = self._objects[path]
        known = any(self._found[below(path, key)] for key in shape)
        strange = path in self._items and path in self._strange
        many, replaced = seen >= ENOUGH, strange and (seen >= ENOUGH_ITEMS or not known)
        for key, part in shape.items():
            place = below(path, key)
            if not self._found[place] and (many or replaced) and not key.startswith("{"):
                raise Rejected(refusal.SCHEMA_DRIFT_MISSING, None, place)
            self.refuse_renamed(part, place)

    def _look(self, value: Any, shape: Any, path: str) -> None:
        if isinstance(value, list) and isinstance(shape, list):
            self._items.add(path)
            for item in value:
                self._look(item, shape[0], path)
        elif isinstance(value, dict) and isinstance(shape, dict):
            self._objects[path] += 1
            for key, part in value.items():
                place = below(path, key)
                if key in shape:
                    self._found[place] += 1
                    self._look(part, shape[key], place)
                else:
                    self._strange.add(path)
                    self.undeclared[place[:80]] = None


def below(path: str, key: str) -> str:
    """The dotted path of a key."""
    return f"{path}.{key}" if path else key


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
