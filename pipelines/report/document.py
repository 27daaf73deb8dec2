"""The report as a thing of its own, before it is a page, a PDF or a workbook.

Everything in it is already said in one language and formatted; a renderer only lays it out. Numbers
keep their value beside their text, so that the workbook can hold numbers.
"""

from dataclasses import dataclass

from pipelines.report.helpline import Reach


@dataclass(frozen=True)
class Value:
    """A cell of a table: what is read, and the number behind it (None for text).

    `dutch` is the beginning of the text that is Dutch in every language: a name.
    """

    text: str
    number: float | None = None
    kind: str = "text"
    dutch: str = ""


@dataclass(frozen=True)
class Table:
    """A table with a heading per column; the first column names the rows."""

    id: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Value, ...], ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Chart:
    """A drawing in two widths, with the words that a screen reader speaks instead."""

    id: str
    title: str
    description: str
    wide: str
    narrow: str


@dataclass(frozen=True)
class Exhibit:
    """A table with its chart beside it, or a table alone."""

    table: Table
    chart: Chart | None = None


@dataclass(frozen=True)
class Definition:
    """A term and what the report means by it."""

    term: str
    text: str


@dataclass(frozen=True)
class Section:
    """One chapter: the finding as its heading, what is said about it, and its exhibits."""

    id: str
    title: str
    headline: str
    findings: tuple[str, ...] = ()
    paragraphs: tuple[str, ...] = ()
    definitions: tuple[Definition, ...] = ()
    exhibits: tuple[Exhibit, ...] = ()
    cautions: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


@dataclass(frozen=True)
class KeyFigure:
    """A number that the reader should remember, what it counts, and one line about it."""

    value: str
    label: str
    detail: str


@dataclass(frozen=True)
class Report:
    """One year in one language."""

    year: int
    language: str
    html_language: str
    title: str
    subtitle: str
    marks: tuple[str, ...]
    mark_details: tuple[str, ...]
    made_on: str
    key_figures: tuple[KeyFigure, ...]
    sections: tuple[Section, ...]
    organisation: str
    number: str
    reach: Reach | None
    smallest_count: str
