"""A release as a reader finds it: its folder, its MANIFEST.json, and whether both still agree.

Belongs here: what a release says about itself and the check of its files. Not here: writing one
(`writer`, `release`) and the pointer that chooses the current one (`folder`).
"""

import datetime as dt
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

MANIFEST = "MANIFEST.json"
DATABASE = "helpline.duckdb"
FORMAT = 1
"""Version of the layout of a release: another layout is another release of the same marts."""


@dataclass(frozen=True)
class Provenance:
    """What made a release: the night, the code, and the last delivery that it includes.

    Times are UTC and end in Z. `as_of` is the clock of the night (DESIGN §1.7), `published_at`
    the wall clock. `last_load_number` is the highest of `raw.deliveries`, null if there is none.
    """

    run_id: str
    code_version: str
    as_of: str | None
    is_sample: bool
    last_load_number: int | None
    last_delivery_loaded_at: str | None


@dataclass(frozen=True)
class Release:
    """One release folder. `tables` counts the rows of each mart, `bytes` the size of all files.

    `is_new` is false when a publication found that nothing had changed and kept this release;
    `faults` says in which way the files differ from the manifest, empty when they agree.
    """

    release_id: str
    folder: Path
    published_at: str
    provenance: Provenance
    content_hash: str
    tables: dict[str, int]
    bytes: int
    is_current: bool = False
    is_new: bool = False
    faults: tuple[str, ...] = field(default=())

    @property
    def database(self) -> Path:
        """The database of this release, read-only, with the schema `marts`."""
        return self.folder / DATABASE

    @property
    def rows(self) -> int:
        """Rows of all marts together."""
        return sum(self.tables.values())

    def as_json(self) -> dict[str, Any]:
        """What `helpline releases --json` prints of it."""
        return {
            "release_id": self.release_id,
            "folder": str(self.folder),
            "published_at": self.published_at,
            **vars(self.provenance),
            "rows": self.rows,
            "bytes": self.bytes,
            "is_current": self.is_current,
            "is_new": self.is_new,
            "verified": not self.faults,
            "faults": list(self.faults),
        }


def write_manifest(
    folder: Path,
    release_id: str,
    published_at: str,
    provenance: Provenance,
    content_hash: str,
    rows: dict[str, int],
) -> None:
    """Describe every file of a finished folder, so that a changed one can be told."""
    files = {}
    for path in release_files(folder):
        name = path.relative_to(folder).as_posix()
        in_table_folder = name.startswith(("parquet/", "csv/")) and path.stem in rows
        files[name] = {
            "sha256": sha256_of(path),
            "bytes": path.stat().st_size,
            "rows": rows[path.stem] if in_table_folder else None,
        }
    files[DATABASE]["rows"] = sum(rows.values())
    content = {
        "format": FORMAT,
        "release_id": release_id,
        "published_at": published_at,
        **vars(provenance),
        "content_hash": content_hash,
        "tables": {name: {"rows": count} for name, count in sorted(rows.items())},
        "files": files,
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def read_release(folder: Path, *, is_current: bool = False, verify: bool = True) -> Release:
    """Read a release folder and compare each file with the manifest, unless it was just written.

    A folder without a readable manifest is still listed, with that as its fault.
    """
    try:
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        return Release(
            release_id=folder.name,
            folder=folder,
            published_at=manifest["published_at"],
            provenance=Provenance(
                **{name: manifest[name] for name in Provenance.__dataclass_fields__}
            ),
            content_hash=manifest["content_hash"],
            tables={name: table["rows"] for name, table in manifest["tables"].items()},
            bytes=sum(path.stat().st_size for path in release_files(folder)),
            is_current=is_current,
            faults=tuple(_faults(folder, manifest["files"])) if verify else (),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        nothing = Provenance("", "", None, False, None, None)
        fault = (f"{MANIFEST} is missing or cannot be read",)
        return Release(folder.name, folder, "", nothing, "", {}, 0, is_current, faults=fault)


def _faults(folder: Path, expected: dict[str, dict[str, Any]]) -> list[str]:
    found = {path.relative_to(folder).as_posix(): path for path in release_files(folder)}
    found.pop(MANIFEST, None)
    missing = [f"{name} is missing" for name in sorted(expected.keys() - found.keys())]
    foreign = [f"{name} does not belong here" for name in sorted(found.keys() - expected.keys())]
    changed = [
        f"{name} was changed"
        for name in sorted(expected.keys() & found.keys())
        if found[name].stat().st_size != expected[name]["bytes"]
        or sha256_of(found[name]) != expected[name]["sha256"]
    ]
    return missing + foreign + changed


def release_files(folder: Path) -> list[Path]:
    """Every file below a release folder, in an order that is always the same."""
    return sorted(Path(parent) / name for parent, _, names in os.walk(folder) for name in names)


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's bytes, as 64 hex digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def utc_text(instant: dt.datetime | None) -> str | None:
    """An instant as `2021-01-01T03:00:00Z`; DuckDB's naive timestamps are UTC here."""
    if instant is None:
        return None
    aware = instant.replace(tzinfo=dt.UTC) if instant.tzinfo is None else instant
    return aware.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
