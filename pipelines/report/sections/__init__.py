"""The chapters of the report, in their order; each turns figures into findings and exhibits."""

import datetime as dt
from typing import Any

from pipelines.report.document import Report, Section
from pipelines.report.helpline import Helpline
from pipelines.report.language import Language
from pipelines.report.references import Fact, References
from pipelines.report.sections.contacts import channels, contact_persons
from pipelines.report.sections.help import campaigns, outcomes, website
from pipelines.report.sections.method import method, missing_days
from pipelines.report.sections.victims import categories, context, victims, violence_form
from pipelines.report.sections.writer import Writer
from pipelines.report.sections.year import chapter, key_figures, years
from pipelines.report.texts import Texts


def write_report(
    document: dict[str, Any],
    language: Language,
    texts: Texts,
    facts: dict[str, Fact],
    helpline: Helpline,
) -> Report:
    """The whole report of one figures document in one language.

    Raises:
        WrongUse: a text refers to something that is not there; with file and line.
    """
    references = References(document["figures"], facts, document["year"], language, helpline)
    reach = helpline.in_language(language.code)
    writer = Writer(document, language, texts, references)
    sections = [
        writer.section("foreword") if ("foreword", "text") in texts else None,
        years(writer),
        chapter(writer),
        categories(writer),
        violence_form(writer),
        victims(writer),
        contact_persons(writer),
        context(writer),
        channels(writer),
        outcomes(writer),
        campaigns(writer),
        website(writer),
        method(writer),
        writer.section("thanks") if ("thanks", "text") in texts else None,
    ]
    marks, details = _marks(writer)
    return Report(
        year=writer.year,
        language=language.code,
        html_language=language.html_code,
        title=language.say("title", year=writer.year),
        subtitle=reach.subtitle if reach else language.say("subtitle"),
        marks=tuple(marks),
        mark_details=tuple(details),
        made_on=language.say(
            "made_on", date=language.date(dt.date.fromisoformat(document["as_of"]))
        ),
        key_figures=key_figures(writer),
        sections=tuple(section for section in sections if section and _says_something(section)),
        organisation=reach.organisation if reach else language.say("organisation"),
        number=helpline.number,
        reach=reach,
        smallest_count=language.number(document["smallest_count"]),
    )


def _says_something(section: Section) -> bool:
    return bool(section.findings or section.paragraphs or section.exhibits or section.cautions)


def _marks(writer: Writer) -> tuple[list[str], list[str]]:
    """What every page and file must say of this report, and why."""
    marks, details = [], []
    document, say = writer.document, writer.say
    if document["is_sample"]:
        marks.append(say("marks.sample"))
        details.append(say("marks.sample_detail"))
    if document["is_provisional"]:
        marks.append(say("marks.provisional"))
        details.append(say("marks.provisional_detail", year=writer.year))
        if not document["is_over"]:
            details.append(say("marks.not_over"))
        elif not document["missing_days"]:
            details.append(say("sections.method.part_of_year", year=writer.year))
        details += missing_days(writer)
    return marks, details
