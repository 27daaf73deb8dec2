"""The header of a CSV file: which declared column stands where, and which nobody declared."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator

from pipelines.contracts import Contract
from pipelines.contracts.model import Field
from pipelines.ingest import refusal
from pipelines.ingest.refusal import Rejected
from pipelines.ingest.scan import Scan

DELIMITERS = (";", ",", "\t", "|")
CURRENCY = "{currency}"


def read_header(contract: Contract, scan: Scan) -> list[str]:
    """The names of the columns, as the file has them."""
    dialect = contract.dialect
    text = scan.head[scan.text_start :].decode(dialect.encoding, errors="ignore")
    lines = csv.reader(
        io.StringIO(text, newline=None), delimiter=dialect.delimiter, quotechar=dialect.quote
    )
    return next(lines, [])


def find_columns(contract: Contract, header: list[str]) -> tuple[dict[str, int], dict[str, str]]:
    """Position of every declared column, and the currency where a header names it.

    Raises:
        Rejected: SCHEMA_DRIFT_MISSING names the missing column; BAD_DIALECT when another
            delimiter would give it, or when a declared column stands twice.
    """
    names = [normal_header(name) for name in header]
    places: dict[str, int] = {}
    constants: dict[str, str] = {}
    missing: list[str] = []
    for wanted, aliases, required in declared_columns(contract):
        patterns = [header_pattern(alias) for alias in aliases]
        found = [
            (place, match)
            for place, name in enumerate(names)
            for pattern in patterns
            if (match := pattern.fullmatch(name))
        ]
        if len(found) > 1:
            raise Rejected(refusal.BAD_DIALECT, 1, wanted)
        if found:
            places[wanted] = found[0][0]
            constants |= {key: value.upper() for key, value in found[0][1].groupdict().items()}
        elif required:
            missing.append(wanted)
    if missing:
        raise Rejected(missing_reason(contract, header), 1, missing[0])
    return places, constants


def declared_columns(contract: Contract) -> Iterator[tuple[str, tuple[str, ...], bool]]:
    """(source name, names under which it may come, must be there) of every column that is read.

    Every declared column must be there unless the contract says that it may be absent: a renamed
    column would else turn all its values to not-filled without a word.
    """
    for field in all_fields(contract):
        if field.source_name and not field.source_name.startswith("{"):
            yield field.source_name, field.names, not field.may_be_absent
        for name in field.inputs:
            yield name, (name,), True
    if contract.dialect.leave_out_blank:
        yield contract.dialect.leave_out_blank, (contract.dialect.leave_out_blank,), True


def all_fields(contract: Contract) -> Iterator[Field]:
    """Every field of every entity."""
    for entity in contract.objects.values():
        yield from entity.fields


def normal_header(name: str) -> str:
    """Headers match after trimming, case-folding and composing accents."""
    return unicodedata.normalize("NFC", name.strip(" \t\r\n\u00a0\ufeff")).casefold()


def header_pattern(name: str) -> re.Pattern[str]:
    """A declared header as pattern; `{currency}` stands for the three letters of a currency."""
    pattern = re.escape(normal_header(name))
    return re.compile(pattern.replace(re.escape(CURRENCY), "(?P<currency>[a-z]{3})"))


def missing_reason(contract: Contract, header: list[str]) -> str:
    """Whether a column went missing or the whole line was cut at the wrong character."""
    wanted = [
        [header_pattern(alias) for alias in aliases]
        for _, aliases, required in declared_columns(contract)
        if required
    ]
    line = contract.dialect.delimiter.join(header)

    def found(names: list[str]) -> int:
        return sum(
            any(pattern.fullmatch(name) for pattern in patterns for name in names)
            for patterns in wanted
        )

    as_declared = found([normal_header(name) for name in header])
    others = (
        found([normal_header(name.strip('"')) for name in line.split(other)])
        for other in DELIMITERS
        if other != contract.dialect.delimiter
    )
    return refusal.BAD_DIALECT if max(others) > as_declared else refusal.SCHEMA_DRIFT_MISSING


def undeclared(contract: Contract, header: list[str]) -> list[str]:
    """Names of the columns that the contract does not know; they were never read."""
    known = [
        header_pattern(alias) for _, aliases, _ in declared_columns(contract) for alias in aliases
    ]
    return [
        name.strip()[:80] or f"(column {place} without a name)"
        for place, name in enumerate(header, start=1)
        if not any(pattern.fullmatch(normal_header(name)) for pattern in known)
    ]
