"""Deals one year of contacts: when, by which channel, about what, by whom, with which outcome."""

import numpy as np
import numpy.typing as npt

from pipelines.sample import margins, plausible
from pipelines.sample.deal import Codes, Floats, Ints, Random, apportion, deal, spread_missing
from pipelines.sample.records import CHAT, MAIL
from pipelines.sample.seasons import last_sunday, month_of, weekday_of

MISSING_AGE, MISSING_SEX, MISSING_RELATION = 2, 3, 9
# 2020 by month: share of mail (more in the first lockdown), contacts by chat (hours tripled in
# April); other years follow the smooth shares of `margins`.
MAIL_2020 = np.array([0.17, 0.167, 0.168, 0.211, 0.212, 0.21, 0.166, 0.165, 0.165, 0.166, 0.165,
                      0.165])  # fmt: skip
CHAT_2020 = np.array([0.036, 0.038, 0.043, 0.112, 0.128, 0.131, 0.13, 0.131, 0.132, 0.133, 0.133,
                      0.134])  # fmt: skip
WEEKEND_BY_CHANNEL = np.array([[1, 1, 1], [0.93, 1.3, 1.1]])


def deal_channels(year: int, scale: int, day: npt.NDArray[np.datetime64], random: Random) -> Codes:
    """Channel of each contact."""
    month, weekend = month_of(day), (weekday_of(day) >= 5).astype(np.int64)
    by_month = _monthly("channel_on_old_hours", year)
    if year == margins.LAST_YEAR:
        by_month = np.stack([1 - MAIL_2020 - CHAT_2020, MAIL_2020, CHAT_2020], axis=1)
    weights = (by_month[:, None, :] * WEEKEND_BY_CHANNEL[None]).reshape(24, 3)
    totals = margins.counts("channel", year, margins.CONTACTS[year]) * scale
    return deal(random, month * 2 + weekend, weights, totals)


def visit_doubled_hour(
    year: int,
    channel: Codes,
    day: npt.NDArray[np.datetime64],
    second: npt.NDArray[np.int32],
    random: Random,
) -> npt.NDArray[np.bool_]:
    """Put a few mails and a chat into the nights of both clock changes; tells the second 02:xx.

    They come from other Sundays of the same month, so months and weekdays keep their totals.
    The hour that the night of March lacks is left out: its mails come just before and after.
    """
    second_pass = np.zeros(len(day), np.bool_)
    for month, moments in ((3, (7140, 10_815)), (10, (8130, 9000, 8400, 9300))):
        sunday = np.datetime64(last_sunday(year, month))
        same = (month_of(day) == month - 1) & (weekday_of(day) == 6)
        places = random.permutation(np.flatnonzero(same & (channel == MAIL)))[: len(moments)]
        if month == 10:
            chats = np.flatnonzero(same & (channel == CHAT))[:1]
            places = np.concatenate([places[:3], chats])
        day[places] = sunday
        second[places] = moments[: len(places)]
        second_pass[places[1::2]] = month == 10
    gap = (channel != 0) & (second >= 7200) & (second < 10_800)
    gap &= day == np.datetime64(last_sunday(year, 3))
    second[gap] += 3600
    return second_pass


def deal_primary(year: int, channel: Codes, month: Ints, random: Random, totals: Ints) -> Codes:
    """What each contact is about: the category of its first victim, or nobody (9)."""
    nobody = _monthly("about_nobody", year)[:, 1:]
    shares = np.concatenate([_monthly("category", year) * (1 - nobody), nobody], axis=1)
    first_only = np.ones(10)
    first_only[:9] = totals[:9] / np.maximum(1, totals[:9].sum())
    first_only[:9] /= margins.shares("category", year + 0.5)
    weights = (shares * first_only)[:, None, :] * plausible.CATEGORY_BY_CHANNEL.T[None]
    return deal(random, month * 3 + channel, weights.reshape(36, 10), totals)


def deal_relations(
    year: int, scale: int, channel: Codes, primary: Codes, month: Ints, random: Random
) -> Codes:
    """Relation of the contact person to the victim."""
    relation = np.empty(len(channel), np.int8)
    for name, which in _chat_and_rest("relation", channel):
        weights = _monthly(name, year)[:, None, :] * plausible.RELATION[None]
        cells = month[which] * 10 + primary[which]
        totals = margins.counts(name, year, len(which) // scale) * scale
        relation[which] = deal(random, cells, weights.reshape(120, 10), totals)
    return spread_missing(random, relation, MISSING_RELATION)


def deal_contact_ages(
    year: int, scale: int, channel: Codes, primary: Codes, relation: Codes, random: Random
) -> Codes:
    """Minor or adult: who is a minor victim's own voice is never called an adult."""
    minor_victim = np.isin(primary, plausible.MINOR_ONLY)
    close = np.isin(relation, (plausible.OTHER_FAMILY, plausible.FRIEND))
    kind = np.select(
        [relation == plausible.SELF, close], [np.where(minor_victim, 0, 1),
                                              np.where(minor_victim, 2, 3)], 4
    )  # fmt: skip
    age = np.empty(len(channel), np.int8)
    for name, which in _chat_and_rest("contact_age", channel):
        totals = margins.counts(name, year, len(which) // scale) * scale
        age[which] = deal(random, kind[which], plausible.CONTACT_AGE, totals)
    return spread_missing(random, age, MISSING_AGE)


def deal_contact_sexes(year: int, scale: int, relation: Codes, own: Codes, random: Random) -> Codes:
    """Sex of the contact person; `own` is that of the first victim, -1 where there is none."""
    about_self = (relation == plausible.SELF) & (own >= 0)
    cells = np.where(about_self, np.minimum(own, 3), 4 + np.minimum(relation, MISSING_RELATION))
    others = np.column_stack([plausible.SEX_OF_OTHERS, np.full((10, 2), (0.001, 0.003))])
    totals = margins.counts("contact_sex", year, margins.CONTACTS[year]) * scale
    sex = deal(random, cells, np.concatenate([plausible.SEX_OF_SELF, others]), totals)
    return spread_missing(random, sex, MISSING_SEX)


def deal_anonymity(year: int, scale: int, channel: Codes, month: Ints, random: Random) -> Codes:
    """Anonymous (0), not anonymous (1) or not filled in (2)."""
    weights = _monthly("anonymous", year)[:, None, :] * np.array(
        [[1, 1, 1], [0.75, 1.7, 1], [1.15, 0.7, 1]]
    )
    totals = margins.counts("anonymous", year, margins.CONTACTS[year]) * scale
    return deal(random, month * 3 + channel, weights.reshape(36, 3), totals)


def deal_outcomes(
    year: int, scale: int, primary: Codes, month: Ints, random: Random
) -> npt.NDArray[np.uint8]:
    """Outcomes of each contact as bits, the first of the code list lowest.

    Information and advice comes last: it is what most contacts without a referral got.
    """
    totals = margins.outcome_counts(year) * scale
    rates = margins.outcome_rates(year + (np.arange(12) + 0.5) / 12)
    bits = np.zeros(len(primary), np.uint8)
    for outcome in (1, 2, 3, 4, 5, 6, 0):
        rate = rates[:, outcome, None, None] * plausible.OUTCOME[outcome][None, :, None]
        rate = rate * ([4.0, 0.25] if outcome == 0 else [1.1, 0.7])
        yes = np.minimum(rate, 0.97).reshape(240)
        cells = (month * 10 + primary) * 2 + (bits > 0)
        number = np.array([len(primary) - totals[outcome], totals[outcome]])
        given = deal(random, cells, np.stack([1 - yes, yes], axis=1), number)
        bits |= given.astype(np.uint8) << outcome
    return bits


def primary_totals(year: int, scale: int) -> tuple[Ints, Ints]:
    """Contacts per primary category (nobody last) and following victims (primary × category)."""
    category = margins.counts("category", year, margins.VICTIMS[year]) * scale
    somebody, nobody = margins.counts("about_nobody", year, margins.CONTACTS[year]) * scale
    following = np.rint(category * margins.FOLLOWING_SHARE).astype(np.int64)
    following[plausible.CHILD] = category.sum() - somebody - following.sum()
    first = category - following
    table = np.stack(
        [
            apportion(int(number), first * plausible.FOLLOWING[:, column])
            for column, number in enumerate(following)
        ],
        axis=1,
    )
    return np.append(first, nobody), table


def _monthly(name: str, year: int) -> Floats:
    return margins.shares(name, year + (np.arange(12) + 0.5) / 12)


def _chat_and_rest(name: str, channel: Codes) -> list[tuple[str, Ints]]:
    chat = channel == CHAT
    return [(f"{name}_in_chat", np.flatnonzero(chat)), (f"{name}_elsewhere", np.flatnonzero(~chat))]
