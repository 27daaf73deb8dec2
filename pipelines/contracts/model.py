"""What a contract says, as typed objects: the only form in which the rest of the house knows it.

Nothing here reads a file; `reader` builds these objects and has checked them already.
"""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from pipelines.contracts.vocabulary import NOT_RECORDED, UNFOLDED, FieldKind

Layout = Literal["table", "lines", "array", "by_date"]
Rhythm = Literal["day", "week", "month", "year"]

PERIOD = r"(?P<period>\d{4}(?:-\d{2}(?:-\d{2})?)?)"
SITE = r"(?P<site>[^_/]+)"


@dataclass(frozen=True)
class Field:
    """One canonical field and where its value comes from: a column, a constant or an expression."""

    name: str
    kind: FieldKind
    source_name: str | None = None
    aliases: tuple[str, ...] = ()
    required: bool = False
    may_be_absent: bool = False
    constant: str | None = None
    transform: str | None = None
    inputs: tuple[str, ...] = ()
    labels: Mapping[str, str] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Every name under which the column may come."""
        return () if self.source_name is None else (self.source_name, *self.aliases)


@dataclass(frozen=True)
class Unfold:
    """How several victims or outcomes of one contact stand in its record.

    `row`: one repeated row each; `list`: a nested list at `path`; `cell`: labels in one cell.
    """

    by: Literal["row", "list", "cell"]
    path: str | None = None
    separator: str | None = None
    keep_blank: bool = False


@dataclass(frozen=True)
class Entity:
    """One of the six entities as this source fills it."""

    name: str
    fields: tuple[Field, ...]
    unfold: Unfold | None = None

    def field(self, name: str) -> Field | None:
        """The field of that canonical name, if the source has it."""
        return next((field for field in self.fields if field.name == name), None)


@dataclass(frozen=True)
class Dialect:
    """How the bytes of a delivery are written."""

    format: Literal["csv", "json"]
    layout: Layout
    encoding: Literal["utf-8", "latin-1", "cp1252"] = "utf-8"
    delimiter: str = ","
    quote: str = '"'
    time_zone: str = "UTC"
    timestamp_format: str = "iso"
    date_format: str = "%Y-%m-%d"
    decimal_sign: str = "."
    thousands_sign: str = ""
    blanks: tuple[str, ...] = ()
    leave_out_blank: str | None = None


@dataclass(frozen=True)
class FileName:
    """A pattern of file names: `*` is any text, `{period}` and `{site}` state what is inside."""

    pattern: str

    def match(self, name: str) -> re.Match[str] | None:
        """Match a path below the source's folder."""
        parts = re.split(r"(\*|\{period\}|\{site\})", self.pattern)
        known = {"*": ".*", "{period}": PERIOD, "{site}": SITE}
        return re.fullmatch("".join(known.get(part, re.escape(part)) for part in parts), name)


@dataclass(frozen=True)
class Schedule:
    """When deliveries are due: every `rhythm`, from `due_from`, `due_after_days` after its end."""

    rhythm: Rhythm | None = None
    due_from: dt.date | None = None
    due_after_days: int = 1


@dataclass(frozen=True)
class Contract:
    """One source. `version` changes whenever a delivery would be read otherwise."""

    source: str
    path: Path
    description: str
    version: str
    dialect: Dialect
    file_names: tuple[FileName, ...]
    objects: Mapping[str, Entity]
    replaces_period: bool
    earliest: dt.date
    schedule: Schedule

    @property
    def format(self) -> str:
        """`csv` or `json`."""
        return self.dialect.format

    @property
    def entities(self) -> tuple[str, ...]:
        """Names of the entities that this source fills."""
        return tuple(self.objects)

    @property
    def record(self) -> Entity:
        """The entity of which one row or object of the file is one record."""
        return next(entity for name, entity in self.objects.items() if name not in UNFOLDED)

    @property
    def is_contact_source(self) -> bool:
        """Whether its records are contacts."""
        return self.record.name == "contacts"

    @property
    def channel(self) -> str | None:
        """The one channel of all its contacts; none where a column says it."""
        if not self.is_contact_source:
            return None
        field = self.record.field("channel")
        if field is None:
            return NOT_RECORDED
        return field.constant

    @property
    def sites(self) -> tuple[str, ...]:
        """The sites of which each needs deliveries of its own."""
        field = self.record.field("site")
        return tuple(dict.fromkeys((field.labels or {}).values())) if field else ()
