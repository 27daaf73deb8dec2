"""What every section needs: figures by key, sentences, tables of a breakdown, editor's texts.

A finding whose figures are not there (joined, left out, not compared) is left out with them; a
section never computes a number.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pipelines.report.charts import NARROW, WIDE, Bar, bar_chart, drawing
from pipelines.report.codes import LIST_OF_BREAKDOWN, members_of
from pipelines.report.document import Chart, Definition, Exhibit, Section, Table, Value
from pipelines.report.language import Language
from pipelines.report.references import References
from pipelines.report.texts import Texts, paragraphs

Entry = dict[str, Any]
EMPTY: Entry = {}


@dataclass(frozen=True)
class Column:
    """A column of a breakdown's table: its heading, which figures it prints, and how."""

    heading: str
    attribute: str = "value"
    part: str = "all"


@dataclass
class Writer:
    """Writes the sections of one year in one language from its figures document."""

    document: dict[str, Any]
    language: Language
    texts: Texts
    references: References

    @property
    def year(self) -> int:
        """The report's year."""
        year: int = self.document["year"]
        return year

    def entry(self, key: str) -> Entry:
        """The figure of a key, or an empty one."""
        figures: dict[str, Entry] = self.document["figures"]
        return figures.get(key, EMPTY)

    def rows(self, table: str) -> list[dict[str, Any]]:
        """The rows of a table of the figures document; none if it was left out."""
        rows: list[dict[str, Any]] = self.document["tables"].get(table, [])
        return rows

    def say(self, key: str, /, **values: object) -> str:
        """A sentence of the section or of the whole report."""
        return self.language.say(key, **values)

    def count(self, key: str) -> str:
        """A count as printed."""
        return self.language.number(self.entry(key)["value"])

    def noun(self, key: str) -> str:
        """What a figure counts whose key is one of `nouns`: one, or more of them."""
        return self.say(f"{'one' if self.entry(key)['value'] == 1 else 'nouns'}.{key}")

    def counted(self, key: str) -> str:
        """A figure with its own noun: "8.059 contacten"."""
        return f"{self.count(key)} {self.noun(key)}"

    def pct(self, key: str, attribute: str = "share_pct") -> str:
        """A whole percentage as printed."""
        return self.language.percent(self.entry(key)[attribute])

    def surely(self, key: str) -> str:
        """A share as the least that is sure of a majority ("more than 91%"), else as it is."""
        entry = self.entry(key)
        if entry["more_than_pct"] < 50:
            return self.pct(key)
        more_than = self.pct(key, "more_than_pct")
        return self.say("proportion.more_than", text=more_than)

    def has(self, *keys: str, attribute: str = "value") -> bool:
        """Whether every key has a figure with the attribute."""
        return all(attribute in self.entry(key) for key in keys)

    def compared(self, key: str) -> str:
        """Growth in words, or nothing."""
        return self.language.compared(self.entry(key), self.year - 1)

    def proportion(self, key: str, noun: str) -> str:
        """A share in words, of whom."""
        return self.language.proportion(self.entry(key)["in_words"], noun)

    def member_label(self, breakdown: str, row: dict[str, Any]) -> str:
        """How a row is called: its code's label, the labels of what was joined, or not known."""
        language = self.language
        if row["member"] == "not_known":
            return self.say("not_known")
        codes = row["codes"]
        if breakdown == "hour":
            first, last = int(codes[0]), int(codes[-1]) + 1
            return self.say("hours", first=first, last=last)
        if breakdown == "month":
            return language.listing([language.month(int(code)) for code in codes])
        if breakdown == "iso_weekday":
            return language.listing([language.weekday(int(code)) for code in codes])
        name = LIST_OF_BREAKDOWN.get(breakdown, breakdown)
        missing = [code.code for code in members_of(breakdown) if code.group == "missing"]
        labels = [language.label(name, code) for code in codes if code not in missing]
        if len(labels) < len(codes):
            labels.append(self.say("not_known").lower())
        return language.listing(labels)

    def ranked(self, table: str, *, last: Sequence[str] = ("other",)) -> list[dict[str, Any]]:
        """Rows from large to small; a rest (`other`) and the not-known at the end."""

        def place(row: dict[str, Any]) -> tuple[bool, bool, int]:
            key = next(iter(row["figures"].values()))
            return row["member"] == "not_known", row["member"] in last, -self.entry(key)["value"]

        return sorted(self.rows(table), key=place)

    def value(self, key: str | None, attribute: str) -> Value:
        """A cell: the figure as printed, with the number behind it."""
        number = self.entry(key).get(attribute) if key else None
        if number is None:
            return Value(self.say("none"))
        if attribute == "growth_pct":
            return Value(self.language.growth(number), number, "growth")
        if attribute.endswith("_pct"):
            return Value(self.language.percent(number), number, "percent")
        return Value(self.language.number(number), number, "count")

    def table(
        self,
        table: str,
        title: str,
        first: str,
        columns: Sequence[Column],
        *,
        rows: list[dict[str, Any]] | None = None,
        notes: Sequence[str] = (),
        suffix: str = "",
    ) -> Table:
        """A breakdown as a table; columns for which no row has a figure are left out.

        `suffix` tells a second table of the same breakdown from the first.
        """
        breakdown = table.partition(".")[2]
        chosen = self.rows(table) if rows is None else rows
        shown = [
            column
            for column in columns
            if any(
                column.attribute in self.entry(row["figures"].get(column.part, ""))
                for row in chosen
            )
        ]
        return Table(
            "-".join(re.split(r"[._]", table) + ([suffix] if suffix else [])),
            title,
            (self.say(f"columns.{first}"), *(self.say(f"columns.{c.heading}") for c in shown)),
            tuple(
                (
                    Value(self.language.sentence(self.member_label(breakdown, row))),
                    *(self.value(row["figures"].get(c.part), c.attribute) for c in shown),
                )
                for row in chosen
            ),
            tuple(notes),
        )

    def bars(
        self,
        table: str,
        title: str,
        description: str,
        *,
        attribute: str,
        rows: list[dict[str, Any]],
        parts: Sequence[tuple[str, str]] = (("all", ""),),
        suffix: str = "",
    ) -> Chart | None:
        """A bar per row and part, each labelled with its own figure and, if several, its part."""
        breakdown = table.partition(".")[2]
        bars = []
        for row in rows:
            values = []
            for part, name in parts:
                number = self.entry(row["figures"].get(part, "")).get(attribute)
                if number is not None:
                    words = self.value(row["figures"][part], attribute).text
                    values.append((float(number), f"{words} {name}".strip()))
            if values:
                label = self.language.sentence(self.member_label(breakdown, row))
                bars.append(Bar(label, tuple(values), row["member"] == "not_known"))
        if not bars:
            return None
        name = "-".join(["chart", *re.split(r"[._]", table), *([suffix] if suffix else [])])
        drawn = {}
        for kind, width in (("wide", WIDE), ("narrow", NARROW)):
            marks, height = bar_chart(bars, width)
            drawn[kind] = drawing(
                marks, width, height, name=name, title=title, description=description, kind=kind
            )
        return Chart(name, title, description, drawn["wide"], drawn["narrow"])

    def section(
        self,
        name: str,
        headline: str = "",
        findings: Sequence[str] = (),
        exhibits: Sequence[Exhibit | None] = (),
        cautions: Sequence[str] = (),
    ) -> Section:
        """The section with the editor's texts that belong to it."""
        title = self._text(name, "title") or self.say(f"sections.{name}.title")
        texts = paragraphs(self._text(name, "text") or "")
        signed = self._text(name, "signed")
        definitions = self._definitions(name)
        sources = [
            f"{self.language.number(fact.value)}{'%' if fact.unit == 'percent' else ''}: "
            f"{fact.population}. {self.say('source', source=fact.source)}"
            for fact in self.references.cited()
        ]
        return Section(
            name,
            title,
            headline or title,
            tuple(self.language.sentence(finding) for finding in findings if finding),
            tuple([*texts, signed] if signed else texts),
            definitions,
            tuple(exhibit for exhibit in exhibits if exhibit),
            tuple(cautions),
            tuple(sources),
        )

    def _text(self, section: str, field: str) -> str | None:
        text = self.texts.get((section, field))
        return text.filled(self.references.resolve).strip() if text else None

    def _definitions(self, section: str) -> tuple[Definition, ...]:
        breakdown = {"categories": "category", "violence_form": "violence_form"}.get(section)
        if breakdown is None:
            return ()
        found = []
        for key, text in self.texts.items():
            if key[:2] == (section, "definitions"):
                term = self.language.label(breakdown, key[2])
                words = " ".join(text.filled(self.references.resolve).split())
                found.append(Definition(term, words))
        return tuple(found)
