"""Reads contract files into `Contract` objects, and refuses what cannot be meant.

Every custom property is named here and explained in docs/adding-a-source.md.
"""

import dataclasses
import datetime as dt
import hashlib
import itertools
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast, get_args

from pipelines.contracts.document import Document, Where, read_document
from pipelines.contracts.fields import custom_properties, place_of, read_entity
from pipelines.contracts.model import (
    Contract,
    Dialect,
    Entity,
    FileName,
    Layout,
    Rhythm,
    Schedule,
)
from pipelines.contracts.vocabulary import FIELDS, NEEDED, RECORDS, UNFOLDED
from pipelines.contracts.zones import is_zone
from pipelines.errors import WrongUse

READING = "2"
"""Part of every contract version: raise it when ingest reads the same contract otherwise."""

CONTRACT_KEYS = {"dialect", "replacesPeriod", "earliest"}
DIALECT_KEYS = {
    "layout": "layout",
    "delimiter": "delimiter",
    "quote": "quote",
    "timeZone": "time_zone",
    "timestampFormat": "timestamp_format",
    "dateFormat": "date_format",
    "decimalSign": "decimal_sign",
    "thousandsSign": "thousands_sign",
    "blanks": "blanks",
    "leaveOutRowsWithBlank": "leave_out_blank",
}
SLA_KEYS = {"frequency", "generalAvailability", "latency"}
RHYTHMS: Mapping[str, Rhythm] = {"d": "day", "w": "week", "m": "month", "y": "year"}
ENCODINGS = {"utf-8": "utf-8", "iso-8859-1": "latin-1", "latin-1": "latin-1", "cp1252": "cp1252"}


def load_contracts(folder: Path) -> tuple[Contract, ...]:
    """Every `*.odcs.yaml` of a folder, by source name.

    Raises:
        WrongUse: no contract, two of one source, or a fault in one; the message has the file,
            the line and the valid keys. Nothing has been loaded then.
    """
    contracts = [read_contract(path) for path in sorted(folder.glob("*.odcs.yaml"))]
    if not contracts:
        raise WrongUse(f"{folder}: no contract (*.odcs.yaml). Set HELPLINE_CONTRACTS to theirs.")
    for one, other in itertools.pairwise(contracts):
        if one.source == other.source:
            raise WrongUse(f"{other.path}: source '{one.source}' is also in {one.path.name}.")
    return tuple(contracts)


def read_contract(path: Path) -> Contract:
    """Read one contract file.

    Raises:
        WrongUse: with file, line and what is valid there.
    """
    document = read_document(path)
    data = document.data
    source = data.get("name") or document.fail((), "missing key: name (the source's name).")
    if path.name != f"{source}.odcs.yaml":
        document.fail(("name",), f"the file of source '{source}' is called {source}.odcs.yaml.")
    custom = custom_properties(document, (), CONTRACT_KEYS)
    objects = read_objects(document)
    dialect = read_dialect(document, custom)
    contract = Contract(
        source=source,
        path=path,
        description=" ".join(str((data.get("description") or {}).get("purpose", "")).split()),
        version="",
        dialect=dialect,
        file_names=read_file_names(document, source),
        objects=objects,
        replaces_period=read_flag(document, custom, "replacesPeriod"),
        earliest=read_day(document, custom.get("earliest"), dt.date(1990, 1, 1), ()),
        schedule=read_schedule(document),
    )
    check_layout(document, contract)
    return dataclasses.replace(contract, version=version_of(contract))


def read_objects(document: Document) -> dict[str, Entity]:
    """The entities of the contract, the one that is a record first."""
    items: list[Any] = document.data.get("schema") or document.fail((), "missing key: schema.")
    entities: dict[str, Entity] = {}
    for position, item in enumerate(items):
        where: Where = ("schema", position)
        if item["name"] not in FIELDS:
            document.fail(
                (*where, "name"),
                f"unknown entity '{item['name']}'. Entities: {', '.join(FIELDS)}.",
            )
        entities[item["name"]] = entity = read_entity(document, where)
        for need in NEEDED[entity.name]:
            if not any(entity.field(name) for name in need.split("|")):
                document.fail(where, f"{entity.name} needs {need.replace('|', ' or ')}.")
    records = [name for name in entities if name in RECORDS]
    if len(records) != 1 or (records[0] != "contacts" and len(entities) > 1):
        document.fail(
            ("schema",),
            f"one of {', '.join(RECORDS)} is the record of a file; "
            f"{' and '.join(UNFOLDED)} go with contacts only.",
        )
    return dict(sorted(entities.items(), key=lambda pair: list(FIELDS).index(pair[0])))


def read_dialect(document: Document, custom: Mapping[str, Any]) -> Dialect:
    """How the bytes are written, from `servers` and the custom property `dialect`."""
    servers = document.data.get("servers") or document.fail((), "missing key: servers.")
    where: Where = ("servers", 0)
    file_format = servers[0]["format"]
    if file_format not in ("csv", "json"):
        document.fail((*where, "format"), f"unknown format '{file_format}'. Formats: csv, json.")
    encoding = str(servers[0].get("encoding", "utf-8")).lower()
    if encoding not in ENCODINGS:
        document.fail((*where, "encoding"), f"valid encodings: {', '.join(ENCODINGS)}.")
    given = custom.get("dialect", {})
    place = place_of(document, (), "dialect")
    if not isinstance(given, dict):
        document.fail(place, "dialect is a mapping.")
    document.known_keys(place, given, DIALECT_KEYS)
    values = {DIALECT_KEYS[key]: value for key, value in given.items()}
    for key, value in given.items():
        if not isinstance(value, list if key == "blanks" else str):
            wanted = "a list of texts" if key == "blanks" else "a text: put it in quotes"
            document.fail((*place, key), f"dialect.{key} is {wanted}.")
    values["blanks"] = tuple(str(word) for word in values.get("blanks", ()))
    layout = values.setdefault("layout", "table" if file_format == "csv" else "")
    if layout not in get_args(Layout) or (layout == "table") != (file_format == "csv"):
        layouts = "table" if file_format == "csv" else "lines, array or by_date"
        document.fail((*place, "layout"), f"dialect.layout of {file_format}: {layouts}.")
    if not is_zone(values.get("time_zone", "UTC")):
        document.fail((*place, "timeZone"), "no zone of the IANA database, like Europe/Brussels.")
    return Dialect(format=file_format, encoding=cast(Any, ENCODINGS[encoding]), **values)


def read_file_names(document: Document, source: str) -> tuple[FileName, ...]:
    """The patterns of `servers[].path`, below the source's folder in landing."""
    names = []
    for position, server in enumerate(document.data["servers"]):
        folder, _, pattern = str(server["path"]).partition("/")
        if folder != source or not pattern:
            document.fail(("servers", position, "path"), f"the path begins with {source}/.")
        names.append(FileName(pattern))
    return tuple(names)


def read_schedule(document: Document) -> Schedule:
    """When deliveries are due, from `slaProperties`."""
    rhythm: Rhythm | None = None
    due_from, latency = None, 1
    for position, item in enumerate(document.data.get("slaProperties") or []):
        where: Where = ("slaProperties", position)
        document.known_keys(where, [item["property"]], SLA_KEYS)
        if item["property"] == "frequency":
            if item.get("unit") not in RHYTHMS or item["value"] != 1:
                document.fail(where, "frequency is 1 with unit d, w, m or y.")
            rhythm = RHYTHMS[item["unit"]]
        elif item["property"] == "generalAvailability":
            due_from = read_day(document, item["value"], None, where)
        elif not isinstance(item["value"], int) or item.get("unit") != "d":
            document.fail(where, "latency is a whole number of days (unit d).")
        else:
            latency = item["value"]
    if rhythm and not due_from:
        document.fail(("slaProperties",), "frequency needs generalAvailability: the first due day.")
    return Schedule(rhythm, due_from, latency)


def read_day(document: Document, value: object, default: Any, where: Where) -> dt.date:
    """A day, as YAML's date or as ISO text."""
    if value is None:
        return cast(dt.date, default)
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        document.fail(where, "a day is written like 2012-03-01.")


def read_flag(document: Document, custom: Mapping[str, Any], key: str) -> bool:
    """A custom property that is true or false; false when it is absent."""
    value = custom.get(key, False)
    if not isinstance(value, bool):
        document.fail(("customProperties",), f"{key} is true or false.")
    return value


def check_layout(document: Document, contract: Contract) -> None:
    """What depends on more than one part of the contract."""
    stated = any("{site}" in name.pattern for name in contract.file_names)
    names = [item["name"] for item in document.data["schema"]]
    for entity in contract.objects.values():
        where: Where = ("schema", names.index(entity.name))
        unfold = entity.unfold
        if entity.name in UNFOLDED and unfold is None:
            document.fail(where, f"{entity.name} needs the custom property unfold.")
        if unfold and (unfold.by == "list") != (contract.format == "json"):
            document.fail(where, "unfold by list is for json, by row or cell for csv.")
        for field in entity.fields:
            if field.source_name == "{site}" and not stated:
                document.fail(("servers",), "a file name that states {site} is needed.")
            if field.transform and contract.format == "json":
                document.fail(where, f"{field.name}: transformLogic is for csv columns.")


def version_of(contract: Contract) -> str:
    """Hash of all that changes how a delivery is read: not the description, not the schedule."""
    parts = dataclasses.asdict(contract)
    for part in ("path", "description", "version", "schedule"):
        del parts[part]
    text = json.dumps([READING, parts], sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:12]
