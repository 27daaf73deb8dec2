"""A share of the known is said to be one (DESIGN §8): expected sentences worked out by hand."""

import pytest

from pipelines.report.rounding import share_entry
from pipelines.report.sections.contacts import contact_persons
from pipelines.report.sections.method import method
from pipelines.report.sections.victims import context, violence_form
from tests.unit.report_writer import writer


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        (
            "nl",
            "Bij meer dan negen op de tien slachtoffers van wie de context bekend is, speelt het "
            "geweld zich af in het gezin of de bredere familie",
        ),
        (
            "en",
            "For more than nine in ten victims whose context is known, the violence takes place in "
            "the household or the wider family",
        ),
    ],
)
def test_the_headline_of_the_context_is_of_the_victims_whose_context_is_known(
    language: str, headline: str
) -> None:
    # 8,988 of the 9,777 whose context is known, and 79.5% of all 11,305
    figures = {"victims.context_group.family": {"value": 8988} | share_entry(100 * 8988 / 9777)}
    assert context(writer(figures, language=language)).headline == headline


@pytest.mark.parametrize(
    ("language", "headline"),
    [
        (
            "nl",
            "Bij bijna de helft van de slachtoffers van wie de hoofdvorm bekend is, is dat "
            "emotioneel geweld of emotionele verwaarlozing",
        ),
        (
            "en",
            "For almost half of the victims whose main form is known, it is emotional violence or "
            "emotional neglect",
        ),
    ],
)
def test_the_headline_of_the_main_form_is_of_the_victims_whose_form_is_known(
    language: str, headline: str
) -> None:
    # 4,879 of the 9,875 whose form is known, and 43.2% of all 11,305
    name = "victims.violence_form"
    figures = {f"{name}.emotional": {"value": 4879} | share_entry(100 * 4879 / 9875)}
    told = writer(figures, {name: ["emotional"]}, language)
    assert violence_form(told).headline == headline


@pytest.mark.parametrize(
    ("beside", "share", "sentence"),
    [
        (
            "higher",
            17,
            "Van de slachtoffers van wie de hoofdvorm bekend is, heeft bij kindermishandeling 17% "
            "seksueel geweld als hoofdvorm, over alle problematieken samen 11%.",
        ),
        (
            "lower",
            11,
            "Van de slachtoffers van wie de hoofdvorm bekend is, heeft bij kindermishandeling een "
            "iets kleiner deel seksueel geweld als hoofdvorm dan over alle problematieken samen "
            "(afgerond allebei 11%).",
        ),
    ],
)
def test_a_form_within_a_category_is_of_the_victims_whose_form_is_known(
    beside: str, share: int, sentence: str
) -> None:
    name = "victims.violence_form.sexual"
    part = {"value": 50, "share_pct": share, "beside_all": beside}
    figures = {
        name: {"value": 100} | share_entry(11.0),
        f"{name}.in.category.child_maltreatment": part,
    }
    told = writer(figures, {"victims.violence_form": ["sexual"]})
    assert sentence in violence_form(told).findings


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        (
            "nl",
            "Van de contactnemers van wie de leeftijd bekend is, is 5% minderjarig. In de chat is "
            "dat 19%: bijna één op de vijf contactnemers van wie de leeftijd bekend is.",
        ),
        (
            "en",
            "Of the contact persons whose age is known, 5% are minors. In the chat it is 19%: "
            "almost one in five contact persons whose age is known.",
        ),
    ],
)
def test_minors_in_the_chat_are_of_the_contact_persons_whose_age_is_known(
    language: str, sentence: str
) -> None:
    # 144 of the 772 chats in which the age is known, and 15.8% of all 911
    minor = "contacts.contact_age_group.minor"
    figures = {
        minor: {"value": 331} | share_entry(100 * 331 / 7217),
        f"{minor}.in.channel.chat": {"value": 144} | share_entry(100 * 144 / 772),
    }
    assert sentence in contact_persons(writer(figures, language=language)).findings


def test_a_share_that_has_no_words_is_not_said_twice() -> None:
    minor = "contacts.contact_age_group.minor"
    figures = {
        minor: {"value": 40} | share_entry(4.0),
        f"{minor}.in.channel.chat": {"value": 8} | share_entry(8.0),
    }
    assert contact_persons(writer(figures, language="en")).findings == (
        "Of the contact persons whose age is known, 4% are minors. In the chat it is 8%.",
    )


@pytest.mark.parametrize("name", ["contact_age_group", "contact_sex"])
def test_the_tables_of_the_contact_person_name_shares_of_the_known(name: str) -> None:
    code = {"contact_age_group": "minor", "contact_sex": "female"}[name]
    table = f"contacts.{name}"
    told = writer({f"{table}.{code}": {"value": 9} | share_entry(90.0)}, {table: [code]}, "en")
    (exhibit,) = contact_persons(told).exhibits
    assert exhibit.table.columns[2] == "Share of those known"


@pytest.mark.parametrize(
    ("language", "by_channel", "of_victims"),
    [
        ("nl", "hoofdvorm per kanaal", "hoofdvorm van het slachtoffer"),
        ("en", "main form by channel", "main form of the victim"),
    ],
)
def test_the_method_tells_forms_of_all_contacts_from_forms_of_known_victims(
    language: str, by_channel: str, of_victims: str
) -> None:
    (units,) = method(writer({}, language=language)).exhibits
    of_all, of_known = units.table.rows[4][1].text.split(". ")
    assert by_channel in of_all
    assert of_victims in of_known
