"""Mail tickets as Zammad lists them (JSON lines) and chats as Aselo keeps them (a JSON array).

Both carry the registration nested in the record: persons and outcomes or referrals.
"""

import json

import duckdb
import numpy as np
import pyarrow as pa

from pipelines.sample import labels
from pipelines.sample.deal import Ints
from pipelines.sample.phrases import PHRASES, TITLES
from pipelines.sample.plausible import MINOR_ONLY, NOBODY, SELF
from pipelines.sample.records import Records
from pipelines.sample.render import instants, lines, person_positions, worded
from pipelines.sample.versions import Exports

# Only in files that are long enough for one bad row to be a small share of them.
BAD_TICKETS_SINCE, BAD_CHATS_SINCE = 2018, 2020
SEPARATOR = ",\n"  # before every chat; the first of a file goes without it

TICKET = """
    concat('{"id":', number, ',"group_id":', number % 3 + 1, ',"priority_id":2,"state_id":', state,
           ',"number":"87', number, '","title":', title, ',"customer_id":', number % 9973 + 10,
           ',"note":', phrase, ',"created_at":"', created_date, 'T', created_time, '.', ms,
           'Z","updated_at":"', updated_date, 'T', updated_time, '.', ms, 'Z","close_at":',
           if(state = '4', concat('"', updated_date, 'T', updated_time, '.', ms, 'Z"'), 'null'),
           ',"article_count":', number // 10 % 5 + 1,
           ',"preferences":{"channel_id":2},"registration":{"relation":', relation,
           ',"age_group":', age, ',"sex":', sex, ',"anonymous":', anonymous, ',"persons":[',
           array_to_string(persons, ','), '],"outcomes":', outcomes, '}}', chr(10))
"""
TICKET_PERSON = '{"category":%s,"violence_form":%s,"age":%s,"sex":%s,"context":%s}'

CHAT = """
    concat(',', chr(10), '{"id":', number, ',"accountSid":"AC00000000fictief1712","createdAt":"',
           created_date, 'T', created_time, '.', ms, 'Z","updatedAt":"', updated_date, 'T',
           updated_time, '.', ms, 'Z","timeOfContact":"', created_date, 'T', created_time, '.', ms,
           'Z","channel":"web","conversationDuration":', duration, ',"twilioWorkerId":"WKfictief',
           number // 10 % 23, '","number":"Anonymous","helpline":"1712","rawJson":',
           '{"definitionVersion":"be-v1","callType":"', call_type,
           '","callerInformation":{"relationship":', relation, ',"ageGroup":', age, ',"gender":',
           sex, ',"anonymous":', anonymous, '},"persons":[', array_to_string(persons, ','),
           '],"caseInformation":{"callSummary":', phrase, '}},"referrals":[',
           replace(outcomes, '@', concat(updated_date, 'T', updated_time, '.', ms, 'Z')), ']}')
"""
CHAT_PERSON = '{"category":%s,"violenceForm":%s,"ageBand":%s,"gender":%s,"context":%s}'
REFERRAL = '{"resourceId":"R%d","referredAt":"@","resourceName":"%s"}'
CALL_TYPES = (
    "Child calling about self",
    "Someone calling about a child",
    "Adult calling about self",
    "Someone calling about an adult",
    "Silent",
    "Hang up",
    "Test",
)


def mail_lines(
    pen: duckdb.DuckDBPyConnection, exports: Exports, year: int
) -> tuple[Ints, pa.ChunkedArray]:
    """Place in the plan and text of every ticket, in order of the files."""
    tickets = exports.records
    outcomes = [json.dumps(found, ensure_ascii=False) for found in labels.outcome_sets("nl")]
    columns = _shared(exports, "nl", year, TICKET_PERSON) | {
        "state": worded(exports.is_final.astype(np.int64), ["2", "4"]),
        "title": worded(tickets.number // 10 % len(TITLES), _as_json(TITLES)),
        "outcomes": worded(tickets.outcomes, outcomes),
    }
    return exports.place, lines(pen, TICKET, columns)


def chat_lines(
    pen: duckdb.DuckDBPyConnection, exports: Exports, year: int
) -> tuple[Ints, pa.ChunkedArray]:
    """Place in the plan and text of every chat, each after a separator, in order of the files."""
    chats = exports.records
    known = labels.labels("outcome", "en")
    referrals = [
        ",".join(REFERRAL % (known.index(label) + 1, label) for label in found)
        for found in labels.outcome_sets("en")
    ]
    columns = _shared(exports, "en", year, CHAT_PERSON) | {
        "duration": pa.array(chats.duration),
        "call_type": worded(_call_type(chats), CALL_TYPES),
        "outcomes": worded(chats.outcomes, referrals),
    }
    return exports.place, lines(pen, CHAT, columns)


def bad_ticket(year: int) -> str:
    """A ticket whose moment of creation is no date: rejected."""
    return (
        f'{{"id":{year % 100}99999901,"group_id":1,"number":"8799999901","title":"?","note":"",'
        f'"created_at":"{year}-04-31T09:12:00.000Z","updated_at":"{year}-04-30T10:00:00.000Z",'
        '"registration":{"relation":null,"age_group":null,"sex":null,"anonymous":null,'
        '"persons":[],"outcomes":[]}}\n'
    )


def bad_chat(year: int) -> str:
    """A chat whose moment is no date: rejected."""
    moment = f"{year}-04-31T18:40:00.000Z"
    return (
        f'{SEPARATOR}{{"id":{year % 100}99999902,"accountSid":"AC00000000fictief1712",'
        f'"createdAt":"{moment}","updatedAt":"{year}-04-30T19:00:00.000Z",'
        f'"timeOfContact":"{moment}","channel":"web","conversationDuration":300,'
        '"rawJson":{"definitionVersion":"be-v1","callType":"Adult calling about self",'
        '"callerInformation":{},"persons":[],"caseInformation":{}},"referrals":[]}'
    )


def _shared(exports: Exports, language: str, year: int, person: str) -> dict[str, pa.Array]:
    records = exports.records
    combinations = labels.persons(
        person, language, old=year <= labels.OLD_LABELS_UNTIL, as_json=True
    )
    persons = pa.array(combinations).take(pa.array(person_positions(records)))
    created, updated = instants(exports.created), instants(exports.updated)
    return {
        "number": pa.array(records.number),
        "ms": worded(records.number // 10 * 37 % 1000, [f"{ms:03d}" for ms in range(1000)]),
        "created_date": created["date"],
        "created_time": created["time"],
        "updated_date": updated["date"],
        "updated_time": updated["time"],
        "phrase": worded(records.phrase, _as_json(PHRASES)),
        "relation": _coded(records.relation, "relation", language),
        "age": _coded(records.contact_age, "contact_age_group", language),
        "sex": _coded(records.contact_sex, "sex", language),
        "anonymous": worded(records.anonymous, ["true", "false", "null"]),
        "persons": pa.LargeListArray.from_arrays(pa.array(records.first_victim), persons),
    }


def _coded(positions: np.ndarray, name: str, language: str) -> pa.Array:
    return worded(positions, [labels.json_text(text) for text in labels.labels(name, language)])


def _as_json(texts: tuple[str, ...]) -> list[str]:
    return [json.dumps(text, ensure_ascii=False) for text in texts]


def _call_type(chats: Records) -> Ints:
    about_child = np.isin(chats.primary, MINOR_ONLY)
    own_voice = chats.relation == SELF
    kind = np.select([about_child & own_voice, about_child, own_voice], [0, 1, 2], 3)
    kind = np.where((chats.primary == NOBODY) & (chats.contact_age == 0) & own_voice, 0, kind)
    return np.where(chats.kind > 0, 3 + chats.kind, kind)
