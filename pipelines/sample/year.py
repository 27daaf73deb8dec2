"""Puts one year of fictional records together, those that are no contacts included."""

import numpy as np
import numpy.typing as npt

from pipelines.sample import contacts as deal_contacts
from pipelines.sample import victims as deal_victims
from pipelines.sample.deal import Codes, Random
from pipelines.sample.phrases import PHRASES
from pipelines.sample.records import (
    CHAT,
    HANG_UP,
    MAIL,
    PHONE,
    SILENT,
    TEST,
    Records,
    joined,
)
from pipelines.sample.seasons import contact_days, days_of, month_of, seconds_of_day

# Calls and chats that are no contacts, per contact; on the phone at least one a day besides.
NOT_CONTACTS = {PHONE: 0.07, CHAT: 0.12}
KINDS = np.array([SILENT, HANG_UP, TEST], np.int8)
KIND_SHARES = (0.42, 0.52, 0.06)
NUMBERS_PER_YEAR = 100_000_000


def year_of_records(year: int, seed: int, scale: int) -> Records:
    """All contacts of a year, and what rang without becoming one, in order of time."""
    random = np.random.default_rng([seed, year])
    records = joined(_with_others(_contacts(year, scale, random), year, scale, random))
    moment = records.day.astype(np.int64) * 86_400 + records.second + 3600 * records.second_pass
    records = records.select(np.argsort(moment, kind="stable"))
    number = year % 100 * NUMBERS_PER_YEAR + np.arange(len(records)) * 10
    return _numbered(records, number)


def _contacts(year: int, scale: int, random: Random) -> Records:
    day = contact_days(year, scale, random)
    channel = deal_contacts.deal_channels(year, scale, day, random)
    month = month_of(day)
    second = np.empty(len(day), np.int32)
    for one in (PHONE, MAIL, CHAT):
        second[channel == one] = seconds_of_day(one, day[channel == one], random)
    second_pass = deal_contacts.visit_doubled_hour(year, channel, day, second, random)
    totals, following = deal_contacts.primary_totals(year, scale)
    primary = deal_contacts.deal_primary(year, channel, month, random, totals)
    relation = deal_contacts.deal_relations(year, scale, channel, primary, month, random)
    persons = deal_victims.deal_victims(primary, following, random)
    age = deal_victims.deal_ages(year, scale, persons, relation, random)
    sex = deal_victims.deal_sexes(year, scale, persons, age, random)
    own = np.full(len(day), -1, np.int8)
    somebody = np.flatnonzero(primary < 9)
    own[somebody] = sex[persons.first_victim[somebody]]
    return Records(
        number=np.zeros(len(day), np.int64),
        channel=channel,
        kind=np.zeros(len(day), np.int8),
        day=day,
        second=second,
        second_pass=second_pass,
        duration=_durations(channel, random),
        primary=primary,
        relation=relation,
        contact_age=deal_contacts.deal_contact_ages(
            year, scale, channel, primary, relation, random
        ),
        contact_sex=deal_contacts.deal_contact_sexes(year, scale, relation, own, random),
        anonymous=deal_contacts.deal_anonymity(year, scale, channel, month, random),
        outcomes=deal_contacts.deal_outcomes(year, scale, primary, month, random),
        phrase=random.integers(0, len(PHRASES), len(day), dtype=np.int16),
        first_victim=persons.first_victim,
        category=persons.category,
        form=deal_victims.deal_forms(year, scale, persons, channel, random),
        age=age,
        sex=sex,
        context=deal_victims.deal_contexts(year, scale, persons, random),
    )


def _with_others(contacts: Records, year: int, scale: int, random: Random) -> list[Records]:
    """The contacts, and silent calls, hang-ups and tests."""
    days = days_of(year)
    parts = [contacts]
    for channel, rate in NOT_CONTACTS.items():
        own = contacts.day[contacts.channel == channel]
        day = random.choice(own, int(len(own) * rate))
        if channel == PHONE:
            day = np.concatenate([day, np.repeat(days, scale)])
        parts.append(_no_contacts(channel, day, random))
    return parts


def _no_contacts(channel: int, day: npt.NDArray[np.datetime64], random: Random) -> Records:
    size = len(day)
    kind = KINDS[np.searchsorted(np.cumsum(KIND_SHARES)[:2], random.random(size), "right")]
    nothing = np.zeros(0, np.int8)
    return Records(
        number=np.zeros(size, np.int64),
        channel=np.full(size, channel, np.int8),
        kind=kind,
        day=day,
        second=seconds_of_day(channel, day, random),
        second_pass=np.zeros(size, np.bool_),
        duration=random.integers(2, 90, size, dtype=np.int32),
        primary=np.full(size, 9, np.int8),
        relation=np.full(size, 9, np.int8),
        contact_age=np.full(size, 2, np.int8),
        contact_sex=np.full(size, 3, np.int8),
        anonymous=np.full(size, 2, np.int8),
        outcomes=np.zeros(size, np.uint8),
        phrase=np.zeros(size, np.int16),
        first_victim=np.zeros(size + 1, np.int64),
        category=nothing,
        form=nothing,
        age=nothing,
        sex=nothing,
        context=nothing,
    )


def _durations(channel: Codes, random: Random) -> npt.NDArray[np.int32]:
    """Seconds: calls of about a quarter of an hour, chats of half an hour; a mail lasts none."""
    median = np.array([840.0, 0.0, 1750.0])[channel]
    spread = random.lognormal(0, 0.65, len(channel))
    return np.minimum(median * spread, 3 * 3600).astype(np.int32)


def _numbered(records: Records, number: npt.NDArray[np.int64]) -> Records:
    columns = {name: getattr(records, name) for name in Records.__dataclass_fields__}
    return Records(**(columns | {"number": number}))
