"""The editor's texts: references are filled, typed digits are refused with their line."""

from pathlib import Path
from typing import Any

import pytest

from pipelines.errors import WrongUse
from pipelines.report.helpline import Helpline, load_helpline
from pipelines.report.language import Language
from pipelines.report.references import Fact, References, load_facts
from pipelines.report.texts import load_texts, paragraphs

FIGURES: dict[str, dict[str, Any]] = {
    "contacts": {"value": 8059, "previous": 5409, "growth_pct": 49},
    "victims_per_contact": {"value": 1.4},
    "contacts.relation.neighbour": {"value": 97, "growth": -1903, "growth_pct": -3},
    "contacts.channel.chat": {"value": 0, "share_pct": 0, "more_than_pct": -1},
    "contacts.anonymous.true": {
        "value": 5739,
        "share_pct": 71,
        "in_words": {"kind": "fraction", "count": 7, "of": 10, "side": "more_than"},
    },
}


def references() -> References:
    facts = {"share": Fact(30, "percent", "vrouwen", "WHO")}
    return References(FIGURES, facts, 2020, Language("nl"), Helpline("1712", "112"))


def write(folder: Path, words: str, name: str = "2020.nl.yaml") -> None:
    (folder / name).write_text(words, encoding="utf-8")


@pytest.mark.parametrize(
    ("reference", "words"),
    [
        ("figures.contacts", "8.059"),
        ("figures.contacts.growth_pct", "49%"),
        ("figures.contacts.relation.neighbour.growth_pct", "−3%"),
        ("figures.contacts.relation.neighbour.growth", "−1.903"),
        ("figures.contacts.previous", "5.409"),
        ("figures.victims_per_contact", "1,40"),
        ("figures.contacts.anonymous.true", "5.739"),
        ("figures.contacts.anonymous.true.share_pct", "71%"),
        ("figures.contacts.anonymous.true.in_words", "meer dan zeven op de tien"),
        ("facts.share", "30%"),
        ("year", "2020"),
        ("previous_year", "2019"),
        ("date.2020-03-18", "18 maart"),
        ("date.2019-12-31", "31 december 2019"),
        ("month.4", "april"),
        ("helpline", "1712"),
        ("emergency", "112"),
    ],
)
def test_a_reference_stands_for_its_figure_as_flanders_writes_it(
    tmp_path: Path, reference: str, words: str
) -> None:
    write(tmp_path, f"foreword:\n  text: Het was {{{{ {reference} }}}}, zei ze.\n")
    text = load_texts(tmp_path, 2020, "nl")["foreword", "text"]
    assert text.filled(references().resolve) == f"Het was {words}, zei ze."


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("foreword:\n  text: Wij telden 8059 contacten.\n", 2),
        ("foreword:\n  text: |\n    Eerst niets.\n\n    Dan 49% meer.\n", 5),
        ("foreword:\n  text: >\n    In {{ year }} en in 2019.\n", 3),
        ('foreword:\n  text: "Een half is ½."\n', 2),
        ('foreword:\n  text: "Een verborgen \\x37."\n', 2),
        ("categories:\n  definitions:\n    other: Artikel 458bis.\n", 3),
        ("foreword:\n  title: Top 10\n", 2),
    ],
)
def test_a_typed_digit_is_refused_with_its_line(tmp_path: Path, words: str, line: int) -> None:
    write(tmp_path, words)
    with pytest.raises(WrongUse, match=rf"2020\.nl\.yaml, line {line}: a digit"):
        load_texts(tmp_path, 2020, "nl")


@pytest.mark.parametrize(
    ("reference", "reason"),
    [
        ("figures.contact", "no such figure"),
        ("figures.contacts.relation.sister", "no such figure"),
        ("facts.nothing", "no such fact"),
        ("date.2020-13-01", "not a date"),
        ("number", "unknown reference"),
    ],
)
def test_an_unknown_reference_is_refused_with_its_line(
    tmp_path: Path, reference: str, reason: str
) -> None:
    write(tmp_path, f"foreword:\n  text: |\n    Eerst.\n\n    Dan {{{{ {reference} }}}}.\n")
    text = load_texts(tmp_path, 2020, "nl")["foreword", "text"]
    with pytest.raises(WrongUse, match=rf"line 5: .*{reason}"):
        text.filled(references().resolve)


@pytest.mark.parametrize(
    "figure",
    [
        # in a year that is not over nothing is compared with the year before
        "contacts.month.4.previous",
        # no percentage lies below a share of nothing
        "contacts.channel.chat.more_than_pct",
    ],
)
def test_a_paragraph_about_a_figure_that_this_report_lacks_is_left_out_and_logged(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, figure: str
) -> None:
    write(
        tmp_path,
        f"foreword:\n  text: |\n    Eerst.\n\n    Toen {{{{ figures.{figure} }}}}.\n\n"
        "    Ten slotte {{ figures.contacts }}.\n",
    )
    text = load_texts(tmp_path, 2020, "nl")["foreword", "text"]
    assert paragraphs(text.filled(references().resolve)) == ["Eerst.", "Ten slotte 8.059."]
    assert "2020.nl.yaml, line 5: paragraph left out" in caplog.text


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("foreword: [a, b]\n", "line 1: names with texts are expected"),
        ("foreword:\n  text: [a]\n", "line 2: a text is expected"),
        ("forword:\n  text: a\n", "line 1: unknown name"),
        ("foreword:\n  txt: a\n", "line 2: unknown name"),
        ("foreword:\n  text: a\n  text: b\n", "line 3: the name stands here twice"),
        ("foreword:\n  text: 'a\n", "not YAML"),
    ],
)
def test_a_text_in_the_wrong_place_is_refused_with_its_line(
    tmp_path: Path, words: str, reason: str
) -> None:
    write(tmp_path, words)
    with pytest.raises(WrongUse, match=reason):
        load_texts(tmp_path, 2020, "nl")


def test_the_text_of_a_year_replaces_the_text_of_every_year(tmp_path: Path) -> None:
    write(tmp_path, "thanks:\n  text: Dank u.\nforeword:\n  text: Altijd.\n", "every-year.nl.yaml")
    write(tmp_path, "foreword:\n  text: Dit jaar.\n")
    texts = load_texts(tmp_path, 2020, "nl")
    assert texts["foreword", "text"].words == "Dit jaar."
    assert texts["thanks", "text"].words == "Dank u."


def test_an_empty_line_parts_paragraphs() -> None:
    assert paragraphs("Een\nregel.\n\nTwee.\n") == ["Een regel.", "Twee."]


def test_a_fact_without_a_source_is_refused(tmp_path: Path) -> None:
    facts = "share:\n  value: 30\n  unit: percent\n  population: {nl: vrouwen}\n"
    (tmp_path / "facts.yaml").write_text(facts, encoding="utf-8")
    with pytest.raises(WrongUse, match="the fact share needs value"):
        load_facts(tmp_path, "nl")


def test_a_helpline_without_words_of_its_own_shows_nobody_elses_number(tmp_path: Path) -> None:
    helpline = load_helpline(tmp_path)
    assert (helpline.number, helpline.in_language("nl")) == ("", None)


def test_a_helpline_file_that_lacks_a_word_is_refused(tmp_path: Path) -> None:
    (tmp_path / "helpline.yaml").write_text("number: '144'\nnl: {organisation: Lijn}\n")
    with pytest.raises(WrongUse, match="nl has missing or unknown names: call"):
        load_helpline(tmp_path)


def test_a_cited_fact_is_remembered_once_for_the_sources() -> None:
    cited = references()
    cited.resolve("facts.share")
    cited.resolve("facts.share")
    assert [fact.source for fact in cited.cited()] == ["WHO"]
    assert cited.cited() == []
