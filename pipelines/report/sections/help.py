"""The sections about what followed and what surrounded it: outcomes, campaigns, websites."""

import datetime as dt
import itertools
from collections.abc import Iterator
from string import ascii_uppercase
from typing import Any

from pipelines.report.charts import NARROW, WIDE, Band, Week, drawing, timeline_chart
from pipelines.report.charts.lines import Series
from pipelines.report.document import Chart, Exhibit, Section, Table, Value
from pipelines.report.sections.writer import Column, Writer
from pipelines.report.sections.year import lines

POLICE = "referrals.outcome.police"


def outcomes(writer: Writer) -> Section:
    """What help followed, and the referrals to the police."""
    prefix, table = "sections.outcomes", "referrals.outcome"
    rows = writer.ranked(table)
    if not rows:
        return writer.section("outcomes")
    headline, findings = "", []
    if writer.has(POLICE):
        count, compared = writer.count(POLICE), writer.compared(POLICE)
        kind = "headline" if compared else "headline_plain"
        headline = writer.say(f"{prefix}.{kind}", count=count, compared=compared)
    top = rows[0]
    findings.append(
        writer.say(
            f"{prefix}.most",
            member=writer.member_label("outcome", top).lower(),
            count=writer.count(top["figures"]["all"]),
        )
    )
    title = writer.say(f"{prefix}.chart")
    chart = writer.bars(
        table,
        title,
        writer.say(
            f"{prefix}.chart_text",
            member=writer.member_label("outcome", top).lower(),
            share=writer.pct(top["figures"]["all"]),
        ),
        attribute="share_pct",
        rows=rows,
    )
    columns = [Column("outcomes"), Column("share", "share_pct"), Column("growth", "growth_pct")]
    notes = [writer.say(f"{prefix}.unit")]
    exhibit = Exhibit(writer.table(table, title, "outcome", columns, rows=rows, notes=notes), chart)
    return writer.section("outcomes", headline, findings, [exhibit])


def campaigns(writer: Writer) -> Section | None:
    """Campaigns on a timeline over the weekly contacts; never an effect."""
    prefix = "sections.campaigns"
    rows = writer.rows("campaigns")
    if not rows:
        return None
    exhibits = [_timeline_exhibit(writer, rows), Exhibit(_campaign_table(writer, rows))]
    return writer.section(
        "campaigns",
        writer.say(f"{prefix}.headline", count=writer.counted("campaigns")),
        [],
        exhibits,
        [writer.say(f"{prefix}.reading"), writer.say(f"{prefix}.ratio")],
    )


def _marks(rows: list[dict[str, Any]]) -> Iterator[str]:
    """What marks each campaign on the timeline and in its table: A to Z, then AA, AB and on."""
    every = (
        "".join(letters)
        for size in itertools.count(1)
        for letters in itertools.product(ascii_uppercase, repeat=size)
    )
    return itertools.islice(every, len(rows))


def _timeline_exhibit(writer: Writer, rows: list[dict[str, Any]]) -> Exhibit | None:
    prefix = "sections.campaigns"
    weeks = [
        Week(dt.date.fromisoformat(row["member"]), writer.entry(row["figures"]["all"])["value"])
        for row in writer.rows("contacts.week")
    ]
    if not weeks:
        return None
    bands = [
        Band(mark, dt.date.fromisoformat(row["starts_on"]), _day(row["ends_on"]))
        for mark, row in zip(_marks(rows), rows, strict=True)
    ]
    top = max(weeks, key=lambda week: week.contacts)
    title = writer.say(f"{prefix}.chart")
    description = writer.say(
        f"{prefix}.chart_text",
        year=writer.year,
        count=writer.counted("campaigns"),
        week=writer.language.short_date(top.monday),
        contacts=writer.language.number(top.contacts),
    )
    drawn = {}
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        marks, height = timeline_chart(
            weeks,
            bands,
            width,
            tick=writer.language.number,
            month=writer.language.month_letters,
        )
        drawn[kind] = drawing(
            marks,
            width,
            height,
            name="chart-campaigns",
            title=title,
            description=description,
            kind=kind,
        )
    table = Table(
        "weeks",
        writer.say(f"{prefix}.weeks_table"),
        (writer.say("columns.week"), writer.say("columns.contacts")),
        tuple(
            (
                Value(writer.language.short_date(dt.date.fromisoformat(row["member"]))),
                writer.value(row["figures"]["all"], "value"),
            )
            for row in writer.rows("contacts.week")
        ),
        (writer.say(f"{prefix}.weeks"),),
    )
    chart = Chart("chart-campaigns", title, description, drawn["wide"], drawn["narrow"])
    return Exhibit(table, chart)


def _campaign_table(writer: Writer, rows: list[dict[str, Any]]) -> Table:
    names = ("mark", "campaign", "period", "before", "during", "last_year", "ratio")
    return Table(
        "campaigns",
        writer.say("sections.campaigns.table"),
        tuple(writer.say(f"columns.{name}") for name in names),
        tuple(
            (
                Value(mark),
                _name(writer, row),
                Value(_period(writer, row)),
                *(
                    _rate(writer, row["figures"]["all"], name)
                    for name in (
                        "contacts_per_day_before",
                        "contacts_per_day_during",
                        "contacts_per_day_same_weeks_last_year",
                    )
                ),
                _ratio(writer, row),
            )
            for mark, row in zip(_marks(rows), rows, strict=True)
        ),
    )


def _name(writer: Writer, row: dict[str, Any]) -> Value:
    kind = writer.language.label("campaign_kind", row["kind"]).lower()
    return Value(f"{row['name']} ({kind})", dutch=row["name"])


def _period(writer: Writer, row: dict[str, Any]) -> str:
    start, end = dt.date.fromisoformat(row["starts_on"]), _day(row["ends_on"])
    say, short = writer.say, writer.language.short_date
    if end is None:
        return say("sections.campaigns.since", start=short(start))
    if end == start:
        return short(start)
    last = short(end) if end.year == start.year else writer.language.date(end)
    return say("sections.campaigns.from_to", start=short(start), end=last)


def _rate(writer: Writer, key: str, name: str) -> Value:
    number = writer.entry(key).get(name)
    if number is None:
        return Value(writer.say("none"))
    return Value(writer.language.number(number, 1), number, "rate")


def _ratio(writer: Writer, row: dict[str, Any]) -> Value:
    entry = writer.entry(row["figures"]["all"])
    if "rate_ratio" not in entry:
        return Value(writer.say("sections.campaigns.overlaps" if row["overlaps"] else "none"))
    ratio, low, high = (
        writer.language.number(entry[name], 2)
        for name in ("rate_ratio", "rate_ratio_low", "rate_ratio_high")
    )
    return Value(writer.say("sections.campaigns.ratio_text", ratio=ratio, low=low, high=high))


def _day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def website(writer: Writer) -> Section | None:
    """Visitors of the websites, and of all of them along the months."""
    prefix, table = "sections.website", "web_visitors.site"
    rows = writer.rows(table)
    if not rows:
        return None
    adults = f"{table}.adults"
    headline = writer.say(f"{prefix}.headline_any")
    if writer.has(adults):
        compared = writer.compared(adults)
        kind = "headline" if compared else "headline_plain"
        headline = writer.say(f"{prefix}.{kind}", count=writer.count(adults), compared=compared)
    columns = [Column("visitors"), Column("growth", "growth_pct")]
    notes = [writer.say(f"{prefix}.unit")]
    title = writer.say(f"{prefix}.site_table")
    by_site = Exhibit(writer.table(table, title, "site", columns, rows=rows, notes=notes))
    return writer.section("website", headline, [], [_months_exhibit(writer), by_site])


def _months_exhibit(writer: Writer) -> Exhibit | None:
    prefix = "sections.website"
    rows = writer.rows("web_visitors.month")
    if len(rows) < 2:
        return None
    keys = [row["figures"]["all"] for row in rows]
    values = [writer.entry(key)["value"] for key in keys]
    at = values.index(max(values))
    months = [writer.language.month(int(row["member"])) for row in rows]
    title = writer.say(f"{prefix}.chart")
    description = writer.say(f"{prefix}.chart_text", month=months[at], count=writer.count(keys[at]))
    words = tuple(writer.count(key) if key == keys[at] else None for key in keys)
    series = [Series(writer.say("columns.visitors").lower(), tuple(map(float, values)), words)]
    steps = [writer.language.month_letters(int(row["member"])) for row in rows]
    table = Table(
        "web-months",
        title,
        (writer.say("columns.month"), writer.say("columns.visitors")),
        tuple(
            (Value(writer.language.sentence(month)), writer.value(key, "value"))
            for month, key in zip(months, keys, strict=True)
        ),
    )
    return Exhibit(table, lines(writer, "chart-web", title, description, steps, series))
