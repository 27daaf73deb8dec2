"""The sections about the contacts: who makes contact, through which channel and when."""

from pipelines.report.document import Exhibit, Section
from pipelines.report.sections.writer import Column, Writer

ANONYMOUS = "contacts.anonymous.true"
NAMED_RELATIONS = ("self", "parent", "other_family", "neighbour")


def contact_persons(writer: Writer) -> Section:
    """Anonymity and neighbours against the year before, relation, minors, sex, chat and phone."""
    prefix = "sections.contact_persons"
    headline = ""
    if writer.has(ANONYMOUS, attribute="in_words"):
        words = writer.proportion(ANONYMOUS, "contacts")
        headline = writer.say(f"{prefix}.headline", proportion=words)
    findings = [
        *_anonymity(writer),
        *_relations(writer),
        *_sides(writer),
        *_ages_and_sex(writer),
    ]
    return writer.section(
        "contact_persons",
        headline,
        findings,
        [
            _relation_exhibit(writer),
            _chat_exhibit(writer),
            _small_table(writer, "contacts.anonymous", "anonymity", "share", before=True),
            _small_table(writer, "contacts.contact_age_group", "age", "share_of_known"),
            _small_table(writer, "contacts.contact_sex", "sex", "share_of_known"),
        ],
    )


def _anonymity(writer: Writer) -> list[str]:
    prefix = "sections.contact_persons"
    findings = []
    if writer.has(ANONYMOUS, attribute="share_pct"):
        findings.append(
            writer.say(
                f"{prefix}.anonymous",
                count=writer.count(ANONYMOUS),
                share=writer.pct(ANONYMOUS),
            )
        )
    if writer.has(ANONYMOUS, attribute="previous_share_pct"):
        findings.append(
            writer.say(
                f"{prefix}.anonymous_before",
                year=writer.year - 1,
                count=writer.value(ANONYMOUS, "previous").text,
                share=writer.pct(ANONYMOUS, "previous_share_pct"),
            )
        )
    return [" ".join(findings)]


def _relations(writer: Writer) -> list[str]:
    prefix = "sections.contact_persons"
    findings = []
    other = "contacts.about_someone_else"
    if writer.has(other) and writer.entry(other)["more_than_pct"] >= 50:
        more_than = writer.pct(other, "more_than_pct")
        findings.append(writer.say(f"{prefix}.else", more_than=more_than))
    named = [
        writer.say(
            f"{prefix}.relation_item",
            proportion=writer.language.proportion(writer.entry(key)["in_words"]),
            member=writer.say(f"{prefix}.as_{code}"),
            count=writer.count(key),
        )
        for code in NAMED_RELATIONS
        if writer.has(key := f"contacts.relation.{code}", attribute="in_words")
    ]
    if named:
        findings.append(writer.say(f"{prefix}.relation", list="; ".join(named)))
    neighbours = "contacts.relation.neighbour"
    growth = writer.entry(neighbours).get("growth")
    if growth:
        kind = "neighbours" if growth > 0 else "neighbours_fewer"
        findings.append(
            writer.say(
                f"{prefix}.{kind}",
                count=writer.count(neighbours),
                growth=writer.language.number(abs(growth)),
                year=writer.year - 1,
            )
        )
    return findings


def _sides(writer: Writer) -> list[str]:
    prefix = "sections.contact_persons"
    findings = []
    near, side = (f"contacts.relation_group.{code}" for code in ("near_victim", "perpetrator_side"))
    if writer.has(near, attribute="more_than_pct"):
        share = writer.language.sentence(writer.surely(near))
        findings.append(writer.say(f"{prefix}.near", share=share))
    if writer.has(side, attribute="share_pct"):
        findings.append(
            writer.say(f"{prefix}.perpetrator", count=writer.count(side), share=writer.pct(side))
        )
    return [" ".join(findings)]


def _ages_and_sex(writer: Writer) -> list[str]:
    prefix = "sections.contact_persons"
    findings = []
    minor, female = "contacts.contact_age_group.minor", "contacts.contact_sex.female"
    in_chat = f"{minor}.in.channel.chat"
    if writer.has(minor, in_chat, attribute="share_pct"):
        words = ""
        if writer.entry(in_chat)["in_words"]["kind"] != "percent":
            words = writer.proportion(in_chat, "contact_persons_of_known_age")
        findings.append(
            writer.say(
                f"{prefix}.minors",
                share=writer.pct(minor),
                chat=writer.pct(in_chat),
                proportion=writer.say(f"{prefix}.minors_part", proportion=words) if words else "",
            )
        )
    chat, phone = (f"contacts.relation.self.in.channel.{code}" for code in ("chat", "phone"))
    if writer.has(chat, phone, attribute="share_pct"):
        findings.append(
            writer.say(f"{prefix}.self_chat", share=writer.pct(chat), phone=writer.pct(phone))
        )
    if writer.has(female, attribute="share_pct"):
        findings.append(
            writer.say(f"{prefix}.sex", count=writer.count(female), share=writer.pct(female))
        )
    return findings


def _relation_exhibit(writer: Writer) -> Exhibit | None:
    prefix, table = "sections.contact_persons", "contacts.relation"
    rows = writer.ranked(table)
    if not rows:
        return None
    title = writer.say(f"{prefix}.chart")
    chart = writer.bars(
        table,
        title,
        writer.say(
            f"{prefix}.chart_text",
            member=writer.member_label("relation", rows[0]).lower(),
            contacts=writer.count(rows[0]["figures"]["all"]),
        ),
        attribute="value",
        rows=rows,
    )
    columns = [Column("contacts"), Column("share", "share_pct"), Column("growth", "growth_pct")]
    return Exhibit(writer.table(table, title, "relation", columns, rows=rows), chart)


def _chat_exhibit(writer: Writer) -> Exhibit | None:
    prefix, table = "sections.contact_persons", "contacts.relation"
    chat, phone = (f"contacts.relation.self.in.channel.{code}" for code in ("chat", "phone"))
    if not writer.has(chat, phone, attribute="share_pct"):
        return None
    title = writer.say(f"{prefix}.chat_chart")
    rows = [row for row in writer.ranked(table) if row["member"] != "not_known"]
    chart = writer.bars(
        table,
        title,
        writer.say(f"{prefix}.chat_chart_text", chat=writer.pct(chat), phone=writer.pct(phone)),
        attribute="share_pct",
        rows=rows,
        parts=(("chat", writer.say("series.chat")), ("phone", writer.say("series.phone"))),
        suffix="chat",
    )
    columns = [
        Column("in_chat", "share_pct", "chat"),
        Column("by_phone", "share_pct", "phone"),
    ]
    return Exhibit(writer.table(table, title, "relation", columns, rows=rows, suffix="chat"), chart)


def _small_table(
    writer: Writer, table: str, name: str, share: str, *, before: bool = False
) -> Exhibit | None:
    rows = writer.rows(table)
    if not rows:
        return None
    first = {"age": "person_age"}.get(name, name)
    columns = [Column("contacts"), Column(share, "share_pct")]
    if before:
        columns += [
            Column("previous_contacts", "previous"),
            Column("previous_share", "previous_share_pct"),
        ]
    title = writer.say(f"sections.contact_persons.{name}_table")
    return Exhibit(writer.table(table, title, first, columns, rows=rows))


def channels(writer: Writer) -> Section:
    """Channels, weekdays and hours."""
    prefix, table = "sections.channels", "contacts.channel"
    rows = writer.ranked(table)
    if not rows:
        return writer.section("channels")
    key = rows[0]["figures"]["all"]
    headline = writer.say(
        f"{prefix}.headline",
        member=writer.say(f"{prefix}.the_{rows[0]['member']}")
        if writer.language.has(f"{prefix}.the_{rows[0]['member']}")
        else writer.member_label("channel", rows[0]),
        proportion=writer.proportion(key, "contacts"),
    )
    shares = [
        writer.say(
            f"{prefix}.item",
            member=writer.member_label("channel", row).lower(),
            share=writer.pct(row["figures"]["all"]),
        )
        for row in rows
    ]
    findings = [writer.say(f"{prefix}.shares", list=writer.language.listing(shares))]
    chat = f"{table}.chat"
    if writer.has(chat):
        multiple = f"{chat}.multiple"
        if writer.has(multiple) and writer.entry(multiple)["value"] > 1:
            findings.append(
                writer.say(
                    f"{prefix}.chat_multiple",
                    count=writer.count(chat),
                    multiple=writer.count(multiple),
                    year=writer.year - 1,
                )
            )
        else:
            findings.append(writer.say(f"{prefix}.chat", count=writer.count(chat)))
    title = writer.say(f"{prefix}.chart")
    counted = [
        f"{writer.member_label('channel', row).lower()} {writer.count(row['figures']['all'])}"
        for row in rows
    ]
    chart = writer.bars(
        table,
        title,
        writer.say(f"{prefix}.chart_text", list=writer.language.listing(counted)),
        attribute="value",
        rows=rows,
    )
    columns = [Column("contacts"), Column("share", "share_pct"), Column("growth", "growth_pct")]
    exhibit = Exhibit(writer.table(table, title, "channel", columns, rows=rows), chart)
    weekdays, busiest = _time_exhibit(writer, "iso_weekday", "weekday")
    hours, _ = _time_exhibit(writer, "hour", "hour")
    if busiest:
        findings.append(writer.say(f"{prefix}.weekday", weekday=busiest))
    return writer.section("channels", headline, findings, [exhibit, weekdays, hours])


def _time_exhibit(writer: Writer, breakdown: str, name: str) -> tuple[Exhibit | None, str]:
    """The exhibit of weekdays or hours, and the busiest of them."""
    prefix, table = "sections.channels", f"contacts.{breakdown}"
    rows = writer.rows(table)
    if not rows:
        return None, ""
    top = max(rows, key=lambda row: writer.entry(row["figures"]["all"])["value"])
    label = writer.member_label(breakdown, top)
    title = writer.say(f"{prefix}.{name}_chart")
    description = writer.say(
        f"{prefix}.{name}_chart_text", top=label, count=writer.count(top["figures"]["all"])
    )
    chart = writer.bars(table, title, description, attribute="value", rows=rows)
    notes = [writer.say(f"{prefix}.hour_note")] if breakdown == "hour" else []
    columns = [Column("contacts")]
    return Exhibit(writer.table(table, title, name, columns, rows=rows, notes=notes), chart), label
