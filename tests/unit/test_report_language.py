"""Dutch as in Flanders, and English: snapshots of numbers, dates and sentences."""

import datetime as dt

import pytest

from pipelines.errors import WrongUse
from pipelines.report.language import MESSAGES, Language, _messages

NL, EN = Language("nl"), Language("en")


def test_numbers_are_written_as_in_flanders() -> None:
    assert NL.number(8059) == "8.059"
    assert NL.number(1.4, 2) == "1,40"
    assert NL.percent(49) == "49%"
    assert NL.growth(120) == "+120%"
    assert NL.growth(-3) == "−3%"
    assert NL.growth(0) == "0%"


def test_numbers_are_written_as_in_english() -> None:
    assert EN.number(11305) == "11,305"
    assert EN.number(1.4, 2) == "1.40"
    assert EN.growth(1499) == "+1,499%"


def test_dates_months_and_weekdays_are_written_as_in_flanders() -> None:
    assert NL.date(dt.date(2020, 12, 17)) == "17 december 2020"
    assert NL.month(4) == "april"
    assert NL.weekday(1) == "maandag"
    assert NL.weekday(7) == "zondag"
    assert EN.date(dt.date(2020, 12, 17)) == "17 December 2020"


def test_shares_in_words_read_well_in_both_languages() -> None:
    six = {"kind": "fraction", "count": 6, "of": 10, "side": "more_than"}
    half = {"kind": "half", "side": "almost"}
    thirds = {"kind": "fraction", "count": 2, "of": 3}
    percent = {"kind": "percent", "pct": 8}
    assert NL.proportion(six, "victims") == "meer dan zes op de tien gemelde slachtoffers"
    assert NL.proportion(half, "contacts") == "bijna de helft van de contacten"
    assert NL.proportion(thirds, "contacts") == "twee derde van de contacten"
    assert NL.proportion(percent, "contacts") == "8% van de contacten"
    assert EN.proportion(six, "victims") == "more than six in ten reported victims"
    assert EN.proportion(half) == "almost half"


@pytest.mark.parametrize(
    ("growth", "dutch"),
    [
        ({"growth_pct": 49}, "49% meer dan in 2019"),
        ({"growth_pct": -3}, "3% minder dan in 2019"),
        ({"growth_pct": 0}, "ongeveer evenveel als in 2019"),
        ({}, ""),
    ],
)
def test_growth_says_more_fewer_or_as_many(growth: dict[str, int], dutch: str) -> None:
    assert NL.compared(growth, 2019) == dutch


def test_both_languages_say_the_same_things_with_the_same_placeholders() -> None:
    import string

    def placeholders(text: str) -> set[str | None]:
        return {name for _, name, _, _ in string.Formatter().parse(text) if name}

    dutch, english = _messages("nl"), _messages("en")
    assert set(dutch) == set(english)
    assert {key: placeholders(dutch[key]) for key in dutch} == {
        key: placeholders(english[key]) for key in english
    }


def test_no_message_claims_a_cause() -> None:
    for path in sorted(MESSAGES.glob("*.yaml")):
        words = path.read_text(encoding="utf-8").lower()
        for claim in ("door de campagne", "dankzij", "because of", "thanks to the campaign"):
            assert claim not in words


def test_an_unknown_language_names_the_known_ones() -> None:
    with pytest.raises(WrongUse, match=r"'fr'.*nl, en"):
        Language("fr")
