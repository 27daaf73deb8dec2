"""The telephone registrations as a Flemish office system exports them: semicolons, Dutch, CRLF.

One row per reported person; the call's own fields are repeated, those of a person stay empty
for a call about nobody.
"""

import datetime as dt

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.sample import labels
from pipelines.sample.deliveries import Plan
from pipelines.sample.phrases import PHRASES
from pipelines.sample.render import clock, dates, lines, person_positions, worded
from pipelines.sample.seasons import last_sunday
from pipelines.sample.versions import Exports

HEADER = (
    "\ufeffOproepnummer;Persoon;Begin;Einde;Duur (s);Soort oproep;Relatie contactnemer;"
    "Leeftijd contactnemer;Geslacht contactnemer;Anoniem;Problematiek;Hoofdvorm van geweld;"
    "Leeftijd slachtoffer;Geslacht slachtoffer;Context;Gevolg;Opmerkingen;Geëxporteerd op\r\n"
)
KINDS = ("Oproep", "Stille oproep", "Opgehangen", "Test")
LINE = """
    concat(number, ';', person_number, ';', day, ' ', begins, ';', day, ' ', ends, ';', duration,
           ';', kind, ';', relation, ';', age, ';', sex, ';', anonymous, ';', person, ';',
           outcomes, ';', phrase, ';', exported, chr(13), chr(10))
"""
STAMP = "%d/%m/%Y %H:%M:%S"
REPEATED_OUTCOME = 499  # every so manieth call names its outcome twice: it counts once


def phone_lines(
    pen: duckdb.DuckDBPyConnection, exports: Exports, plan: Plan, year: int
) -> tuple[np.ndarray, pa.ChunkedArray]:
    """Place in the plan and text of every row, in order of the files."""
    calls = exports.records
    rows = np.maximum(calls.victims, 1)
    of = np.repeat(np.arange(len(calls)), rows)
    number = np.arange(len(of)) - np.repeat(np.cumsum(rows) - rows, rows) + 1
    somebody = calls.victims[of] > 0
    combinations = labels.persons("%s;%s;%s;%s;%s", "nl", old=_old(year), as_json=False)
    person = np.full(len(of), len(combinations))
    person[somebody] = person_positions(calls)
    ends = calls.second + calls.duration
    outcomes = ["|".join(found) for found in labels.outcome_sets("nl")]
    twice = [f"{text}|{text}" if "|" not in text and text else text for text in outcomes]
    again = (calls.number // 10 % REPEATED_OUTCOME == 0) * len(outcomes)
    stamps = [delivery.exported.strftime(STAMP) for delivery in plan.deliveries]
    columns = {
        "number": pa.array(calls.number[of]),
        "person_number": worded(np.where(somebody, number, 0), ["", *map(str, range(1, 100))]),
        "day": dates(calls.day[of], "%d/%m/%Y"),
        "begins": clock(calls.second[of]),
        "ends": clock(ends[of]),
        "duration": pa.array(calls.duration[of]),
        "kind": worded(calls.kind[of], KINDS),
        "relation": worded(calls.relation[of], labels.labels("relation", "nl", year)),
        "age": worded(calls.contact_age[of], labels.labels("contact_age_group", "nl", year)),
        "sex": worded(calls.contact_sex[of], labels.labels("sex", "nl", year)),
        "anonymous": worded(calls.anonymous[of], ["Ja", "Nee", ""]),
        "person": worded(person, [*combinations, ";;;;"]),
        "outcomes": worded((calls.outcomes + again)[of], outcomes + twice),
        "phrase": worded(calls.phrase[of], [_quoted(phrase) for phrase in PHRASES]),
        "exported": worded(exports.place[of], stamps),
    }
    return exports.place[of], lines(pen, LINE, columns)


def bad_rows(plan: Plan, year: int) -> list[tuple[int, str]]:
    """A few rows that must be rejected, each with its own call number, and where they stand."""
    spring = last_sunday(year, 3)
    faults = [
        (dt.date(year, 5, 12), {"end": f"12/05/{year} 10:20:00", "seconds": "-5"}),
        (dt.date(year, 6, 9), {"begin": f"31/06/{year} 10:15:00"}),
        (dt.date(year, 10, 6), {"extra": ";x"}),
    ]
    if plan.period_of(spring).first.year == 2020:
        faults += [
            (
                spring,
                {"begin": f"{spring:%d/%m/%Y} 02:30:00", "end": f"{spring:%d/%m/%Y} 03:05:00"},
            ),
            (dt.date(year, 11, 5), {"end": f"05/11/{year} 09:59:00"}),
        ]
    places = plan.base_places("phone")
    rows = []
    for count, (day, fault) in enumerate(faults, start=1):
        place = int(places[plan.periods_of(np.array([day], "datetime64[D]"))[0]])
        begin = fault.get("begin", f"{day:%d/%m/%Y} 10:00:00")
        end = fault.get("end", f"{day:%d/%m/%Y} 10:20:00")
        stamp = plan.deliveries[place].exported.strftime(STAMP)
        rows.append(
            (
                place,
                f"{year % 100}9999990{count};;{begin};{end};{fault.get('seconds', '300')};Oproep;"
                f";;;Ja;;;;;;;;{stamp}{fault.get('extra', '')}\r\n",
            )
        )
    return rows


def _old(year: int) -> bool:
    return year <= labels.OLD_LABELS_UNTIL


def _quoted(text: str) -> str:
    if not any(character in text for character in ';"\n'):
        return text
    return '"' + text.replace('"', '""').replace("\n", "\r\n") + '"'
