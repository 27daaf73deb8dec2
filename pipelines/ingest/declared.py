"""Which paths of a JSON object a contract declares, and nothing else of it.

The allow-list of nested data: what `declared` returns is all that ever leaves an object.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pipelines.contracts import Contract
from pipelines.ingest import refusal

KEY = "{key}"

Shape = Mapping[str, Any]
"""Declared paths as a tree: None a leaf, a mapping an object, a list of one item a list."""


class BadObject(Exception):
    """An object that cannot be loaded, and the path at which it is not as declared."""

    def __init__(self, reason: str, path: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.path = path


@dataclass(frozen=True)
class Dated:
    """One entry of the layout keyed by date."""

    key: str
    value: Any


def declared_shape(contract: Contract) -> dict[str, Any]:
    """The tree of paths that a contract declares."""
    shape: dict[str, Any] = {}
    for each in contract.record.fields:
        if each.source_name == KEY or (each.source_name and each.source_name[0] != "{"):
            put(shape, each.source_name, None)
    for entity in contract.objects.values():
        if entity.unfold and entity.unfold.path:
            names = [each.source_name for each in entity.fields if each.source_name]
            item = None if names == ["{item}"] else dict.fromkeys(names)
            put(shape, entity.unfold.path, [item])
    return shape


def put(shape: dict[str, Any], path: str, part: Any) -> None:
    """Hang a part into the tree at a dotted path."""
    *parents, last = path.split(".")
    for parent in parents:
        shape = shape.setdefault(parent, {})
    shape[last] = part


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
    """A scalar as text; anything nested becomes a text that is no id, and that no type knows."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else "{}"
