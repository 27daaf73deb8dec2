"""Reads the entities and fields of a contract: names, value maps, constants, unfolding."""

from collections.abc import Iterable
from typing import Any, cast

from pipelines.contracts.document import Document, Where
from pipelines.contracts.model import Entity, Field, Unfold
from pipelines.contracts.vocabulary import FIELDS, UNFOLDED, code_lists

ENTITY_KEYS = {"unfold"}
FIELD_KEYS = {"aliases", "valueMap", "constant", "mayBeAbsent"}
UNFOLD_KEYS = {"by", "path", "separator", "keepBlank"}
LOGICAL_TYPES = {
    "timestamp": "timestamp",
    "date": "date",
    "integer": "integer",
    "decimal": "number",
}


def custom_properties(document: Document, where: Where, valid: Iterable[str]) -> dict[str, Any]:
    """The custom properties at a place of the contract; an unknown one fails."""
    part: Any = document.data
    for step in where:
        part = part[step]
    values: dict[str, Any] = {}
    for position, item in enumerate(part.get("customProperties") or []):
        place = (*where, "customProperties", position)
        document.known_keys((*place, "property"), [item["property"]], valid)
        values[item["property"]] = item["value"]
    return values


def place_of(document: Document, where: Where, name: str) -> Where:
    """Where the value of a custom property stands, for errors in it."""
    part: Any = document.data
    for step in where:
        part = part[step]
    for position, item in enumerate(part.get("customProperties") or []):
        if item["property"] == name:
            return (*where, "customProperties", position, "value")
    return where


def read_entity(document: Document, where: Where) -> Entity:
    """One item of `schema`."""
    item = cast(Any, document.data)["schema"][where[1]]
    name: str = item["name"]
    custom = custom_properties(document, where, ENTITY_KEYS)
    fields: list[Field] = []
    for position in range(len(item.get("properties") or [])):
        place = (*where, "properties", position)
        field = read_field(document, place, name, item["properties"][position])
        if any(field.name == other.name for other in fields):
            document.fail(place, f"field '{field.name}' stands here a second time.")
        fields.append(field)
    unfold = read_unfold(document, where, custom["unfold"]) if "unfold" in custom else None
    if unfold and name not in UNFOLDED:
        document.fail(where, f"unfold belongs to {' or '.join(UNFOLDED)}.")
    return Entity(name, tuple(fields), unfold)


def read_field(document: Document, where: Where, entity: str, item: dict[str, Any]) -> Field:
    """One property of an entity."""
    name: str = item["name"]
    if name not in FIELDS[entity]:
        document.fail(
            (*where, "name"),
            f"unknown field '{name}' of {entity}. Fields: {', '.join(FIELDS[entity])}.",
        )
    kind = FIELDS[entity][name]
    custom = custom_properties(document, where, FIELD_KEYS)
    constant = custom.get("constant")
    ways = [item.get("physicalName"), item.get("transformLogic"), constant]
    if sum(way is not None for way in ways) != 1:
        document.fail(where, f"{name}: one of physicalName, transformLogic or constant.")
    if item.get("logicalType", "string") != LOGICAL_TYPES.get(kind.type, "string"):
        document.fail(
            (*where, "logicalType"),
            f"{name} has the logicalType {LOGICAL_TYPES.get(kind.type, 'string')}.",
        )
    codes = code_lists()[kind.code_list] if kind.code_list else ()
    labels = None
    if "valueMap" in custom:
        labels = read_value_map(document, where, kind.code_list, codes, custom["valueMap"])
    elif kind.code_list and constant is None and not item.get("transformLogic"):
        document.fail(where, f"{name} needs the custom property valueMap (label: code).")
    if constant is not None and codes and str(constant) not in codes:
        document.fail(where, f"'{constant}' is no code of {kind.code_list}: {', '.join(codes)}.")
    if item.get("transformLogic") and not item.get("transformSourceObjects"):
        document.fail(where, f"{name}: transformSourceObjects lists the columns it reads.")
    return Field(
        name=name,
        kind=kind,
        source_name=item.get("physicalName"),
        aliases=tuple(str(alias) for alias in custom.get("aliases", ())),
        required=bool(item.get("required") or item.get("primaryKey")),
        may_be_absent=bool(custom.get("mayBeAbsent", False)),
        constant=None if constant is None else str(constant),
        transform=item.get("transformLogic"),
        inputs=tuple(item.get("transformSourceObjects") or ()),
        labels=labels,
    )


def read_value_map(
    document: Document, where: Where, code_list: str | None, codes: tuple[str, ...], value: Any
) -> dict[str, str]:
    """Source label → code; every code is one of the field's code list."""
    if not codes or not isinstance(value, dict):
        document.fail(where, "valueMap is a mapping of labels to codes, for a coded field.")
    where = place_of(document, where, "valueMap")
    labels: dict[str, str] = {}
    for label, mapped in value.items():
        if not isinstance(label, str):
            document.fail(where, f"valueMap: the label {label} is not text. Put it in quotes.")
        target = str(mapped).lower() if isinstance(mapped, bool) else str(mapped)
        if target not in codes:
            document.fail(
                (*where, label),
                f"valueMap: '{target}' is no code of {code_list}: {', '.join(codes)}.",
            )
        labels[label] = target
    return labels


def read_unfold(document: Document, where: Where, value: Any) -> Unfold:
    """How the entity's rows stand in a record."""
    if not isinstance(value, dict) or value.get("by") not in ("row", "list", "cell"):
        document.fail(where, "unfold is a mapping with by: row, list or cell.")
    document.known_keys(place_of(document, where, "unfold"), value, UNFOLD_KEYS)
    needs = {"list": "path", "cell": "separator"}.get(value["by"])
    if needs and not value.get(needs):
        document.fail(where, f"unfold by {value['by']} needs {needs}.")
    return Unfold(
        by=value["by"],
        path=value.get("path"),
        separator=value.get("separator"),
        keep_blank=bool(value.get("keepBlank", False)),
    )
