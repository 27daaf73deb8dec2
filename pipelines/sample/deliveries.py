"""Which files the source systems deliver, what each is called and when it was exported.

The plan is known before a single record is: it does not depend on seed or scale.
"""

import calendar
import datetime as dt
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from pipelines.sample.seasons import LAST_DAY, SERVICE_START
from pipelines.settings import ZONE

EXPORT_TIME = dt.time(23, 55)  # the last minutes of the period's last day, in Brussels

BASE_NAMES = {
    "phone": "oproepen_{}.csv",
    "mail": "tickets_{}.jsonl",
    "chat": "contacts_{}.json",
    "web_adults": "matomo_adults_{}.json",
    "web_minors": "matomo_minors_{}.json",
    "ads": "advertenties_{}.csv",
}
# A day in the period that is delivered again, and the days until then.
PHONE_CORRECTIONS = {
    dt.date(2016, 5, 10): 47,
    dt.date(2018, 11, 20): 42,
    dt.date(2020, 3, 10): 20,
    dt.date(2020, 9, 20): 12,
    dt.date(2020, 12, 7): 3,
}
# Phone files that came days late (not in monthly files, which stand for punctual years).
LATE_PHONE = {dt.date(2020, 8, 15): 4, dt.date(2020, 12, 22): 2}
DUPLICATED_PHONE, DUPLICATE_DELAY = dt.date(2020, 5, 15), 2
LATE_MAIL, LATE_MAIL_EXPORT = dt.date(2020, 5, 15), dt.date(2020, 7, 15)


@dataclass(frozen=True)
class Period:
    """What one file covers: a year, a month or a day, as its name states it."""

    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True)
class Delivery:
    """One file: `kind` tells base files, corrections, duplicates and late records apart."""

    source: str
    kind: str
    name: str
    period: Period
    exported: dt.datetime

    @property
    def path(self) -> str:
        """Path inside the landing folder."""
        return f"{self.source.partition('_')[0]}/{self.name}"


@dataclass(frozen=True)
class Plan:
    """Every delivery of the sample; places in `deliveries` are what records are sent to."""

    periods: tuple[Period, ...]
    deliveries: tuple[Delivery, ...]

    @cached_property
    def last_days(self) -> npt.NDArray[np.datetime64]:
        """Last day of each period, to find the period of a day."""
        return np.array([period.last for period in self.periods], "datetime64[D]")

    def periods_of(self, days: npt.NDArray[np.datetime64]) -> npt.NDArray[np.int64]:
        """Place of the period that each day lies in."""
        return np.searchsorted(self.last_days, days)

    def places(self, source: str, kind: str) -> dict[str, int]:
        """Places of the deliveries of one kind, by the label of their period."""
        return {
            delivery.period.label: place
            for place, delivery in enumerate(self.deliveries)
            if (delivery.source, delivery.kind) == (source, kind)
        }

    def base_places(self, source: str) -> npt.NDArray[np.int64]:
        """Place of the ordinary delivery of each period."""
        by_label = self.places(source, "base")
        return np.array([by_label[period.label] for period in self.periods])

    def period_of(self, day: dt.date) -> Period:
        """The period that a day lies in."""
        return self.periods[int(self.periods_of(np.array([day], "datetime64[D]"))[0])]


def plan_deliveries(*, monthly: bool) -> Plan:
    """Files per year until 2019, per month in 2020, per day in December 2020; or all per month."""
    periods = _periods(monthly=monthly)
    deliveries = [
        Delivery(source, "base", name.format(period.label), period, _exported(period.last))
        for source, name in BASE_NAMES.items()
        for period in periods
    ]
    plan = Plan(tuple(periods), tuple(deliveries))
    if not monthly:
        deliveries = [_late(delivery, plan) for delivery in deliveries]
    for day, delay in PHONE_CORRECTIONS.items():
        period = plan.period_of(day)
        exported = _exported(period.last + dt.timedelta(days=delay))
        if exported.date() <= LAST_DAY:
            name = f"oproepen_correctie_{period.label}.csv"
            deliveries.append(Delivery("phone", "correction", name, period, exported))
    period = plan.period_of(DUPLICATED_PHONE)
    deliveries += [
        Delivery(
            "phone",
            "duplicate",
            f"oproepen_kopie_{period.label}.csv",
            period,
            _exported(period.last + dt.timedelta(days=DUPLICATE_DELAY)),
        ),
        Delivery(
            "mail",
            "late",
            f"tickets_nalevering_{plan.period_of(LATE_MAIL).label}.jsonl",
            plan.period_of(LATE_MAIL),
            _exported(LATE_MAIL_EXPORT),
        ),
    ]
    return Plan(tuple(periods), tuple(deliveries + _calendars()))


def _calendars() -> list[Delivery]:
    """The campaign calendar: one file a year; that of 2020 was sent again at the year's end."""
    calendars = []
    for year in range(SERVICE_START.year, LAST_DAY.year + 1):
        period = Period(str(year), max(dt.date(year, 1, 1), SERVICE_START), dt.date(year, 12, 31))
        exported = _exported(dt.date(year, 3, 31))
        calendars.append(Delivery("campaigns", "base", f"campagnes_{year}.csv", period, exported))
    calendars.append(
        Delivery(
            "campaigns",
            "correction",
            f"campagnes_bijgewerkt_{LAST_DAY.year}.csv",
            period,
            _exported(LAST_DAY),
        )
    )
    return calendars


def _periods(*, monthly: bool) -> list[Period]:
    periods = []
    for year in range(SERVICE_START.year, LAST_DAY.year + 1):
        if year < LAST_DAY.year and not monthly:
            first = max(dt.date(year, 1, 1), SERVICE_START)
            periods.append(Period(str(year), first, dt.date(year, 12, 31)))
            continue
        for month in range(1, 13):
            last = dt.date(year, month, calendar.monthrange(year, month)[1])
            if last < SERVICE_START:
                continue
            if (year, month) == (LAST_DAY.year, 12) and not monthly:
                days = [last.replace(day=day) for day in range(1, 32)]
                periods += [Period(day.isoformat(), day, day) for day in days]
            else:
                periods.append(Period(f"{year}-{month:02d}", last.replace(day=1), last))
    return periods


def _late(delivery: Delivery, plan: Plan) -> Delivery:
    for day, delay in LATE_PHONE.items():
        period = plan.period_of(day)
        exported = _exported(period.last + dt.timedelta(days=delay))
        if delivery.source == "phone" and delivery.period == period and exported.date() <= LAST_DAY:
            return Delivery(delivery.source, delivery.kind, delivery.name, period, exported)
    return delivery


def _exported(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, EXPORT_TIME, ZONE)
