"""How the figures were made: units, rounding, completeness, reconciliation and revisions."""

import datetime as dt

from pipelines.report.document import Exhibit, Section, Table, Value
from pipelines.report.sections.writer import Writer

PREFIX = "sections.method"
TERMS = ("contact", "victim", "referral", "visitor", "share", "rounding")


def method(writer: Writer) -> Section:
    """The section that lets a reader check the report."""
    state = writer.document["reconciliation"]
    headline = writer.say(f"{PREFIX}.headline")
    if state["published"]:
        every = state["matching"] == state["published"]
        headline = writer.say(
            f"{PREFIX}.headline_{'all' if every else 'some'}",
            published=writer.language.number(state["published"]),
            matching=writer.language.number(state["matching"]),
            year=writer.year,
        )
    findings = [_completeness(writer), *_small_counts(writer)]
    if state["differing"]:
        findings.append(writer.say(f"{PREFIX}.revisions"))
    if state["differing_unnamed"]:
        count = writer.language.number(state["differing_unnamed"])
        findings.append(writer.say(f"{PREFIX}.revisions_unnamed", count=count))
    return writer.section("method", headline, findings, [_units(writer), _revisions(writer)])


def missing_days(writer: Writer) -> list[str]:
    """The missing days, named by source."""
    named = []
    for run in writer.document["missing_days"]:
        first, last = (dt.date.fromisoformat(run[name]) for name in ("first_day", "last_day"))
        key = f"sources_named.{run['source']}"
        source = writer.say(key) if writer.language.has(key) else run["source"]
        if first == last:
            day = writer.language.date(first)
            named.append(writer.say("marks.missing_day", source=source, day=day))
        else:
            named.append(
                writer.say(
                    "marks.missing",
                    source=source,
                    first=writer.language.date(first),
                    last=writer.language.date(last),
                )
            )
    return named


def _completeness(writer: Writer) -> str:
    if writer.document["missing_days"]:
        days = "; ".join(missing_days(writer))
        return f"{writer.say(f'{PREFIX}.incomplete', year=writer.year)} {days}."
    kind = "complete" if writer.document["is_over"] else "complete_so_far"
    if writer.document["is_over"] and writer.document["is_provisional"]:
        kind = "part_of_year"
    return writer.say(f"{PREFIX}.{kind}", year=writer.year)


def _small_counts(writer: Writer) -> list[str]:
    document = writer.document
    minimum = writer.language.number(document["smallest_count"])
    findings = [writer.say(f"{PREFIX}.small", minimum=minimum)]
    for kind in ("joined", "left_out"):
        if document[kind]:
            names = [writer.say(f"tables.{name}") for name in document[kind]]
            tables = writer.language.listing(names)
            findings.append(writer.say(f"{PREFIX}.{kind}", tables=tables))
    return findings


def _units(writer: Writer) -> Exhibit:
    rows = tuple(
        (Value(writer.say(f"{PREFIX}.{term}")), Value(writer.say(f"{PREFIX}.{term}_text")))
        for term in TERMS
    )
    heads = (writer.say(f"{PREFIX}.unit"), writer.say(f"{PREFIX}.meaning"))
    return Exhibit(Table("units", writer.say(f"{PREFIX}.units_table"), heads, rows))


def _revisions(writer: Writer) -> Exhibit | None:
    differing = writer.document["reconciliation"]["differing"]
    if not differing:
        return None
    rows = tuple(
        (
            Value(_figure_name(writer, row["figure_id"], row["year"])),
            _stated(writer, row["published"]),
            _stated(writer, row["now"]),
        )
        for row in differing
    )
    heads = tuple(writer.say(f"{PREFIX}.{name}") for name in ("figure", "published", "now"))
    return Exhibit(Table("revisions", writer.say(f"{PREFIX}.revision_table"), heads, rows))


def _stated(writer: Writer, figure: int | str | None) -> Value:
    if figure is None:
        return Value(writer.say("none"))
    if isinstance(figure, int):
        return Value(writer.language.number(figure), figure, "count")
    return Value(figure)


def _figure_name(writer: Writer, figure_id: str, year: int) -> str:
    """A frozen figure in words: its year, what was counted, and its codes; else its id."""
    prefix, _, key = figure_id.partition(".")
    if not prefix.startswith("frozen_"):
        return figure_id
    measure, *pairs = key.replace(".in.", ".").split(".")
    words = [writer.say(f"measures.{measure}")]
    for breakdown, member in zip(pairs[::2], pairs[1::2], strict=True):
        codes = [] if member == "not_known" else member.split("+")
        row = {"member": member, "codes": codes}
        words.append(writer.member_label(breakdown, row))
    return f"{year}: {', '.join(words)}"
