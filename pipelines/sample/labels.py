"""What the source systems write for each code: the labels of the code lists, Dutch or English.

The code lists are the seed that the warehouse uses as well; the older Dutch labels, which no
list holds as its current one, stand here.
"""

import csv
from functools import cache
from itertools import product

from pipelines.settings import PROJECT

CODE_LISTS = PROJECT / "dbt_project" / "seeds" / "code_lists.csv"
OLD_LABELS_UNTIL = 2018
OLD_LABELS = {"violence_between_minors": "Geweld tussen kinderen"}
# Positions that the records use, per list; 'not recorded' and 'unmapped' are ours, not theirs.
LENGTHS = {
    "category": 9,
    "violence_form": 7,
    "age_band": 5,
    "sex": 6,
    "relation": 12,
    "context": 13,
    "outcome": 7,
    "contact_age_group": 5,
    "campaign_kind": 4,
}
PERSON_LISTS = ("category", "violence_form", "age_band", "sex", "context")
NOT_FILLED = "not_filled"


@cache
def _code_lists() -> dict[str, list[dict[str, str]]]:
    lists: dict[str, list[dict[str, str]]] = {}
    with CODE_LISTS.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            lists.setdefault(row["list"], []).append(row)
    return lists


def labels(name: str, language: str, year: int = OLD_LABELS_UNTIL + 1) -> list[str]:
    """Labels of a code list in its order; empty for what was not filled in.

    Args:
        name: a list of `LENGTHS`.
        language: nl or en.
        year: year of the export; older exports use older labels.
    """
    rows = _code_lists()[name][: LENGTHS[name]]
    return [
        ""
        if row["code"] == NOT_FILLED
        else OLD_LABELS.get(row["code"], row["label_nl"])
        if language == "nl" and year <= OLD_LABELS_UNTIL
        else row[f"label_{language}"]
        for row in rows
    ]


@cache
def persons(template: str, language: str, *, old: bool, as_json: bool) -> list[str]:
    """`template` filled in for every combination of the five codes of a person."""
    year = OLD_LABELS_UNTIL + (not old)
    columns = [labels(name, language, year) for name in PERSON_LISTS]
    if as_json:
        columns = [[json_text(label) for label in column] for column in columns]
    return [template % combination for combination in product(*columns)]


def outcome_sets(language: str) -> list[list[str]]:
    """Labels of the outcomes for each of the 128 combinations that bits can say."""
    known = labels("outcome", language)
    return [[label for bit, label in enumerate(known) if bits >> bit & 1] for bits in range(128)]


def json_text(label: str) -> str:
    """A label as JSON, null where nothing was filled in. No label needs escaping."""
    return f'"{label}"' if label else "null"
