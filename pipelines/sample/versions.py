"""What each export holds of the true records: early versions, corrections, late deliveries.

The last word on every record is the true one, so that the totals hold once the pipeline has
taken all this in its stride; whatever an earlier export says differently is made here.
"""

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from pipelines.sample.deal import Ints, Random
from pipelines.sample.deliveries import LATE_MAIL, Plan
from pipelines.sample.plausible import ADULTS, CHILD, MINORS, PARTNER
from pipelines.sample.records import CHAT, CONTACT, MAIL, PHONE, Records, joined
from pipelines.sample.seasons import LAST_DAY, to_local, to_utc

DAY = 86_400
EXPORT_MARGIN = 301  # what changes later than 23:54:59 is in the next day's export
LAST_CHANGE = 360  # seconds before midnight of the last day

MISSING_FORM, MISSING_ANONYMITY = 4, 2
LEFT_OUT, EDITED, MOVED, WITHDRAWN = 0.01, 0.03, 0.01, 0.012  # of the calls of a first export
WITHDRAWN_NUMBER = 5  # phone numbers end in 0: those of withdrawn calls do not
SUMMARY_LATER = 0.5  # of the mails that are finished later: outcomes follow with the update
LATE_RECORDS = 12


@dataclass(frozen=True)
class Exports:
    """Records as exported, ordered by file: `place` in the plan, `updated` in UTC seconds."""

    records: Records
    place: Ints
    created: Ints
    updated: Ints
    is_final: npt.NDArray[np.bool_]

    @staticmethod
    def of(records: Records, place: Ints, updated: Ints, is_final: bool = True) -> "Exports":
        created = to_utc(records.day, records.second, records.second_pass)
        return Exports(records, place, created, updated, np.full(len(place), is_final))


def phone_exports(records: Records, plan: Plan, random: Random) -> Exports:
    """Calls in the file of their period; a corrected period first with mistakes, then right."""
    calls = records.select(records.channel == PHONE)
    period = plan.periods_of(calls.day)
    place = plan.base_places("phone")[period]
    parts = []
    for label, correction in plan.places("phone", "correction").items():
        which = np.flatnonzero(period == [known.label for known in plan.periods].index(label))
        if len(which):
            base = int(place[which[0]])
            first = _first_export(calls.select(which), random)
            parts.append(Exports.of(first, np.full(len(first), base), _nothing(first)))
            place[which] = correction
    return _by_file([Exports.of(calls, place, _nothing(calls)), *parts])


def mail_exports(records: Records, plan: Plan, random: Random) -> Exports:
    """Tickets in the file of their last change, before that open in the file of their creation.

    A late file repeats some first versions after their last ones, and brings a few tickets
    that no other file has.
    """
    tickets = records.select(records.channel == MAIL)
    days = random.exponential(2.2, len(tickets))
    slow = random.random(len(tickets)) < 0.04
    days[slow] += random.uniform(12, 70, int(slow.sum()))
    final, early = _two_versions(tickets, "mail", plan, (days * DAY).astype(np.int64) + 300)
    place = final.place.copy()
    again: list[Exports] = []
    for label, late in plan.places("mail", "late").items():
        month = np.datetime64(LATE_MAIL, "M")
        alone = ~np.isin(tickets.number, early.records.number)
        missed = np.flatnonzero(alone & (tickets.day.astype("datetime64[M]") == month))
        place[missed[:LATE_RECORDS]] = late
        base = plan.places("mail", "base")[label]
        older = np.flatnonzero((early.place == base) & (early.records.day >= month))
        older = older[: 3 * LATE_RECORDS]
        repeated = early.records.select(older)
        again.append(
            Exports.of(repeated, np.full(len(older), late), early.updated[older], is_final=False)
        )
    early = replace(early, records=_unfinished(early.records, random))
    again = [replace(part, records=_unfinished(part.records, random)) for part in again]
    return _by_file([replace(final, place=place), early, *again])


def chat_exports(records: Records, plan: Plan, random: Random) -> Exports:
    """Chats, a few of which are edited days later, or twice before the same export."""
    chats = records.select(records.channel == CHAT)
    delay = chats.duration.astype(np.int64) + random.integers(60, 600, len(chats))
    edited = random.random(len(chats)) < 0.05
    delay[edited] += random.integers(DAY, 20 * DAY, int(edited.sum()))
    final, early = _two_versions(chats, "chat", plan, delay)
    twice = np.flatnonzero(
        (random.random(len(chats)) < 0.01) & (chats.kind == CONTACT) & (delay > 180)
    )
    again = Exports.of(
        _unfinished(chats.select(twice), random), final.place[twice], final.updated[twice] - 90
    )
    early = replace(early, records=_unfinished(early.records, random))
    return _by_file([again, early, final])


def _two_versions(
    records: Records, source: str, plan: Plan, delay: Ints
) -> tuple[Exports, Exports]:
    """Final versions at the file of the last change; first versions where that is a later file."""
    created = to_utc(records.day, records.second, records.second_pass)
    midnight = np.datetime64(LAST_DAY + dt.timedelta(days=1)).astype(np.int64) * DAY - 3600
    updated = np.minimum(created + delay, midnight - LAST_CHANGE)
    own = plan.periods_of(records.day)
    changed_on = ((to_local(updated) + EXPORT_MARGIN) // DAY).astype("datetime64[D]")
    last = plan.periods_of(np.minimum(changed_on, np.datetime64(LAST_DAY)))
    base = plan.base_places(source)
    final = Exports.of(records, base[last], updated)
    which = np.flatnonzero((last > own) & (records.kind == CONTACT))
    first = records.select(which)
    first_updated = np.minimum(created[which] + 240, updated[which] - 1)
    early = Exports.of(first, base[own[which]], first_updated, is_final=False)
    return final, early


def _unfinished(records: Records, random: Random) -> Records:
    """Registrations not yet complete: no outcomes, forms of violence not filled in."""
    later = random.random(len(records)) < SUMMARY_LATER
    open_form = np.repeat(later, records.victims)
    return replace(
        records,
        outcomes=np.where(later, 0, records.outcomes).astype(np.uint8),
        anonymous=np.where(later, MISSING_ANONYMITY, records.anonymous).astype(np.int8),
        form=np.where(open_form, MISSING_FORM, records.form).astype(np.int8),
    )


def _first_export(calls: Records, random: Random) -> Records:
    """The calls of a period as first exported: some missing, wrong, on another day, or bogus."""
    left_out = random.random(len(calls)) < LEFT_OUT
    left_out[0] = True  # also a quiet day's correction has something to bring
    kept = calls.select(~left_out)
    draw = random.random(len(kept))
    edited = np.repeat(draw < EDITED, kept.victims)
    swapped = np.arange(9, dtype=np.int8)
    swapped[[CHILD, MINORS, PARTNER, ADULTS]] = (MINORS, CHILD, ADULTS, PARTNER)
    moved = (draw >= EDITED) & (draw < EDITED + MOVED)
    day = np.minimum(kept.day + moved.astype(np.int64), calls.day.max())
    kept = replace(kept, day=day, category=np.where(edited, swapped[kept.category], kept.category))
    withdrawn = random.random(len(kept)) < WITHDRAWN
    withdrawn[-1] = True
    bogus = kept.select(withdrawn)
    bogus = replace(bogus, number=bogus.number + WITHDRAWN_NUMBER)
    return joined([kept, bogus])


def _nothing(records: Records) -> Ints:
    """A call has no time of last change: its version is that of its file."""
    return np.zeros(len(records), np.int64)


def _by_file(parts: list[Exports]) -> Exports:
    place = np.concatenate([part.place for part in parts])
    order = np.argsort(place, kind="stable")
    records = joined([part.records for part in parts]).select(order)
    return Exports(
        records,
        place[order],
        np.concatenate([part.created for part in parts])[order],
        np.concatenate([part.updated for part in parts])[order],
        np.concatenate([part.is_final for part in parts])[order],
    )
