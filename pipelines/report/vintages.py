"""Freezing: a report that was published stays as it was, and later figures are held against it.

`vintages/<year>/` holds the files and their hashes; `vintages/<year>.csv` holds its counts as rows
of published figures, which the next night loads and reconciles. What then differs is a revision.
"""

import csv
import hashlib
import io
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pipelines.errors import CannotRun, DataNotPassed, WrongUse
from pipelines.report.tables import BREAKDOWNS, WHOLE, Breakdown, Within, figure_key
from pipelines.settings import Settings

MANIFEST = "MANIFEST.json"

COLUMNS = (
    "publication", "figure_id", "section", "year", "measure", "filter", "within", "known",
    "statistic", "compare_year", "published", "precision", "low", "high", "note",
)  # fmt: skip


def is_frozen(settings: Settings, year: int) -> bool:
    """Whether the report of that year is a vintage."""
    return (settings.vintages / str(year) / MANIFEST).is_file()


def frozen_years(settings: Settings) -> set[int]:
    """Years whose report is a vintage."""
    found = settings.vintages.glob(f"[0-9][0-9][0-9][0-9]/{MANIFEST}")
    return {int(path.parent.name) for path in found}


def frozen_files(settings: Settings, year: int) -> dict[str, bytes]:
    """The files of a vintage, checked against their hashes.

    Raises:
        CannotRun: a file was changed or is gone.
    """
    folder = settings.vintages / str(year)
    manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    files = {}
    for name, sha256 in manifest["files"].items():
        path = folder / name
        content = path.read_bytes() if path.is_file() else b""
        if hashlib.sha256(content).hexdigest() != sha256:
            raise CannotRun(
                f"{path}: not as it was frozen. Bring it back from the backup; a vintage is never "
                "made again."
            )
        files[name] = content
    return files


def freeze(settings: Settings, year: int, report: Path) -> Path:
    """Make the report in `report` (a folder with figures.json and its files) the year's vintage.

    Returns:
        The folder of the vintage.

    Raises:
        WrongUse: the year is frozen already.
        DataNotPassed: the report is provisional.
    """
    target = settings.vintages / str(year)
    if target.exists():
        raise WrongUse(
            f"The report of {year} is frozen already ({target}); a vintage is never made again. "
            "Later differences are stated as revisions by the next report."
        )
    figures = report / "figures.json"
    if not figures.is_file():
        raise WrongUse(f"There is no report of {year} to freeze. `helpline report --year {year}`.")
    document = json.loads(figures.read_text(encoding="utf-8"))
    if document["is_provisional"]:
        raise DataNotPassed(
            f"The report of {year} is provisional and cannot be frozen: days are missing or the "
            "year is not over. `helpline doctor` lists what is missing."
        )
    names = sorted(path.name for path in report.iterdir() if path.is_file())
    manifest = {
        "year": year,
        "publication": publication(document),
        "is_sample": document["is_sample"],
        "files": {name: hashlib.sha256((report / name).read_bytes()).hexdigest() for name in names},
    }
    incoming = settings.vintages / f".incoming-{year}"
    shutil.rmtree(incoming, ignore_errors=True)
    incoming.mkdir(parents=True)
    for name in names:
        shutil.copyfile(report / name, incoming / name)
    (incoming / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n", encoding="utf-8")
    for path in incoming.iterdir():
        path.chmod(0o444)
    # the rows first: a year without rows would be frozen and held against nothing
    rows = settings.vintages / f"{year}.csv"
    unfinished = rows.with_suffix(".incoming")
    unfinished.write_text(_as_csv(document), encoding="utf-8")
    unfinished.replace(rows)
    incoming.replace(target)
    return target


def publication(document: dict[str, Any]) -> str:
    """The name under which the figures of a vintage are published."""
    return f"frozen report {document['year']} as of {document['as_of']}"


def _as_csv(document: dict[str, Any]) -> str:
    """The counts of the report as rows of published figures."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    year = document["year"]
    for key, measure, conditions in _counts(document):
        value = document["figures"][key]["value"]
        writer.writerow(
            {
                "publication": publication(document),
                "figure_id": f"frozen_{year}.{key}",
                "section": "frozen",
                "year": year,
                "measure": measure,
                "filter": conditions,
                "statistic": "count",
                "published": value,
                "precision": "exact",
                "low": value,
                "high": value,
            }
        )
    return text.getvalue()


def _counts(document: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Every printed count that the marts can compute: key, measure, filter."""
    for measure in ("contacts", "victims"):
        yield measure, measure, ""
    for breakdown in BREAKDOWNS:
        for row in document["tables"].get(breakdown.name, []):
            for within in breakdown.columns:
                key = figure_key(breakdown.measure, breakdown.breakdown, row["member"], within)
                if key in document["figures"]:
                    yield key, breakdown.measure, _filter(breakdown, row["codes"], within)


def _filter(breakdown: Breakdown, codes: list[str], within: Within) -> str:
    conditions = f"{breakdown.breakdown}={'|'.join(codes)}"
    return conditions if within == WHOLE else f"{conditions};{within[0]}={within[1]}"
