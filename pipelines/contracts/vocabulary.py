"""The names a contract may use: the six entities with their fields, and the code lists.

Here belongs what is true of every source. What one source looks like belongs in its contract; how
a field is read belongs in `pipelines.ingest`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal

from pipelines.errors import WrongUse
from pipelines.settings import PROJECT

FieldType = Literal["id", "code", "timestamp", "date", "integer", "decimal", "text"]

NOT_RECORDED = "not_recorded"
NOT_FILLED = "not_filled"
UNMAPPED = "unmapped"


@dataclass(frozen=True)
class FieldKind:
    """What a canonical field holds; `code_list` only where it holds a code of that list."""

    type: FieldType
    code_list: str | None = None


def code(code_list: str) -> FieldKind:
    """A field that holds a code of `code_list`."""
    return FieldKind("code", code_list)


ID, TIMESTAMP, DATE = FieldKind("id"), FieldKind("timestamp"), FieldKind("date")
INTEGER, DECIMAL, TEXT = FieldKind("integer"), FieldKind("decimal"), FieldKind("text")

VERSION_FIELDS = {"updated_at": TIMESTAMP, "exported_at": TIMESTAMP}

FIELDS: Mapping[str, Mapping[str, FieldKind]] = {
    "contacts": {
        "record_id": ID,
        **VERSION_FIELDS,
        "started_at": TIMESTAMP,
        "ended_at": TIMESTAMP,
        "day": DATE,
        "duration_s": INTEGER,
        "contact_kind": code("contact_kind"),
        "channel": code("channel"),
        "relation": code("relation"),
        "contact_age_group": code("contact_age_group"),
        "contact_sex": code("sex"),
        "anonymous": code("anonymous"),
    },
    "victims": {
        "victim_number": INTEGER,
        "category": code("category"),
        "violence_form": code("violence_form"),
        "age_band": code("age_band"),
        "sex": code("sex"),
        "context": code("context"),
    },
    "referrals": {"outcome": code("outcome")},
    "web_visits": {
        **VERSION_FIELDS,
        "day": DATE,
        "site": code("site"),
        "visitors": INTEGER,
        "visits": INTEGER,
    },
    "campaigns": {
        **VERSION_FIELDS,
        "campaign_id": TEXT,
        "name": TEXT,
        "theme": TEXT,
        "kind": code("campaign_kind"),
        "medium": TEXT,
        "starts_on": DATE,
        "ends_on": DATE,
    },
    "ad_delivery": {
        **VERSION_FIELDS,
        "day": DATE,
        "last_day": DATE,
        "campaign_id": TEXT,
        "impressions": INTEGER,
        "reach": INTEGER,
        "clicks": INTEGER,
        "spend": DECIMAL,
        "currency": TEXT,
    },
}
RECORDS = ("contacts", "web_visits", "campaigns", "ad_delivery")
"""Entities of which one row or object of a file is one record."""

UNFOLDED = ("victims", "referrals")
"""Entities that hang on a contact: repeated rows, a nested list, or several labels in a cell."""

NEEDED = {
    "contacts": ("started_at|day",),
    "web_visits": ("day", "site", "visitors"),
    "campaigns": ("campaign_id", "name", "kind", "starts_on"),
    "ad_delivery": ("day", "campaign_id", "impressions"),
    "victims": (),
    "referrals": ("outcome",),
}
"""Fields without which an entity cannot be read; `a|b`: one of the two."""


@cache
def code_lists(
    path: Path = PROJECT / "dbt_project" / "seeds" / "code_lists.csv",
) -> dict[str, tuple[str, ...]]:
    """The codes of every list, in the order of the list.

    Raises:
        WrongUse: the seed is missing.
    """
    lists: dict[str, tuple[str, ...]] = {}
    for row in read_seed(path):
        lists[row["list"]] = (*lists.get(row["list"], ()), row["code"])
    return lists


def read_seed(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV seed by column name.

    Raises:
        WrongUse: the file is missing.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            return list(csv.DictReader(lines))
    except FileNotFoundError:
        raise WrongUse(f"{path} is missing. Restore it from version control.") from None
