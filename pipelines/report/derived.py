"""Figures that put two rows of the marts together: a sum of age bands, a multiple, a part's share.

Each is made only of members that have a row of their own in the protected tables, and only where
nothing that follows from it is small.
"""

from typing import Any

from pipelines.report.codes import members_of
from pipelines.report.rounding import half_up, more_than, share_entry
from pipelines.report.small_cells import is_small
from pipelines.report.source import Marts
from pipelines.report.tables import WHOLE, Within

Entry = dict[str, Any]
TOP_MONTHS = 3

DERIVED = (
    "victims.age_12_or_younger",
    "contacts.about_someone_else",
    "contacts.multiple_of_first_year",
    "contacts.channel.chat.multiple",
    "contacts.channel.mail.in_busiest_months",
    "contacts.channel.mail.in_other_months",
)
"""Keys that editors may refer to besides those of the tables."""


def derived_figures(
    marts: Marts, figures: dict[str, Entry], minimum: int, *, compare: bool
) -> dict[str, Entry]:
    """The derived figures of a year, given the figures of its tables."""
    derived: dict[str, Entry] = {}
    derived |= _twelve_or_younger(figures)
    derived |= _about_someone_else(marts, figures)
    derived |= _multiple_of_first_year(marts, minimum)
    if compare:
        derived |= _chat_multiple(figures)
    derived |= _mail_in_busiest_months(marts, figures, minimum)
    derived |= _forms_within_categories(marts, figures, minimum)
    derived |= _chat_beside_all(marts, figures)
    return derived


def _twelve_or_younger(figures: dict[str, Entry]) -> dict[str, Entry]:
    """`under_6` and `6_to_12` together: "12 or younger", which the 2020 report called younger."""
    bands = [figures.get(f"victims.age_band.{band}") for band in ("under_6", "6_to_12")]
    if None in bands:
        return {}
    parts = [band for band in bands if band]
    return {
        "victims.age_12_or_younger": {
            name: sum(part[name] for part in parts)
            for name in ("value", "share_pct")
            if all(name in part for part in parts)
        }
    }


def _about_someone_else(marts: Marts, figures: dict[str, Entry]) -> dict[str, Entry]:
    """Contacts by anyone but the victim, of all contacts; the not-known count as neither.

    Not told where the not-known were joined with others, which it would part again.
    """
    prefix = "contacts.relation."
    rows = {
        key.removeprefix(prefix): entry["value"]
        for key, entry in figures.items()
        if key.startswith(prefix) and ".in." not in key
    }
    not_known = {code.code for code in members_of("relation") if code.group == "missing"}
    others = rows.keys() - {"self", "not_known"}
    if "self" not in rows or not others or any(not_known & set(row.split("+")) for row in others):
        return {}
    value = sum(rows[row] for row in others)
    return {
        "contacts.about_someone_else": {
            "value": value,
            **share_entry(100 * value / marts.total.contacts),
        }
    }


def _multiple_of_first_year(marts: Marts, minimum: int) -> dict[str, Entry]:
    """How many times the contacts of the first year, rounded down: "more than three times"."""
    first = next(total for total in marts.totals if total.is_tellable(minimum))
    if first.year >= marts.year:
        return {}
    multiple = more_than(marts.total.contacts / first.contacts)
    if multiple < 2:
        return {}
    return {
        "contacts.multiple_of_first_year": {
            "value": multiple,
            "first_year": first.year,
            "first_year_is_complete": first.is_whole,
        }
    }


def _chat_multiple(figures: dict[str, Entry]) -> dict[str, Entry]:
    chat = figures.get("contacts.channel.chat", {})
    if not chat.get("previous"):
        return {}
    return {"contacts.channel.chat.multiple": {"value": half_up(chat["value"] / chat["previous"])}}


def _mail_in_busiest_months(
    marts: Marts, figures: dict[str, Entry], minimum: int
) -> dict[str, Entry]:
    """The share of mail in the three busiest months and in the others."""
    months = {
        key.removeprefix("contacts.month."): entry["value"]
        for key, entry in figures.items()
        if key.startswith("contacts.month.")
    }
    if len(months) < 12 or "contacts.channel.mail" not in figures:
        return {}
    busiest = sorted(months, key=lambda month: (-months[month], int(month)))[:TOP_MONTHS]
    entries: dict[str, Entry] = {}
    for name, chosen in (
        ("in_busiest_months", busiest),
        ("in_other_months", [month for month in months if month not in busiest]),
    ):
        mail = sum(marts.month_by_channel.get((int(month), "mail"), 0) for month in chosen)
        whole = sum(months[month] for month in chosen)
        if not mail or is_small(mail, minimum) or is_small(whole - mail, minimum):
            return {}
        entries[f"contacts.channel.mail.{name}"] = {
            "value": mail,
            **share_entry(100 * mail / whole),
        }
    entries["contacts.busiest_months"] = {"months": sorted(int(month) for month in busiest)}
    return entries


FORMS_WITHIN = (
    ("sexual", "child_maltreatment"),
    ("sexual", "violence_between_minors"),
    ("economic", "elder_abuse"),
)
"""The main forms that the report sets against the whole, each in the category named."""


def _forms_within_categories(
    marts: Marts, figures: dict[str, Entry], minimum: int
) -> dict[str, Entry]:
    """Share of one form among the victims of one category whose form is known."""
    entries: dict[str, Entry] = {}
    told: list[tuple[str, str]] = []
    for form, category in FORMS_WITHIN:
        cell = marts.cell("victims", "violence_form", form, ("category", category))
        whole = marts.cell("victims", "violence_form", form)
        if not cell or not whole or cell.share_pct is None or not cell.value:
            continue
        rows = {f"victims.violence_form.{form}", f"victims.category.{category}"}
        implied = _implied([*told, (form, category)], marts)
        if not rows <= figures.keys() or any(is_small(count, minimum) for count in implied):
            continue
        told.append((form, category))
        entries[f"victims.violence_form.{form}.in.category.{category}"] = {
            "value": cell.value,
            "share_pct": half_up(cell.share_pct),
            "more_than_pct": more_than(cell.share_pct),
            "beside_all": beside(cell.share_pct, whole.share_pct),
        }
    return entries


def _implied(told: list[tuple[str, str]], marts: Marts) -> list[int]:
    """What forms told within categories tell: form, other and not known, there and elsewhere.

    The share of a small count has hardly more than one denominator, so that it tells that one too.
    """
    counts: list[int] = []
    elsewhere: dict[str, list[int]] = {}
    for form, category in told:
        there = _form_other_unknown(marts, form, ("category", category))
        counts += there
        rest = elsewhere.setdefault(form, _form_other_unknown(marts, form, WHOLE))
        elsewhere[form] = [whole - part for whole, part in zip(rest, there, strict=True)]
    unknown = _form_other_unknown(marts, told[0][0], WHOLE)[-1] - sum(counts[2::3])
    return [*counts, *(count for rest in elsewhere.values() for count in rest), unknown]


def _form_other_unknown(marts: Marts, form: str, within: Within) -> list[int]:
    """Victims of this main form, of another, and of an unknown one."""
    cell = marts.cell("victims", "violence_form", form, within)
    whole = marts.total.victims
    if within != WHOLE:
        category = marts.cell("victims", *within)
        whole = category.value if category else 0
    value, known = (cell.value, cell.denominator or 0) if cell else (0, 0)
    return [value, known - value, whole - known]


def _chat_beside_all(marts: Marts, figures: dict[str, Entry]) -> dict[str, Entry]:
    """Whether sexual violence is the main form more often in the chat than over all channels."""
    key = "contacts.violence_form.sexual.in.channel.chat"
    chat = marts.cell("contacts", "violence_form", "sexual", ("channel", "chat"))
    whole = marts.cell("contacts", "violence_form", "sexual")
    if key not in figures or not chat or not whole or chat.share_pct is None:
        return {}
    return {key: figures[key] | {"beside_all": beside(chat.share_pct, whole.share_pct)}}


def beside(share_pct: float, overall_pct: float | None) -> str:
    """How an unrounded share lies beside that of the whole: higher, lower or equal."""
    if overall_pct is None or share_pct == overall_pct:
        return "equal"
    return "higher" if share_pct > overall_pct else "lower"
