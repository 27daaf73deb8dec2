"""The sections about the persons reported: categories, form of violence, age and sex, context."""

from pipelines.report.derived import FORMS_WITHIN
from pipelines.report.document import Exhibit, Section
from pipelines.report.sections.writer import Column, Writer


def categories(writer: Writer) -> Section:
    """What the contacts are about, each category with its definition."""
    prefix, table = "sections.categories", "victims.category"
    rows = writer.ranked(table)
    if not rows:
        return writer.section("categories")
    keys = [row["figures"]["all"] for row in rows]
    labels = [_lower(writer.member_label("category", row)) for row in rows]
    headline = writer.say(
        f"{prefix}.headline", proportion=writer.proportion(keys[0], "victims"), member=labels[0]
    )
    growth = writer.compared(keys[0])
    findings = [
        writer.say(
            f"{prefix}.largest",
            count=writer.count(keys[0]),
            member=labels[0],
            share=writer.pct(keys[0]),
            growth=writer.say(f"{prefix}.growth_part", compared=growth) if growth else "",
        ),
    ]
    following = [
        writer.say(f"{prefix}.item", member=label, count=writer.count(key))
        for label, key in list(zip(labels, keys, strict=True))[1:4]
        if writer.entry(key)["value"]
    ]
    if following:
        findings.append(writer.say(f"{prefix}.next", list=writer.language.listing(following)))
    title = writer.say(f"{prefix}.chart")
    chart = writer.bars(
        table,
        title,
        writer.say(f"{prefix}.chart_text", member=labels[0], count=writer.count(keys[0])),
        attribute="value",
        rows=rows,
    )
    columns = [Column("victims"), Column("share", "share_pct"), Column("growth", "growth_pct")]
    note = writer.say(f"{prefix}.unit")
    return writer.section(
        "categories",
        headline,
        findings,
        [Exhibit(writer.table(table, title, "category", columns, rows=rows, notes=[note]), chart)],
    )


def violence_form(writer: Writer) -> Section:
    """The main form of violence, and the chat's own share."""
    prefix, table = "sections.violence_form", "victims.violence_form"
    rows = writer.ranked(table, last=())
    known = [row for row in rows if writer.has(row["figures"]["all"], attribute="share_pct")]
    if not known:
        return writer.section("violence_form")
    key = known[0]["figures"]["all"]
    member = _lower(writer.member_label("violence_form", known[0]))
    headline = writer.say(
        f"{prefix}.headline",
        proportion=writer.proportion(key, "victims_of_known_form"),
        member=member,
    )
    shares = [
        writer.say(
            f"{prefix}.item",
            member=_lower(writer.member_label("violence_form", row)),
            share=writer.pct(row["figures"]["all"]),
        )
        for row in known
    ]
    findings = [
        writer.say(f"{prefix}.shares", list=writer.language.listing(shares)),
        _chat_finding(writer),
    ]
    findings += [_within_category(writer, form, category) for form, category in FORMS_WITHIN]
    findings.append(writer.say(f"{prefix}.neglect"))
    title = writer.say(f"{prefix}.chart")
    chart = writer.bars(
        table,
        title,
        writer.say(f"{prefix}.chart_text", member=member, share=writer.pct(key)),
        attribute="share_pct",
        rows=known,
    )
    columns = [Column("victims"), Column("share_of_known", "share_pct")]
    exhibit = Exhibit(writer.table(table, title, "form", columns, rows=rows), chart)
    return writer.section("violence_form", headline, findings, [exhibit, _chat_exhibit(writer)])


def _within_category(writer: Writer, form: str, category: str) -> str:
    """The form's share in one category beside its share over all of them."""
    prefix = "sections.violence_form"
    part = f"victims.violence_form.{form}.in.category.{category}"
    whole = f"victims.violence_form.{form}"
    if not writer.has(part, whole, attribute="share_pct"):
        return ""
    share, overall = writer.pct(part), writer.pct(whole)
    words = {
        "category": _lower(writer.language.label("category", category)),
        "form": _lower(writer.language.label("violence_form", form)),
    }
    if share == overall:
        kind = f"within_{writer.entry(part)['beside_all']}"
        return writer.say(f"{prefix}.{kind}", share=share, **words)
    return writer.say(f"{prefix}.within", share=share, overall=overall, **words)


SEXUAL = "contacts.violence_form.sexual"
SEXUAL_CHAT = f"{SEXUAL}.in.channel.chat"


def _chat_finding(writer: Writer) -> str:
    if not writer.has(SEXUAL, SEXUAL_CHAT, attribute="share_pct"):
        return ""
    prefix = "sections.violence_form"
    chat, overall = writer.pct(SEXUAL_CHAT), writer.pct(SEXUAL)
    finding = writer.say(f"{prefix}.chat", share=chat, overall=overall)
    if writer.entry(SEXUAL_CHAT).get("beside_all") == "higher":
        finding += f" {writer.say(f'{prefix}.chat_higher')}"
    return finding


def _chat_exhibit(writer: Writer) -> Exhibit | None:
    if not writer.has(SEXUAL, SEXUAL_CHAT, attribute="share_pct"):
        return None
    prefix, table = "sections.violence_form", "contacts.violence_form"
    title = writer.say(f"{prefix}.chat_chart")
    rows = [row for row in writer.rows(table) if row["member"] != "not_known"]
    chart = writer.bars(
        table,
        title,
        writer.say(
            f"{prefix}.chat_chart_text", chat=writer.pct(SEXUAL_CHAT), all=writer.pct(SEXUAL)
        ),
        attribute="share_pct",
        rows=rows,
        parts=(("chat", writer.say("series.chat")), ("all", writer.say("series.all"))),
    )
    columns = [Column("in_chat", "share_pct", "chat"), Column("all_contacts", "share_pct")]
    notes = [writer.say(f"{prefix}.chat_note")]
    return Exhibit(writer.table(table, title, "form", columns, rows=rows, notes=notes), chart)


def victims(writer: Writer) -> Section:
    """Ages, and sex among minors and adults."""
    prefix = "sections.victims"
    minor = "victims.age_group.minor"
    headline, findings = "", []
    if writer.has(minor, attribute="in_words"):
        words = writer.proportion(minor, "victims")
        headline = writer.language.sentence(writer.say(f"{prefix}.headline", proportion=words))
        findings.append(
            writer.say(f"{prefix}.minors", count=writer.count(minor), share=writer.surely(minor))
        )
    if writer.has("victims.age_12_or_younger", "victims.age_band.under_6"):
        findings.append(
            writer.say(
                f"{prefix}.young",
                count=writer.count("victims.age_12_or_younger"),
                under_6=writer.count("victims.age_band.under_6"),
            )
        )
    sexes = {
        f"{age}_{sex}": f"victims.sex.{sex}.in.age_group.{age}"
        for age in ("minor", "adult")
        for sex in ("female", "male")
    }
    if writer.has(*sexes.values(), attribute="share_pct"):
        shares = {name: writer.pct(key) for name, key in sexes.items()}
        findings.append(writer.say(f"{prefix}.sex", **shares))
    return writer.section(
        "victims", headline, findings, [_ages_exhibit(writer), _sexes_exhibit(writer)]
    )


def _ages_exhibit(writer: Writer) -> Exhibit | None:
    prefix, table = "sections.victims", "victims.age_band"
    rows = writer.rows(table)
    if not rows:
        return None
    title = writer.say(f"{prefix}.chart")
    adult = writer.pct("victims.age_band.adult") if writer.has("victims.age_band.adult") else ""
    chart = writer.bars(
        table,
        title,
        writer.say(f"{prefix}.chart_text", adult=adult),
        attribute="share_pct",
        rows=rows,
    )
    columns = [Column("victims"), Column("share", "share_pct")]
    shares = [writer.entry(row["figures"]["all"]).get("share_pct", 0) for row in rows]
    notes = [writer.say(f"{prefix}.rounding")] if sum(shares) == 100 else []
    return Exhibit(writer.table(table, title, "age", columns, rows=rows, notes=notes), chart)


def _sexes_exhibit(writer: Writer) -> Exhibit | None:
    prefix, table = "sections.victims", "victims.sex"
    rows = writer.rows(table)
    if not rows:
        return None
    title = writer.say(f"{prefix}.sex_chart")
    chart = writer.bars(
        table,
        title,
        writer.say(f"{prefix}.sex_chart_text"),
        attribute="share_pct",
        rows=rows,
        parts=(("minor", writer.say("series.minors")), ("adult", writer.say("series.adults"))),
    )
    columns = [
        Column("minors", part="minor"),
        Column("minors_share", "share_pct", "minor"),
        Column("adults", part="adult"),
        Column("adults_share", "share_pct", "adult"),
    ]
    notes = [writer.say(f"{prefix}.sex_note")]
    return Exhibit(writer.table(table, title, "sex", columns, rows=rows, notes=notes), chart)


def context(writer: Writer) -> Section:
    """Where the violence takes place."""
    prefix, table = "sections.context", "victims.context"
    family = "victims.context_group.family"
    headline, findings = "", []
    if writer.has(family, attribute="in_words"):
        words = writer.proportion(family, "victims_of_known_context")
        headline = writer.say(f"{prefix}.headline", proportion=words)
        share = writer.language.sentence(writer.surely(family))
        findings.append(writer.say(f"{prefix}.family", share=share))
    leisure, school = (f"{table}.{code}" for code in ("leisure", "school"))
    if writer.has(leisure, school):
        findings.append(
            writer.say(
                f"{prefix}.outside", leisure=writer.count(leisure), school=writer.count(school)
            )
        )
    rows = writer.ranked(table)
    if not rows:
        return writer.section("context", headline, findings)
    title = writer.say(f"{prefix}.chart")
    chart = writer.bars(
        table,
        title,
        writer.say(
            f"{prefix}.chart_text",
            member=_lower(writer.member_label("context", rows[0])),
            count=writer.count(rows[0]["figures"]["all"]),
        ),
        attribute="value",
        rows=rows,
    )
    columns = [Column("victims"), Column("share_of_known", "share_pct")]
    exhibit = Exhibit(writer.table(table, title, "context", columns, rows=rows), chart)
    return writer.section("context", headline, findings, [exhibit])


def _lower(label: str) -> str:
    return label[:1].lower() + label[1:]
