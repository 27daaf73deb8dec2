"""Deals the victims of one year of contacts: who they are and what was done to them."""

from dataclasses import dataclass

import numpy as np

from pipelines.sample import margins, plausible
from pipelines.sample.deal import Codes, Ints, Random, deal, spread_missing
from pipelines.sample.records import CHAT

MISSING_SEX, MISSING_FORM, MISSING_CONTEXT = 3, 4, 10


@dataclass(frozen=True)
class Victims:
    """Victims in order of their contact; `contact` is the place of it, `number` counts from 0."""

    contact: Ints
    number: Ints
    category: Codes
    first_victim: Ints


def deal_victims(primary: Codes, following: Ints, random: Random) -> Victims:
    """One victim of the primary category per contact, and those that follow (`following`)."""
    contacts = [np.flatnonzero(primary < plausible.NOBODY)]
    categories = [primary[contacts[0]]]
    for row, numbers in enumerate(following):
        places = np.flatnonzero(primary == row)
        for column in np.flatnonzero(numbers):
            contacts.append(random.choice(places, int(numbers[column])))
            categories.append(np.full(numbers[column], column, np.int8))
    contact = np.concatenate(contacts)
    order = np.argsort(contact, kind="stable")
    contact = contact[order]
    sizes = np.bincount(contact, minlength=len(primary))
    first = np.concatenate([[0], np.cumsum(sizes)])
    number = np.arange(len(contact)) - first[contact]
    return Victims(contact, number, np.concatenate(categories)[order], first)


def deal_ages(year: int, scale: int, victims: Victims, relation: Codes, random: Random) -> Codes:
    """Age band: minors and adults by category, thirteen and older who speak for themselves."""
    own_voice = (victims.number == 0) & (relation[victims.contact] == plausible.SELF)
    category = np.bincount(victims.category, minlength=9) // scale
    minors = int(category[list(plausible.MINOR_ONLY)].sum() + margins.mixed_minors(category).sum())
    bands = margins.counts("minor_age", year, minors)
    totals = np.append(bands, category.sum() - minors) * scale
    weights = np.concatenate([plausible.AGE, plausible.AGE_OF_SELF])
    return deal(random, victims.category + 9 * own_voice, weights, totals)


def deal_sexes(year: int, scale: int, victims: Victims, age: Codes, random: Random) -> Codes:
    """Sex, minors and adults apart."""
    sex = np.empty(len(age), np.int8)
    adult = age == plausible.ADULT_BAND
    for name, which, weights in (
        ("minor_sex", np.flatnonzero(~adult), plausible.MINOR_SEX),
        ("adult_sex", np.flatnonzero(adult), plausible.ADULT_SEX),
    ):
        totals = margins.counts(name, year, len(which) // scale) * scale
        sex[which] = deal(random, victims.category[which], weights, totals)
    return spread_missing(random, sex, MISSING_SEX)


def deal_forms(year: int, scale: int, victims: Victims, channel: Codes, random: Random) -> Codes:
    """Main form of violence; in the chat at most one victim per contact suffered a sexual one.

    So the chats with a sexual form are as many as their victims, which the report counted.
    """
    emotional, physical, sexual, economic, missing = (
        int(number)
        for number in margins.counts("form", year, margins.VICTIMS[year]) * scale
    )  # fmt: skip
    chats = int((channel == CHAT).sum())
    in_chat = round(chats * margins.SEXUAL_SHARE_OF_CHATS)
    if year == margins.LAST_YEAR:
        in_chat = margins.SEXUAL_CHATS_2020 * scale
    by_chat = channel[victims.contact] == CHAT
    form = np.full(len(by_chat), -1, np.int8)
    likely = np.stack([1 - plausible.SEXUAL_WEIGHT, plausible.SEXUAL_WEIGHT], axis=1)
    for candidates, number in (
        (np.flatnonzero(by_chat & (victims.number == 0)), in_chat),
        (np.flatnonzero(~by_chat), sexual - in_chat),
    ):
        totals = np.array([len(candidates) - number, number])
        chosen = deal(random, victims.category[candidates], likely, totals) == 1
        form[candidates[chosen]] = plausible.SEXUAL
    rest = np.flatnonzero(form < 0)
    totals = np.array([emotional, physical, economic, missing])
    dealt = deal(random, victims.category[rest], plausible.OTHER_FORM, totals)
    form[rest] = np.array([0, 1, 3, MISSING_FORM], np.int8)[dealt]
    return spread_missing(random, form, MISSING_FORM)


def deal_contexts(year: int, scale: int, victims: Victims, random: Random) -> Codes:
    """Where it happened."""
    totals = margins.counts("context", year, margins.VICTIMS[year]) * scale
    context = deal(random, victims.category, plausible.CONTEXT, totals)
    return spread_missing(random, context, MISSING_CONTEXT)
