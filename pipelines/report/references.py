"""What the references in an editor's text stand for, formatted for one language."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from pipelines.errors import WrongUse
from pipelines.report.codes import members_of
from pipelines.report.derived import DERIVED
from pipelines.report.helpline import Helpline
from pipelines.report.language import Language
from pipelines.report.tables import BREAKDOWNS
from pipelines.report.texts import NotThisTime

ATTRIBUTES = ("value", "share_pct", "more_than_pct", "in_words", "previous", "growth", "growth_pct")
DECIMALS = {"victims_per_contact": 2}


@dataclass(frozen=True)
class Fact:
    """A number from elsewhere: its value, of whom it speaks, and who says so."""

    value: float
    unit: str
    population: str
    source: str


@dataclass
class References:
    """Resolves references for one report; remembers which facts were cited since last asked."""

    figures: dict[str, dict[str, Any]]
    facts: dict[str, Fact]
    year: int
    language: Language
    helpline: Helpline
    _cited: list[Fact] = field(default_factory=list)

    def resolve(self, name: str) -> str:
        """The words for a reference.

        Raises:
            LookupError: nothing is called so; the message says what is and what to do.
        """
        space, _, rest = name.partition(".")
        if name == "year":
            return str(self.year)
        if name == "previous_year":
            return str(self.year - 1)
        numbers = {"helpline": self.helpline.number, "emergency": self.helpline.emergency}
        if numbers.get(name):
            return numbers[name]
        if space == "figures":
            return self._figure(rest)
        if space == "facts":
            return self._fact(rest)
        if space == "date":
            return self._date(rest)
        if space == "month" and rest.isdecimal() and 1 <= int(rest) <= 12:
            return self.language.month(int(rest))
        raise LookupError(
            "unknown reference. Known are figures.…, facts.…, year, previous_year, date.…, "
            "month.…, helpline and emergency"
        )

    def cited(self) -> list[Fact]:
        """The facts cited since the last call, each once."""
        facts, self._cited = list(dict.fromkeys(self._cited)), []
        return facts

    def _figure(self, name: str) -> str:
        key, attribute = name, "value"
        if name.rpartition(".")[2] in ATTRIBUTES:
            key, _, attribute = name.rpartition(".")
        entry = self.figures.get(key)
        if attribute not in ATTRIBUTES or (entry is None and not is_figure(key)):
            raise LookupError("no such figure. figures.json of a report lists them all")
        if entry is None or attribute not in entry:
            raise NotThisTime("this report has no such figure: too few cases, or no year before")
        number = entry[attribute]
        if attribute == "more_than_pct" and number < 0:
            raise NotThisTime("no percentage lies below this share")
        if attribute == "in_words":
            return self.language.proportion(number)
        minus = "−" if number < 0 else ""
        if attribute.endswith("_pct"):
            return minus + self.language.percent(abs(number))
        return minus + self.language.number(abs(number), DECIMALS.get(name, 0))

    def _fact(self, name: str) -> str:
        fact = self.facts.get(name)
        if fact is None:
            raise LookupError(
                "no such fact. Add it to facts.yaml with value, population and source"
            )
        self._cited.append(fact)
        if fact.unit == "percent":
            return self.language.percent(int(fact.value))
        return self.language.number(fact.value)

    def _date(self, text: str) -> str:
        try:
            day = dt.date.fromisoformat(text)
        except ValueError:
            raise LookupError("not a date. Write date.2020-03-18") from None
        if day.year == self.year:
            return self.language.short_date(day)
        return self.language.date(day)


def is_figure(key: str) -> bool:
    """Whether figures.json can have that key in some report: its names and codes are known."""
    if key in ("contacts", "victims", "victims_per_contact", "campaigns", *DERIVED):
        return True
    parts = key.split(".")
    codes = {
        (breakdown.measure, name): {code.code for code in members_of(name)} | {"not_known"}
        for breakdown in BREAKDOWNS
        for name in (breakdown.breakdown, breakdown.group_breakdown)
        if name
    }
    if len(parts) not in (3, 6):
        return False
    known = codes.get((parts[0], parts[1]), set())
    return set(parts[2].split("+")) <= known


def load_facts(folder: Path, language: str) -> dict[str, Fact]:
    """The facts from elsewhere, with their words in one language.

    Raises:
        WrongUse: a fact lacks its value, unit, population or source.
    """
    path = folder / "facts.yaml"
    if not path.is_file():
        return {}
    facts = {}
    for name, entry in (yaml.safe_load(path.read_text(encoding="utf-8")) or {}).items():
        try:
            facts[name] = Fact(
                float(entry["value"]),
                {"percent": "percent", "count": "count"}[entry["unit"]],
                str(entry["population"][language]),
                str(entry["source"]),
            )
        except (KeyError, TypeError, ValueError):
            raise WrongUse(
                f"{path.name}: the fact {name} needs value (a number), unit (percent or count), "
                f"population with {language}, and source."
            ) from None
    return facts
