"""Headlines state what the numbers allow: expected sentences worked out by hand."""

from typing import Any

import pytest

from pipelines.report.rounding import growth_entry, share_entry
from pipelines.report.sections.contacts import channels, contact_persons
from pipelines.report.sections.help import campaigns, outcomes, website
from pipelines.report.sections.method import method
from pipelines.report.sections.victims import categories, victims
from pipelines.report.sections.year import chapter, years
from tests.unit.report_writer import writer


def totals(contacts: int, before: int | None) -> dict[str, Any]:
    return {
        "contacts": {"value": contacts} | growth_entry(contacts, before),
        "victims": {"value": 12},
    }


def test_a_rise_is_called_a_rise() -> None:
    assert years(writer(totals(8059, 5409))).headline == (
        "8.059 contacten in 2020: 49% meer dan in 2019"
    )


def test_a_fall_is_called_a_fall() -> None:
    assert years(writer(totals(90, 100))).headline == "90 contacten in 2020: 10% minder dan in 2019"
    english = years(writer(totals(90, 100), language="en"))
    assert english.headline == "90 contacts in 2020: 10% fewer than in 2019"


def test_without_a_year_before_nothing_is_compared() -> None:
    section = years(writer(totals(2500, None)))
    assert section.headline == "2.500 contacten in 2020"
    assert not any("2019" in finding for finding in section.findings)


@pytest.mark.parametrize(
    ("count", "headline"),
    [
        (567, "Bij meer dan de helft van de gemelde slachtoffers gaat het om partnergeweld"),
        (590, "Bij bijna zes op de tien gemelde slachtoffers gaat het om partnergeweld"),
        (637, "Bij 64% van de gemelde slachtoffers gaat het om partnergeweld"),
        (666, "Bij twee derde van de gemelde slachtoffers gaat het om partnergeweld"),
    ],
)
def test_the_largest_category_gets_the_wording_that_its_share_allows(
    count: int, headline: str
) -> None:
    name = "victims.category"
    figures = {
        f"{name}.child_maltreatment": {"value": 1000 - count} | share_entry((1000 - count) / 10),
        f"{name}.intimate_partner_violence": {"value": count} | share_entry(count / 10),
    }
    section = categories(
        writer(figures, {name: ["child_maltreatment", "intimate_partner_violence"]})
    )
    assert section.headline == headline


def test_the_rest_is_never_the_largest_category() -> None:
    name = "victims.category"
    figures = {
        f"{name}.other": {"value": 900} | share_entry(90.0),
        f"{name}.elder_abuse": {"value": 100} | share_entry(10.0),
    }
    section = categories(writer(figures, {name: ["other", "elder_abuse"]}))
    assert section.headline.endswith("gaat het om ouderenmis(be)handeling")


def test_a_figure_that_is_not_there_leaves_its_sentence_out() -> None:
    empty = writer(totals(100, None))
    for section in (victims, contact_persons, channels, outcomes, categories):
        made = section(empty)
        assert made.headline == made.title
        assert made.findings == ()
    assert campaigns(empty) is None
    assert website(empty) is None


def test_most_contacts_on_monday_is_said_of_the_day_with_most() -> None:
    figures = {"contacts.channel.phone": {"value": 30} | share_entry(100.0)}
    figures |= {f"contacts.iso_weekday.{day}": {"value": 10 - day} for day in range(1, 8)}
    tables = {
        "contacts.channel": ["phone"],
        "contacts.iso_weekday": [str(day) for day in range(1, 8)],
    }
    assert "Op maandag waren er de meeste contacten." in channels(writer(figures, tables)).findings


def test_the_busiest_month_carries_the_caution_that_contacts_are_not_violence() -> None:
    figures = {f"contacts.month.{month}": {"value": 100 + month % 5} for month in range(1, 13)}
    section = chapter(writer(figures, {"contacts.month": [str(m) for m in range(1, 13)]}))
    assert section.headline == "April was de drukste maand: 104 contacten"
    assert section.cautions[0].startswith("Meer contacten betekent niet dat er meer geweld is.")


def test_a_part_of_a_year_has_no_busiest_month() -> None:
    figures = {f"contacts.month.{month}": {"value": 100 + month} for month in range(3, 13)}
    section = chapter(writer(figures, {"contacts.month": [str(m) for m in range(3, 13)]}))
    assert section.headline == section.title
    assert len(section.exhibits) == 1


def test_how_many_published_figures_agree_is_said_as_it_is() -> None:
    told = writer(totals(100, None))
    told.document["reconciliation"] |= {"published": 86, "matching": 85}
    assert method(told).headline == (
        "85 van de 86 eerder gepubliceerde cijfers over 2020 kloppen met deze bron"
    )
