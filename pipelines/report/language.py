"""Dutch as in Flanders, and English: numbers, dates, labels and the report's own sentences.

The sentences stand in `messages/<language>.yaml`; this module fills them. Numbers and dates are
formatted by Babel (`nl_BE`, `en_GB`), never by hand.
"""

import datetime as dt
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_decimal, format_percent

from pipelines.errors import WrongUse
from pipelines.report.codes import code_lists

MESSAGES = Path(__file__).parent / "messages"
LOCALES = {"nl": "nl_BE", "en": "en_GB"}


class Language:
    """One language of the report: how it writes numbers and dates, and what it says."""

    def __init__(self, code: str) -> None:
        if code not in LOCALES:
            raise WrongUse(
                f"The report has no language {code!r}; it has {', '.join(LOCALES)}. "
                "Write for instance --lang nl,en."
            )
        self.code = code
        self.locale = LOCALES[code]
        self.html_code = self.locale.replace("_", "-")
        self._messages = _messages(code)

    def say(self, key: str, /, **values: object) -> str:
        """The sentence of `key`, its placeholders filled with words that are already formatted."""
        return self._messages[key].format(**values)

    def has(self, key: str) -> bool:
        """Whether there is a sentence of that key."""
        return key in self._messages

    def number(self, value: float, decimals: int = 0) -> str:
        """8.059 in Dutch, 8,059 in English; always so many decimals."""
        pattern = "#,##0" + ("." + "0" * decimals if decimals else "")
        return format_decimal(value, pattern, locale=self.locale)

    def percent(self, whole: int) -> str:
        """A whole percentage: 49%."""
        return format_percent(whole / 100, "#,##0%", locale=self.locale)

    def growth(self, whole: int) -> str:
        """A whole percentage with its sign: +49%, or a true minus."""
        sign = "+" if whole > 0 else "−" if whole < 0 else ""
        return sign + self.percent(abs(whole))

    def date(self, day: dt.date) -> str:
        """17 december 2020."""
        return format_date(day, "d MMMM y", locale=self.locale)

    def short_date(self, day: dt.date) -> str:
        """17 december, within the report's year."""
        return format_date(day, "d MMMM", locale=self.locale)

    def month(self, number: int) -> str:
        """april in Dutch, April in English."""
        name: str = get_month_names("wide", locale=self.locale)[number]
        return name

    def month_letters(self, number: int) -> str:
        """The month's short name, for axes."""
        name: str = get_month_names("abbreviated", locale=self.locale)[number]
        return name.rstrip(".")

    def weekday(self, iso_number: int) -> str:
        """maandag for 1; weeks start on Monday."""
        name: str = get_day_names("wide", locale=self.locale)[iso_number - 1]
        return name

    def label(self, list_name: str, code: str) -> str:
        """The code list's own label, unless the report has a better word for its readers."""
        key = f"labels.{list_name}.{code}"
        if self.has(key):
            return self.say(key)
        for entry in code_lists()[list_name]:
            if entry.code == code:
                return entry.label_nl if self.code == "nl" else entry.label_en
        raise KeyError(key)

    def proportion(self, words: dict[str, Any], noun: str | None = None) -> str:
        """A share in words, as `rounding.proportion` allows it: "meer dan zes op de tien".

        With a `noun` (a key of `nouns`) it says of whom: "de helft van de contacten".
        """
        kind = words["kind"]
        plural = self.say(f"nouns.{noun}") if noun else ""
        if kind == "percent":
            text = self.percent(words.get("pct", 0))
            return self.say("proportion.of", part=text, noun=plural) if noun else text
        if kind == "half":
            text = self.say("proportion.half")
            text = self.say("proportion.of", part=text, noun=plural) if noun else text
        elif self.has(named := f"proportion.{words['count']}_in_{words['of']}"):
            text = self.say(named)
            text = self.say("proportion.of", part=text, noun=plural) if noun else text
        else:
            count, of = (self.say(f"numerals.{words[name]}") for name in ("count", "of"))
            text = f"{self.say('proportion.fraction', count=count, of=of)} {plural}".strip()
        side = words.get("side")
        return self.say(f"proportion.{side}", text=text) if side else text

    def compared(self, entry: dict[str, Any], previous_year: int) -> str:
        """Growth in words: "49% meer dan in 2019"; empty if the year is not compared."""
        if "growth_pct" not in entry:
            return ""
        pct = entry["growth_pct"]
        kind = "more" if pct > 0 else "fewer" if pct < 0 else "as_many"
        return self.say(f"compared.{kind}", pct=self.percent(abs(pct)), year=previous_year)

    def sentence(self, text: str) -> str:
        """The text with a capital first letter."""
        return text[:1].upper() + text[1:]

    def soft(self, text: str) -> str:
        """The text with soft hyphens where its long words may break in a narrow column."""
        for word in self.say("hyphenation").split():
            text = text.replace(word.replace("|", ""), word.replace("|", "\u00ad"))
        return text

    def listing(self, items: list[str]) -> str:
        """a, b en c."""
        if len(items) < 2:
            return "".join(items)
        return f"{', '.join(items[:-1])} {self.say('and')} {items[-1]}"


@cache
def _messages(code: str) -> dict[str, str]:
    with (MESSAGES / f"{code}.yaml").open(encoding="utf-8") as file:
        return dict(_flat(yaml.load(file, Loader=yaml.CSafeLoader), ""))


def _flat(tree: dict[str, Any], prefix: str) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in tree.items():
        name = f"{prefix}{key}"
        pairs += _flat(value, f"{name}.") if isinstance(value, dict) else [(name, str(value))]
    return pairs
