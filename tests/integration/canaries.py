"""Tokens planted in landing files, each telling where it was planted, and the search for them.

Every token is its own word that begins alike, so that one search finds any, in whatever column,
page or log it came to lie, and the word says from where.
"""

import csv
import io
import json
import os
import re
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
from pypdf import PdfReader

STEM = "zqkanarie"
FOUND = re.compile(STEM.encode() + rb"[a-z]*", re.IGNORECASE)
RECORD_ID = re.compile(r'"id":(\d+),|\n(\d+);')
EXPORTED = 1_609_459_000  # an hour before midnight of the sample's clock, after all its exports
PHONE_CODES = (
    "Soort oproep", "Relatie contactnemer", "Leeftijd contactnemer", "Geslacht contactnemer",
    "Anoniem", "Problematiek", "Hoofdvorm van geweld", "Leeftijd slachtoffer",
    "Geslacht slachtoffer", "Context", "Gevolg",
)  # fmt: skip
Row = dict[str, str]
Item = dict[str, Any]


def token(*place: str) -> str:
    """The word planted at a place: letters only, so that nothing cuts it."""
    return STEM + re.sub("[^a-z]", "", "".join(place).lower())


def write(path: Path, text: str) -> None:
    """A file as exported before the night, without a settle time to wait for."""
    path.write_bytes(text.encode())
    os.utime(path, (EXPORTED, EXPORTED))


def edit_table(source: Path, target: Path, change: Callable[[list[Row]], None]) -> None:
    """A CSV export with changed rows; new columns are those of its first row."""
    delimiter = ";" if source.parent.name == "phone" else ","
    text = source.read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter))
    change(rows)
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter, restval="")
    writer.writeheader()
    writer.writerows(rows)
    write(target, ("\ufeff" if delimiter == ";" else "") + out.getvalue())


def edit_tickets(source: Path, target: Path, change: Callable[[list[Item]], None]) -> None:
    """A mail export with changed tickets."""
    items = [json.loads(line) for line in source.read_text().splitlines()]
    change(items)
    write(target, "".join(json.dumps(item) + "\n" for item in items))


def edit_json(source: Path, target: Path, change: Callable[[Any], None]) -> None:
    """A chat or web export with changed content."""
    content = json.loads(source.read_text())
    change(content)
    write(target, json.dumps(content))


def rename_record(folder: Path, name: str, word: str) -> None:
    """Give the first record of a file another id, in every file of the source that knows it."""
    text = (folder / name).read_text(encoding="utf-8-sig")
    known = next(filter(None, RECORD_ID.search(text).groups()))  # type: ignore[union-attr]  # it has one
    for path in folder.iterdir():
        text = path.read_bytes().decode(errors="surrogateescape")
        renamed = text.replace(f'"id":{known},', f'"id":"{word}",').replace(
            f"\n{known};", f"\n{word};"
        )
        if renamed != text:
            stat = path.stat()
            path.write_bytes(renamed.encode(errors="surrogateescape"))
            os.utime(path, ns=(stat.st_atime_ns, stat.st_mtime_ns))


def planted(home: Path) -> Iterator[tuple[str, str]]:
    """Every place below `home`, landing apart, where a token lies: the file, and the token."""
    for path in sorted(home.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.is_relative_to(home / "landing"):
            continue
        for text in contents(path):
            for word in set(FOUND.findall(text)):
                yield str(path.relative_to(home)), word.decode()


def contents(path: Path) -> Iterator[bytes]:
    """What a file holds, as its bytes and as whoever opens it reads it."""
    yield path.read_bytes()
    if path.suffix == ".duckdb":
        yield from tables(path)
    elif path.suffix == ".parquet":
        yield cells(duckdb.connect(), f"read_parquet('{path}')")
    elif path.suffix == ".xlsx":
        with zipfile.ZipFile(path) as workbook:
            yield from map(workbook.read, workbook.namelist())
    elif path.suffix == ".pdf":
        reader = PdfReader(path)
        yield f"{reader.metadata} {' '.join(page.extract_text() for page in reader.pages)}".encode()


def tables(database: Path) -> Iterator[bytes]:
    """Every cell of every table that holds a token: what is compressed shows nothing in bytes."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute(
            "select format('{}.{}', schema_name, table_name) from duckdb_tables()"
        ).fetchall()
        for (name,) in names:
            yield cells(connection, name)


def cells(connection: duckdb.DuckDBPyConnection, relation: str) -> bytes:
    """The rows of a relation that hold a token, as text."""
    rows = connection.execute(
        f"select rows::varchar from {relation} as rows where contains(lower(rows::varchar), ?)",
        [STEM],
    ).fetchall()
    return " ".join(text for (text,) in rows).encode()
