"""The sections about the year as a whole: key figures, the years before, and month by month."""

from collections.abc import Callable
from typing import Any

from pipelines.report.charts import NARROW, WIDE, Series, drawing, line_chart
from pipelines.report.document import Chart, Exhibit, KeyFigure, Section, Table, Value
from pipelines.report.sections.writer import Column, Writer


def key_figures(writer: Writer) -> tuple[KeyFigure, ...]:
    """The numbers to remember; one that is not there leaves no gap."""
    say, previous = writer.say, writer.year - 1
    cards = [
        (total, writer.count(total), writer.noun(total), writer.compared(total))
        for total in ("contacts", "victims")
    ]
    if writer.has("victims.age_group.minor", attribute="more_than_pct"):
        share = writer.surely("victims.age_group.minor")
        cards.append(
            (
                "minors",
                writer.count("victims.age_group.minor"),
                say("key.minors"),
                say("key.minors_detail", share=share),
            )
        )
    anonymous = "contacts.anonymous.true"
    if writer.has(anonymous, attribute="share_pct"):
        detail = say("key.anonymous_detail", share=writer.pct(anonymous))
        if writer.has(anonymous, attribute="previous_share_pct"):
            detail = say(
                "key.anonymous_detail_before",
                share=writer.pct(anonymous),
                before=writer.pct(anonymous, "previous_share_pct"),
                year=previous,
            )
        cards.append(("anonymous", writer.count(anonymous), say("key.anonymous"), detail))
    chat = "contacts.channel.chat"
    if writer.has(chat):
        detail = say("key.chat_detail", share=writer.pct(chat))
        if writer.has(f"{chat}.multiple") and writer.entry(f"{chat}.multiple")["value"] > 1:
            multiple = writer.count(f"{chat}.multiple")
            detail = say("key.chat_detail_multiple", multiple=multiple, year=previous)
        cards.append(("chat", writer.count(chat), say("key.chat"), detail))
    police = "referrals.outcome.police"
    if writer.has(police):
        cards.append(("police", writer.count(police), say("key.police"), writer.compared(police)))
    return tuple(KeyFigure(value, label, detail) for _, value, label, detail in cards)


def years(writer: Writer) -> Section:
    """Contacts and victims per year, with the growth since the year before."""
    contacts, victims = writer.counted("contacts"), writer.counted("victims")
    prefix = "sections.years"
    if writer.compared("contacts"):
        headline = writer.say(
            f"{prefix}.headline_growth",
            contacts=contacts,
            year=writer.year,
            compared=writer.compared("contacts"),
        )
    else:
        headline = writer.say(f"{prefix}.headline", contacts=contacts, year=writer.year)
    findings = []
    if writer.compared("contacts") and writer.compared("victims"):
        findings.append(
            writer.say(
                f"{prefix}.growth",
                contacts=contacts,
                victims=victims,
                compared=writer.compared("contacts"),
                victims_compared=writer.compared("victims"),
            )
        )
    else:
        findings.append(writer.say(f"{prefix}.totals", contacts=contacts, victims=victims))
    multiple = writer.entry("contacts.multiple_of_first_year")
    if multiple:
        kind = "multiple" if multiple["first_year_is_complete"] else "multiple_partial"
        findings.append(
            writer.say(
                f"{prefix}.{kind}",
                multiple=writer.count("contacts.multiple_of_first_year"),
                first=multiple["first_year"],
            )
        )
    if writer.has("victims_per_contact"):
        value = writer.language.number(writer.entry("victims_per_contact")["value"], 2)
        findings.append(writer.say(f"{prefix}.per_contact", value=value))
    return writer.section("years", headline, findings, [_years_exhibit(writer)])


def _years_exhibit(writer: Writer) -> Exhibit:
    shown = [
        year
        for year in range(writer.year - 20, writer.year + 1)
        if writer.has(f"contacts.year.{year}", f"victims.year.{year}")
    ]
    title = writer.say("sections.years.chart")
    rows = tuple(
        (
            Value(str(year)),
            writer.value(f"contacts.year.{year}", "value"),
            writer.value(f"victims.year.{year}", "value"),
        )
        for year in shown
    )
    heads = tuple(writer.say(f"columns.{name}") for name in ("year", "contacts", "victims"))
    table = Table("years", title, heads, rows)
    if len(shown) < 2:
        return Exhibit(table)
    ends = {
        f"{measure}_{place}": writer.count(f"{measure}.year.{year}")
        for measure in ("contacts", "victims")
        for place, year in (("first", shown[0]), ("last", shown[-1]))
    }
    description = writer.say("sections.years.chart_text", first=shown[0], last=shown[-1], **ends)
    series = [
        _series(
            writer,
            writer.say(f"columns.{measure}").lower(),
            [f"{measure}.year.{year}" for year in shown],
            labelled={0, len(shown) - 1},
        )
        for measure in ("victims", "contacts")
    ]
    steps = [str(year) for year in shown]
    return Exhibit(table, lines(writer, "chart-years", title, description, steps, series))


def chapter(writer: Writer) -> Section:
    """The year month by month, with the caution that contacts do not measure violence."""
    prefix = "sections.chapter"
    months = [row for row in writer.rows("contacts.month") if len(row["codes"]) == 1]
    caution = [writer.say(f"{prefix}.caution")]
    if len(months) < 12:
        # a part of a year has no busiest month
        exhibit = _months_exhibit(writer, months) if len(months) > 2 else None
        return writer.section("chapter", "", [], [exhibit], caution)
    busiest = max(months, key=lambda row: writer.entry(row["figures"]["all"])["value"])
    key = busiest["figures"]["all"]
    name = writer.member_label("month", busiest)
    headline = writer.say(
        f"{prefix}.headline", month=writer.language.sentence(name), contacts=writer.count(key)
    )
    findings = []
    if writer.entry(key).get("growth_pct", 0) > 0:
        pct = writer.pct(key, "growth_pct")
        findings.append(
            writer.say(f"{prefix}.month_growth", month=name, pct=pct, year=writer.year - 1)
        )
    top = writer.entry("contacts.busiest_months").get("months")
    if top:
        named = writer.language.listing([writer.language.month(month) for month in top])
        findings.append(writer.say(f"{prefix}.top", months=named))
        mail = "contacts.channel.mail.in_busiest_months"
        findings.append(
            writer.say(
                f"{prefix}.mail",
                busiest=writer.pct(mail),
                others=writer.pct("contacts.channel.mail.in_other_months"),
            )
        )
    return writer.section("chapter", headline, findings, [_months_exhibit(writer, months)], caution)


def _months_exhibit(writer: Writer, months: list[dict[str, Any]]) -> Exhibit:
    prefix = "sections.chapter"
    title = writer.say(f"{prefix}.chart")
    keys = [row["figures"]["all"] for row in months]
    compared = writer.has(*keys, attribute="previous")
    table = writer.table(
        "contacts.month", title, "month", [Column("contacts"), Column("growth", "growth_pct")]
    )
    at = max(range(len(keys)), key=lambda place: writer.entry(keys[place])["value"])
    series = [_series(writer, str(writer.year), keys, labelled={at})]
    if compared:
        series.append(
            _series(writer, str(writer.year - 1), keys, attribute="previous", labelled=set())
        )
    description = writer.say(
        f"{prefix}.chart_text{'_previous' if compared else ''}",
        year=writer.year,
        previous=writer.year - 1,
        month=writer.member_label("month", months[at]),
        contacts=writer.count(keys[at]),
    )
    steps = [writer.language.month_letters(int(row["member"])) for row in months]
    return Exhibit(table, lines(writer, "chart-months", title, description, steps, series))


def lines(
    writer: Writer,
    name: str,
    title: str,
    description: str,
    steps: list[str],
    series: list[Series],
) -> Chart:
    """A line chart in both widths."""
    tick: Callable[[float], str] = writer.language.number
    drawn = {}
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        marks, height = line_chart(steps, series, width, tick)
        drawn[kind] = drawing(
            marks, width, height, name=name, title=title, description=description, kind=kind
        )
    return Chart(name, title, description, drawn["wide"], drawn["narrow"])


def _series(
    writer: Writer,
    name: str,
    keys: list[str],
    *,
    labelled: set[int],
    attribute: str = "value",
) -> Series:
    words = tuple(
        writer.value(key, attribute).text if place in labelled else None
        for place, key in enumerate(keys)
    )
    return Series(name, tuple(float(writer.entry(key)[attribute]) for key in keys), words)
