"""Fictional exports of the six sources, whose totals are those of the published 2020 report.

Deterministic by seed. Every aggregate that the report states comes out exactly, or inside the
interval that its rounding leaves, once corrections, withdrawals, duplicates and rejected rows
have been taken in stride. No record is about anybody.

The way of a year: `year` deals the true records (`contacts`, `victims`, with the totals of
`margins`, the weights of `plausible`, the calendar of `seasons`), `versions` says which export
holds what of them (`deliveries`), `phone`, `mail_and_chat` and `daily` write the six shapes.
"""

import datetime as dt
import json
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np

from pipelines.errors import WrongUse
from pipelines.sample import daily, mail_and_chat, phone
from pipelines.sample.deliveries import Plan, plan_deliveries
from pipelines.sample.landing import (
    SAMPLE_FILE,
    Writer,
    refuse_other_deliveries,
    written_aside,
)
from pipelines.sample.margins import CONTACTS, FIRST_YEAR, LAST_YEAR, VICTIMS
from pipelines.sample.render import buffers, open_pen, runs
from pipelines.sample.seasons import LAST_DAY
from pipelines.sample.versions import chat_exports, mail_exports, phone_exports
from pipelines.sample.year import year_of_records

SEED = 1712


@dataclass(frozen=True)
class SampleSummary:
    """What was written: contacts and victims per year as they are once all files are read."""

    landing: Path
    seed: int
    scale: int
    as_of: dt.date
    files: int
    size: int
    rejected_rows: int
    contacts: dict[int, int]
    victims: dict[int, int]


def write_sample(
    landing: Path,
    *,
    seed: int = SEED,
    scale: int = 1,
    monthly: bool = False,
    through: dt.date | None = None,
    years: Collection[int] | None = None,
) -> SampleSummary:
    """Write the sample exports of 2012-03-01 to 2020-12-31 into a landing folder.

    Args:
        landing: folder that gets one folder per source, and SAMPLE.json.
        seed: the same seed gives the same bytes.
        scale: factor of all volumes; at 1 the totals are the published ones.
        monthly: one file per month throughout, instead of per year until 2019, per month in 2020
            and per day in December 2020.
        through: only what was exported by the end of this day; the clock is then the day after.
        years: only the files of these years, for small tests: mails and chats that are finished
            in a later year stay unfinished.

    Raises:
        WrongUse: the folder holds other deliveries, or an argument is out of range.
    """
    through, wanted_years = _checked(scale, through, years)
    plan = plan_deliveries(monthly=monthly)
    refuse_other_deliveries(landing, plan)
    wanted = {
        place
        for place, delivery in enumerate(plan.deliveries)
        if delivery.exported.date() <= through and delivery.period.first.year in wanted_years
    }
    as_of = through + dt.timedelta(days=1)
    with written_aside(landing) as aside, open_pen() as connection:
        writer = Writer(aside, plan, wanted)
        rejected = sum(
            _write_year(connection, writer, year, seed, scale)
            for year in sorted(wanted_years)
            if year <= through.year
        )
        _close(writer)
        size = sum(writer.path(place).stat().st_size for place in writer.begun)
        (aside / SAMPLE_FILE).write_text(
            json.dumps({"seed": seed, "scale": scale, "as_of": as_of.isoformat()}) + "\n"
        )
    return SampleSummary(
        landing=landing,
        seed=seed,
        scale=scale,
        as_of=as_of,
        files=len(writer.begun),
        size=size,
        rejected_rows=rejected,
        contacts={year: CONTACTS[year] * scale for year in sorted(wanted_years)},
        victims={year: VICTIMS[year] * scale for year in sorted(wanted_years)},
    )


def _checked(
    scale: int, through: dt.date | None, years: Collection[int] | None
) -> tuple[dt.date, set[int]]:
    if scale < 1:
        raise WrongUse("The scale of the sample is a whole number from 1 on.")
    every = set(range(FIRST_YEAR, LAST_YEAR + 1))
    chosen = every if years is None else set(years)
    if not chosen <= every:
        raise WrongUse(f"The sample knows the years {FIRST_YEAR} to {LAST_YEAR} only.")
    return min(through or LAST_DAY, LAST_DAY), chosen


def _write_year(
    pen: duckdb.DuckDBPyConnection, writer: Writer, year: int, seed: int, scale: int
) -> int:
    """Write what the records and days of a year bring to any file; returns rows to be rejected."""
    plan = writer.plan
    records = year_of_records(year, seed, scale)
    random = np.random.default_rng([seed, year, 1])
    calls = phone.phone_lines(pen, phone_exports(records, plan, random), plan, year)
    for place, text in runs(*calls):
        writer.append(place, buffers(text), head=phone.HEADER)
    tickets = mail_and_chat.mail_lines(pen, mail_exports(records, plan, random), year)
    for place, text in runs(*tickets):
        writer.append(place, buffers(text))
    chats = mail_and_chat.chat_lines(pen, chat_exports(records, plan, random), year)
    for place, text in runs(*chats):
        skip = len(mail_and_chat.SEPARATOR)
        writer.append(place, buffers(text), head="[\n", skip=skip)
    _write_daily(writer, year, scale, random)
    return _write_bad_rows(writer, year)


def _write_bad_rows(writer: Writer, year: int) -> int:
    """Rows that no contract accepts, at the end of their files."""
    plan = writer.plan
    day = np.array([dt.date(year, 4, 30)], "datetime64[D]")
    period = plan.periods_of(day)
    rows = [(place, row, phone.HEADER, 0) for place, row in phone.bad_rows(plan, year)]
    if year >= mail_and_chat.BAD_TICKETS_SINCE:
        place = int(plan.base_places("mail")[period][0])
        rows.append((place, mail_and_chat.bad_ticket(year), "", 0))
    if year >= mail_and_chat.BAD_CHATS_SINCE:
        place = int(plan.base_places("chat")[period][0])
        skip = len(mail_and_chat.SEPARATOR)
        rows.append((place, mail_and_chat.bad_chat(year), "[\n", skip))
    for place, row, head, skip in rows:
        writer.append(place, [row.encode()], head=head, skip=skip)
    return sum(place in writer.wanted for place, *_ in rows)


def _write_daily(writer: Writer, year: int, scale: int, random: np.random.Generator) -> None:
    visitors = {
        f"web_{site}": daily.web_visitors(site, year, scale, random) for site in daily.SITE_DOWN
    }
    ads = daily.advertising(year, scale, random)
    for place, delivery in enumerate(writer.plan.deliveries):
        if delivery.period.first.year != year:
            continue
        if delivery.source in visitors:
            text = daily.web_file(delivery, visitors[delivery.source])
        elif delivery.source == "ads":
            text = daily.ads_file(delivery, ads)
        elif delivery.source == "campaigns":
            text = daily.campaign_file(delivery)
        else:
            continue
        writer.append(place, [text.encode()])


def _close(writer: Writer) -> None:
    """End the chat arrays, begin files that hold nothing, deliver one file twice, date all."""
    plan: Plan = writer.plan
    heads = {"phone": phone.HEADER, "mail": "\n", "chat": "["}
    for place in sorted(writer.wanted):
        delivery = plan.deliveries[place]
        if delivery.kind == "duplicate":
            base = plan.places("phone", "base")[delivery.period.label]
            writer.append(place, [writer.path(base).read_bytes()])
        elif delivery.source in heads:
            writer.append(place, [], head=heads[delivery.source])
            if delivery.source == "chat":
                writer.append(place, [b"\n]\n"])
    writer.finish()
