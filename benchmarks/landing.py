"""Landing folders to measure on: the sample at a scale up to its last day but one, and that day.

The history ends on 30 December 2020, so that the last day can come as one night's news: the same
files on every history, with record ids that no history holds.
"""

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

HISTORY_ENDS, LAST_DAY = dt.date(2020, 12, 30), dt.date(2020, 12, 31)
SERVICE_START = dt.date(2012, 3, 1)
HELPLINE = Path(sys.executable).with_name("helpline")
PERIOD = re.compile(r"(?P<year>\d{4})(?:-(?P<month>\d\d))?(?:-(?P<day>\d\d))?\.[a-z]+$")
# where a record's id stands, by file type; the sample's ids end in 0 or 5
RECORD_ID = {
    ".csv": re.compile(rb"^(\d{9})[05];", re.MULTILINE),
    ".json": re.compile(rb'^(\{"id":\d{9})[05],', re.MULTILINE),
    ".jsonl": re.compile(rb'^(\{"id":\d{9})[05],', re.MULTILINE),
}
NEW_DIGIT = b"7"


def make_history(folder: Path, scale: int) -> Path:
    """The landing folder of a scale without its last day; made once and kept."""
    if (folder / "SAMPLE.json").exists():
        return folder
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([HELPLINE, "sample", "--scale", str(scale), "--to", folder], check=True)
    midnight = dt.datetime.combine(LAST_DAY, dt.time(), dt.UTC).timestamp()
    for path in folder.rglob("*.*"):
        if path.parent != folder and path.stat().st_mtime >= midnight:
            path.unlink()
    described = json.loads((folder / "SAMPLE.json").read_text())
    described["as_of"] = LAST_DAY.isoformat()
    (folder / "SAMPLE.json").write_text(json.dumps(described))
    return folder


def make_last_day(folder: Path, whole: Path) -> Path:
    """The files of the last day at scale 1, their records renumbered.

    Args:
        folder: where they go, one folder per source.
        whole: where the whole sample at scale 1 is written.
    """
    if folder.exists():
        return folder
    if not (whole / "SAMPLE.json").exists():
        subprocess.run([HELPLINE, "sample", "--to", whole], check=True)
    for path in sorted(whole.rglob(f"*_{LAST_DAY}.*")):
        copy = folder / path.relative_to(whole)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
        pattern = RECORD_ID[path.suffix]
        copy.write_bytes(pattern.sub(rb"\g<1>" + NEW_DIGIT + _after(path), path.read_bytes()))
        shutil.copystat(path, copy)
    return folder


def _after(path: Path) -> bytes:
    return b";" if path.suffix == ".csv" else b","


def covered(path: Path, earliest: dt.date = SERVICE_START) -> tuple[dt.date, dt.date]:
    """First and last day that a file's name states, none before `earliest`.

    Raises:
        ValueError: the name states no period.
    """
    found = PERIOD.search(path.name)
    if not found:
        raise ValueError(f"{path.name} states no period")
    year, month, day = (int(part) if part else None for part in found.groups())
    if year is None or month is None:
        first, last = dt.date(year or 0, 1, 1), dt.date(year or 0, 12, 31)
    elif day is None:
        first = dt.date(year, month, 1)
        last = (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)
    else:
        first = last = dt.date(year, month, day)
    return max(first, earliest), last


def deliveries(landing: Path, source: str) -> list[Path]:
    """Files of a source in the order in which they were exported."""
    return sorted((landing / source).iterdir(), key=lambda path: (path.stat().st_mtime, path.name))
