"""Figures that put two rows of the marts together: a sum of age bands, a multiple, a part's share.

Each is made only from rows that the report prints anyway, or checked against the smallest count.
"""

from typing import Any

from pipelines.report.rounding import half_up, more_than, share_entry
from pipelines.report.small_cells import is_small
from pipelines.report.source import Marts

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
    derived |= _multiple_of_first_year(marts)
    if compare:
        derived |= _chat_multiple(figures)
    derived |= _mail_in_busiest_months(marts, figures, minimum)
    derived |= _forms_within_categories(marts, minimum)
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
    """Contacts by anyone but the victim, of all contacts; the not-known count as neither."""
    prefix = "contacts.relation."
    others = [
        entry["value"]
        for key, entry in figures.items()
        if key.startswith(prefix)
        and ".in." not in key
        and key.removeprefix(prefix) not in ("self", "not_known")
    ]
    if f"{prefix}self" not in figures or not others:
        return {}
    value = sum(others)
    return {
        "contacts.about_someone_else": {
            "value": value,
            **share_entry(100 * value / marts.total.contacts),
        }
    }


def _multiple_of_first_year(marts: Marts) -> dict[str, Entry]:
    """How many times the contacts of the first year, rounded down: "more than three times"."""
    first = marts.totals[0]
    if first.year >= marts.year or not first.contacts:
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
    if len(months) < 12:
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


def _forms_within_categories(marts: Marts, minimum: int) -> dict[str, Entry]:
    """Share of one form among the victims of one category whose form is known."""
    entries: dict[str, Entry] = {}
    for form, category in FORMS_WITHIN:
        cell = marts.cell("victims", "violence_form", form, ("category", category))
        whole = marts.cell("victims", "violence_form", form)
        if not cell or not whole or cell.share_pct is None or not cell.denominator:
            continue
        implied = (cell.value, whole.value - cell.value, cell.denominator - cell.value)
        if any(is_small(count, minimum) for count in implied) or not cell.value:
            continue
        entries[f"victims.violence_form.{form}.in.category.{category}"] = {
            "value": cell.value,
            "share_pct": half_up(cell.share_pct),
            "more_than_pct": more_than(cell.share_pct),
            "beside_all": beside(cell.share_pct, whole.share_pct),
        }
    return entries


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
