"""Published figures of a helpline: rows that lie beside its contracts, checked before a run.

Columns and meanings as in `published/*.csv` of 1712. A helpline without any has nothing to
reconcile, and that is no failure.
"""

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from pipelines.contracts.vocabulary import code_lists, read_seed
from pipelines.errors import WrongUse
from pipelines.settings import PROJECT, Settings

COLUMNS = (
    "publication", "figure_id", "section", "year", "measure", "filter", "within", "known",
    "statistic", "compare_year", "published", "precision", "low", "high", "note",
)  # fmt: skip
MEASURES = ("contacts", "victims", "referrals", "web_visitors", "campaigns")
STATISTICS = (
    "count", "share_pct", "share_pct_rounded", "growth_pct", "growth_abs", "ratio", "rank",
    "top_members", "members", "compare_share",
)  # fmt: skip
DIMENSIONS = PROJECT / "dbt_project" / "seeds" / "dimensions.csv"


def load_published(settings: Settings) -> list[list[object]]:
    """Rows of every publication beside the contracts and of every frozen vintage.

    Raises:
        WrongUse: a figure with an unknown measure, statistic, dimension or code; the message has
            the figure's id and the valid names.
    """
    folders = (settings.contracts / "published", settings.vintages)
    rows = []
    for folder in folders:
        for path in sorted(folder.glob("*.csv")):
            rows += read_publication(path)
    return rows


def read_publication(path: Path) -> list[list[object]]:
    """The rows of one file, checked."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        reader = csv.DictReader(lines)
        missing = [column for column in COLUMNS if column not in (reader.fieldnames or ())]
        if missing:
            raise WrongUse(f"{path}:1: missing column: {', '.join(missing)}.")
        rows = list(reader)
    dimensions = {row["dimension"]: row["code_list"] for row in read_seed(DIMENSIONS)}
    for row in rows:
        check_figure(path, row, dimensions)
    return [[typed(row, column) for column in COLUMNS] for row in rows]


def check_figure(path: Path, row: Mapping[str, str], dimensions: Mapping[str, str]) -> None:
    """Stop at a figure that nothing could compute."""
    where = f"{path}: figure '{row['figure_id']}'"
    one_of(where, "measure", row["measure"], MEASURES)
    one_of(where, "statistic", row["statistic"], STATISTICS)
    for column in ("filter", "within"):
        for part in filter(None, row[column].split(";")):
            dimension, _, codes = part.partition("=")
            one_of(where, f"dimension in {column}", dimension, dimensions)
            known = code_lists().get(dimensions[dimension])
            for code in filter(None, codes.split("|")):
                if known is not None:
                    one_of(where, f"code of {dimension}", code, known)
    for dimension in filter(None, row["known"].split(";")):
        one_of(where, "dimension in known", dimension, dimensions)
    for column in ("year", "compare_year", "low", "high"):
        try:
            typed(row, column)
        except ValueError:
            raise WrongUse(f"{where}: {column} is no number.") from None
    if row["statistic"].startswith("growth") and not row["compare_year"]:
        raise WrongUse(f"{where}: {row['statistic']} needs compare_year.")


def one_of(where: str, what: str, value: str, valid: Iterable[str]) -> None:
    """Fail with the valid names unless the value is one of them."""
    if value not in valid:
        raise WrongUse(f"{where}: unknown {what} '{value}'. Valid: {', '.join(valid)}.")


def typed(row: Mapping[str, str], column: str) -> object:
    """One cell as the raw table wants it; an empty one is null."""
    text = row[column].strip()
    if not text:
        return None
    if column in ("year", "compare_year"):
        return int(text)
    return float(text) if column in ("low", "high") else text
