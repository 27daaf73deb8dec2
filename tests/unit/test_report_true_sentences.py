"""A sentence stands only where it is true; what the figures do not know is not said."""

from typing import Any

import pytest

from pipelines.report.helpline import Helpline
from pipelines.report.language import Language
from pipelines.report.rounding import share_entry
from pipelines.report.sections import write_report
from pipelines.report.sections.help import campaigns
from pipelines.report.sections.method import method
from pipelines.report.sections.victims import context, victims
from pipelines.report.sections.year import key_figures, years
from pipelines.report.texts import load_texts
from pipelines.settings import PROJECT
from tests.unit.report_writer import writer

TOTALS: dict[str, Any] = {"contacts": {"value": 130}, "victims": {"value": 130}}


def test_contacts_are_compared_only_with_the_year_before_whose_days_are_known() -> None:
    # earlier years may lack sources: whether this one is a record, nobody can tell
    assert years(writer(TOTALS)).headline == "130 contacten in 2020"


def test_the_first_year_of_the_figures_is_not_called_the_first_of_the_helpline() -> None:
    multiple = {"value": 3, "first_year": 2017, "first_year_is_complete": True}
    told = writer(TOTALS | {"contacts.multiple_of_first_year": multiple}, language="en")
    assert (
        "That is more than 3 times as many contacts as in 2017, the first year of these figures."
        in years(told).findings
    )


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (
            # a source that is missing, or a helpline that began in the year: nobody can tell
            {"is_provisional": True},
            "De cijfers van 2020 beslaan niet het hele jaar.",
        ),
        (
            # a small helpline may have months without a contact
            {"is_provisional": False},
            "Alle bronnen leverden voor elke dag van 2020 gegevens.",
        ),
    ],
)
def test_months_without_contacts_do_not_say_that_the_helpline_was_not_in_service(
    state: dict[str, Any], sentence: str
) -> None:
    told = writer(TOTALS)
    told.document |= {"months_with_contacts": 2, "as_of": "2021-01-01", "is_sample": False} | state
    assert method(told).findings[0] == sentence
    report = write_report(told.document, Language("nl"), {}, {}, Helpline())
    assert (sentence in report.mark_details) is state["is_provisional"]


def test_ages_are_said_to_add_up_only_where_those_shown_do() -> None:
    name, bands = "victims.age_band", ["under_6", "adult"]
    note = "The rounded shares per age add up to a hundred together."
    for shares, notes in (((40, 60), (note,)), ((40, 59), ())):
        figures = {
            f"{name}.{band}": {"value": 9} | share_entry(float(share))
            for band, share in zip(bands, shares, strict=True)
        }
        told = victims(writer(figures, {name: bands}, "en"))
        assert told.exhibits[0].table.notes == notes


def test_the_tables_whose_shares_need_not_add_up_are_named() -> None:
    (units,) = method(writer(TOTALS, language="en")).exhibits
    rounding = units.table.rows[-1][1].text
    for name in ("context", "sex of the victim", "main form by channel"):
        assert name in rounding


def test_settings_outside_the_family_are_counted_and_not_called_rare() -> None:
    figures = {"victims.context.leisure": {"value": 5000}, "victims.context.school": {"value": 104}}
    assert context(writer(figures, language="en")).findings == (
        "5,000 victims were reported for leisure, 104 for school.",
    )


@pytest.mark.parametrize(("language", "table"), [("nl", "tabel"), ("en", "table")])
def test_the_text_of_every_year_speaks_of_no_table_that_may_be_left_out(
    language: str, table: str
) -> None:
    folder = PROJECT / "pipelines" / "contracts" / "report"
    assert table not in load_texts(folder, 2013, language)["categories", "text"].words


@pytest.mark.parametrize(
    ("language", "headline", "finding"),
    [
        (
            "nl",
            "1 contact in 2020",
            "De hulplijn telde 1 contact. Het ging om 1 gemeld slachtoffer.",
        ),
        (
            "en",
            "1 contact in 2020",
            "The helpline had 1 contact. This concerned 1 reported victim.",
        ),
    ],
)
def test_one_contact_is_a_contact(language: str, headline: str, finding: str) -> None:
    told = writer({"contacts": {"value": 1}, "victims": {"value": 1}}, language=language)
    assert years(told).headline == headline
    assert years(told).findings[0] == finding
    assert key_figures(told)[0].label == "contact"


def test_the_last_day_of_a_campaign_belongs_to_it() -> None:
    told = writer({"campaigns": {"value": 1}})
    told.document["tables"]["campaigns"] = [
        {
            "member": "C1",
            "name": "Spot",
            "kind": "campaign",
            "starts_on": "2020-02-03",
            "ends_on": "2020-02-08",
            "overlaps": False,
            "figures": {"all": "campaigns.C1"},
        }
    ]
    section = campaigns(told)
    assert section is not None
    assert (
        section.headline == "1 campagne, mediamoment of verandering naast de wekelijkse contacten"
    )
    (exhibit,) = section.exhibits
    assert exhibit.table.rows[0][2].text == "3 februari tot en met 8 februari"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("nl", "Is de hoofdvorm of de context niet bekend, dan telt het slachtoffer wel mee in"),
        ("en", "Where the form or the context is not known, the victim counts in"),
    ],
)
def test_both_languages_say_the_same_of_a_form_or_a_context_that_is_not_known(
    language: str, sentence: str
) -> None:
    # each share is of the victims whose own answer is known (DESIGN §8)
    folder = PROJECT / "pipelines" / "contracts" / "report"
    words = load_texts(folder, 2013, language)["violence_form", "text"].words
    assert sentence in " ".join(words.split())
