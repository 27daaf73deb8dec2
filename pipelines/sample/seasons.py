"""When people make contact: day of the year, hour of the day, and the instant that it was.

What belongs here: the rhythm of the service and the calendar of Brussels (its summer time
included). How many contacts there are belongs to `margins`.
"""

import datetime as dt
from functools import cache

import numpy as np
import numpy.typing as npt

from pipelines.sample.deal import Floats, Ints, Random, apportion, whole_table
from pipelines.sample.margins import (
    CONTACTS,
    FIRST_YEAR,
    LAST_YEAR,
    MONTHS_2020,
    WEEKDAYS_2020,
)

SERVICE_START = dt.date(2012, 3, 1)
LAST_DAY = dt.date(2020, 12, 31)
LONGER_HOURS = dt.date(2020, 4, 1)

LEVEL_ON_NEW_YEAR_2020 = 18.4  # contacts a day; leads the end of 2019 smoothly to January 2020
FIRST_MONTHS = 0.9  # of the first year's own level
DAILY_SPREAD = 0.06
HOLIDAYS = ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25))
HOLIDAY_FACTOR = 0.8

# Hours of the day: the phone in service hours (before and after April 2020, weekdays and
# weekends), the chat in the evening, the mailbox all day with quiet nights.
PHONE_WEEKDAY = {9: 10, 10: 14, 11: 14, 12: 11, 13: 13, 14: 14, 15: 13, 16: 11}
PHONE_WEEKDAY_LONGER = PHONE_WEEKDAY | {17: 9, 18: 8, 19: 7}
PHONE_WEEKEND = {10: 14, 11: 15, 12: 12, 13: 13, 14: 14, 15: 13, 16: 12}
CHAT = {17: 18, 18: 26, 19: 32}
CHAT_LONGER = {11: 5, 12: 5, 13: 6, 14: 7, 15: 8, 16: 9, 17: 11, 18: 13, 19: 15, 20: 14, 21: 10}
MAIL = {
    0: 3, 1: 2, 2: 1, 3: 1, 4: 1, 5: 1, 6: 2, 7: 4, 8: 7, 9: 10, 10: 11, 11: 11, 12: 10,
    13: 10, 14: 10, 15: 10, 16: 9, 17: 8, 18: 7, 19: 8, 20: 9, 21: 10, 22: 8, 23: 4,
}  # fmt: skip
LATEST_SECOND = 86_400 - 601  # the day's export runs at 23:55


def days_of(year: int) -> npt.NDArray[np.datetime64]:
    """Days of service in a year."""
    first = max(dt.date(year, 1, 1), SERVICE_START)
    return np.arange(np.datetime64(first), np.datetime64(dt.date(year + 1, 1, 1)))


def month_of(days: npt.NDArray[np.datetime64]) -> Ints:
    """Month of each day, January = 0."""
    month: Ints = days.astype("datetime64[M]").astype(np.int64) % 12
    return month


def weekday_of(days: npt.NDArray[np.datetime64]) -> Ints:
    """Weekday of each day, Monday = 0."""
    weekday: Ints = (days.astype("datetime64[D]").astype(np.int64) + 3) % 7
    return weekday


@cache
def _levels() -> Floats:
    """Contacts a day over all years: a line without steps that gives each year its total."""
    days = np.concatenate([days_of(year) for year in range(FIRST_YEAR, LAST_YEAR)])
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    order = range(FIRST_YEAR, LAST_YEAR)
    middles = [np.datetime64(dt.date(year, 7, 1)).astype(np.int64) for year in order]
    at = np.array([days[0].astype(np.int64), *middles, days[-1].astype(np.int64) + 1])
    knots = np.array([CONTACTS[year] / (years == year).sum() for year in order])
    for _ in range(60):
        line: Floats = np.interp(
            days.astype(np.int64), at, [FIRST_MONTHS * knots[0], *knots, LEVEL_ON_NEW_YEAR_2020]
        )
        knots *= [CONTACTS[year] / line[years == year].sum() for year in order]
    return line


def intensity(year: int, random: Random) -> Floats:
    """Relative number of contacts expected on each day of a year."""
    days = days_of(year)
    number = days.astype(np.int64)
    month, weekday = month_of(days), weekday_of(days)
    if year == LAST_YEAR:
        lengths = np.bincount(month)
        middles = np.cumsum(lengths) - lengths / 2
        level = np.interp(
            np.arange(len(days)),
            [0, *middles],
            [LEVEL_ON_NEW_YEAR_2020, *(np.array(MONTHS_2020) / lengths)],
        )
        # The lockdown of 18 March: contacts rise at once and not from the month's middle.
        level[60:77] *= 0.92
    else:
        offset = days_of(FIRST_YEAR)[0].astype(np.int64)
        level = _levels()[number - offset]
        day_of_year = number - np.datetime64(dt.date(year, 1, 1)).astype(np.int64)
        level = level * (1 + 0.04 * np.cos((day_of_year - 300) * 2 * np.pi / 365.25))
    weights = np.array(WEEKDAYS_2020) / np.array([52, 52, 53, 53, 52, 52, 52])
    weights = weights / weights.mean()
    holidays = [number == np.datetime64(dt.date(year, *day)).astype(np.int64) for day in HOLIDAYS]
    level = level * weights[weekday] * np.where(np.any(holidays, axis=0), HOLIDAY_FACTOR, 1)
    expected: Floats = level * random.lognormal(0, DAILY_SPREAD, len(days))
    return expected


def contact_days(year: int, scale: int, random: Random) -> npt.NDArray[np.datetime64]:
    """Day of each contact of a year, in order; months and weekdays of 2020 as published."""
    days, expected = days_of(year), intensity(year, random)
    month, weekday = month_of(days), weekday_of(days)
    total = CONTACTS[year] * scale
    both = np.zeros((12, 7))
    np.add.at(both, (month, weekday), expected)
    exact = year == LAST_YEAR
    table = whole_table(
        random,
        both,
        np.array(MONTHS_2020) * scale if exact else apportion(total, both.sum(axis=1)),
        np.array(WEEKDAYS_2020) * scale if exact else apportion(total, both.sum(axis=0)),
    )
    per_day = np.zeros(len(days), np.int64)
    for (row, column), number in np.ndenumerate(table):
        these = np.flatnonzero((month == row) & (weekday == column))
        if number:
            per_day[these] = random.multinomial(number, expected[these] / expected[these].sum())
    return np.repeat(days, per_day)


def seconds_of_day(
    channel: int, days: npt.NDArray[np.datetime64], random: Random
) -> npt.NDArray[np.int32]:
    """Local second at which each contact of a channel (0 phone, 1 mail, 2 chat) begins."""
    hours = np.empty(len(days), np.int64)
    weekend = weekday_of(days) >= 5
    longer = days >= np.datetime64(LONGER_HOURS)
    profiles = {
        0: [
            (weekend, PHONE_WEEKEND),
            (~weekend & longer, PHONE_WEEKDAY_LONGER),
            (~weekend & ~longer, PHONE_WEEKDAY),
        ],
        1: [(np.ones(len(days), np.bool_), MAIL)],
        2: [(longer, CHAT_LONGER), (~longer, CHAT)],
    }[channel]
    for which, profile in profiles:
        weights = np.array(list(profile.values()), np.float64)
        draws = random.random(int(which.sum())) * weights.sum()
        hours[which] = np.array(list(profile))[np.searchsorted(weights.cumsum(), draws, "right")]
    seconds = hours * 3600 + random.integers(0, 3600, len(days))
    capped: npt.NDArray[np.int32] = np.minimum(seconds, LATEST_SECOND).astype(np.int32)
    return capped


def last_sunday(year: int, month: int) -> dt.date:
    """The Sunday on which the clocks change: the last of March and of October."""
    last = dt.date(year, month, 31)
    return last - dt.timedelta(days=(last.weekday() + 1) % 7)


def to_utc(
    days: npt.NDArray[np.datetime64],
    seconds: npt.NDArray[np.int32],
    second_pass: npt.NDArray[np.bool_],
) -> Ints:
    """UTC seconds since 1970 of Brussels times; `second_pass` tells the doubled hours apart.

    Brussels is an hour ahead of UTC, and two from 02:00 on the last Sunday of March until the
    second time it is 02:00 on the last Sunday of October (directive 2000/84/EC).
    """
    local = days.astype(np.int64) * 86_400 + seconds
    summer = np.zeros(len(local), np.bool_)
    for begins, ends in _changes():
        summer |= (local >= begins + 7200) & (local < ends + 7200)
        summer |= (local >= ends + 7200) & (local < ends + 10_800) & ~second_pass
    utc: Ints = local - 3600 - 3600 * summer
    return utc


def to_local(utc: Ints) -> Ints:
    """Seconds of the Brussels clock since 1970 for UTC seconds."""
    summer = np.zeros(len(utc), np.bool_)
    for begins, ends in _changes():
        summer |= (utc >= begins + 3600) & (utc < ends + 3600)
    local: Ints = utc + 3600 + 3600 * summer
    return local


@cache
def _changes() -> tuple[tuple[int, int], ...]:
    """Local midnight of the Sundays of both clock changes, per year, as seconds since 1970."""
    return tuple(
        (_midnight(last_sunday(year, 3)), _midnight(last_sunday(year, 10)))
        for year in range(FIRST_YEAR, LAST_YEAR + 1)
    )


def _midnight(day: dt.date) -> int:
    return (day - dt.date(1970, 1, 1)).days * 86_400
