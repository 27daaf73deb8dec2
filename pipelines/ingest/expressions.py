"""SQL expressions that turn one text of a delivery into a typed value or a code.

Every expression takes the SQL of a text and gives SQL; none names a source. Sentinels and unparsed
values never leave the statement that reads the file, so no label reaches a table.
"""

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping

from pipelines.contracts.model import Dialect
from pipelines.contracts.vocabulary import NOT_FILLED, UNMAPPED
from pipelines.contracts.zones import Transition, offset_before, transitions

MOJIBAKE_CODE = "MOJIBAKE"
"""Stands for a code until its row is rejected; never loaded."""

WHITE = r"' \t\r\n' || chr(160) || chr(65279)"
TWICE_ENCODED = "[ÃÂ][\\x{80}-\\x{BF}€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Ã$"  # noqa: RUF001  the marks themselves
SERIAL = r"\d{1,6}([.,]\d+)?"
WHOLE = r"-?\d{1,18}(\.0+)?"


def literal(text: str) -> str:
    """A text as SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A text as quoted SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def trimmed(text: str) -> str:
    """Without white space around, no-break spaces and byte-order marks included."""
    return f"trim({text}, {WHITE})"


def normal(label: str) -> str:
    """The form in which labels are compared: the same as `normal_sql` gives."""
    return unicodedata.normalize("NFC", label.strip(" \t\r\n\u00a0\ufeff").lower())


def normal_sql(text: str) -> str:
    """Trimmed, lower case, composed accents."""
    return f"nfc_normalize(lower({trimmed(text)}))"


def is_blank(text: str, blanks: Iterable[str]) -> str:
    """Whether a text says nothing: null, empty, or one of the contract's words for it."""
    words = ", ".join(literal(word) for word in ["", *map(normal, blanks)])
    return f"({text} is null or {normal_sql(text)} in ({words}))"


def code(text: str, labels: Mapping[str, str], codes: Iterable[str], blanks: Iterable[str]) -> str:
    """The code of a label. An exact label costs one comparison, any other is normalised first."""
    blank = NOT_FILLED if NOT_FILLED in codes else UNMAPPED
    exact = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in labels.items())
    loose = {**dict.fromkeys(["", *map(normal, blanks)], blank)}
    loose |= {normal(label): target for label, target in labels.items()}
    other = " ".join(f"when {literal(k)} then {literal(v)}" for k, v in loose.items())
    return (
        f"case when {text} is null then {literal(blank)} else case {text} {exact} "
        f"else case {normal_sql(text)} {other} else case when {is_mojibake(text)} "
        f"then '{MOJIBAKE_CODE}' else '{UNMAPPED}' end end end end"
    )


def own_code(text: str, codes: Iterable[str]) -> str:
    """The code that an expression of the contract gives; what is no code is unmapped."""
    known = ", ".join(literal(code) for code in codes)
    return f"case when {text} in ({known}) then {text} else '{UNMAPPED}' end"


def is_mojibake(text: str) -> str:
    """Whether a text was encoded as UTF-8 twice."""
    return f"coalesce(regexp_matches({text}, '{TWICE_ENCODED}'), false)"


def whole_number(text: str) -> str:
    """A whole number, or null; never rounded."""
    return (
        f"case when regexp_full_match({trimmed(text)}, '{WHOLE}') "
        f"then cast(split_part({trimmed(text)}, '.', 1) as bigint) end"
    )


def decimal_number(text: str, dialect: Dialect) -> str:
    """A number with the contract's decimal sign, to two decimals, or null."""
    plain = trimmed(text)
    if dialect.thousands_sign:
        plain = f"replace({plain}, {literal(dialect.thousands_sign)}, '')"
    if dialect.decimal_sign != ".":
        plain = (
            f"case when contains({plain}, '.') then null "
            f"else replace({plain}, {literal(dialect.decimal_sign)}, '.') end"
        )
    return (
        f"case when regexp_full_match({plain}, '-?\\d{{1,10}}(\\.\\d+)?') "
        f"then cast({plain} as decimal(12, 2)) end"
    )


def day(text: str, dialect: Dialect) -> str:
    """A date in the contract's format only, or null."""
    return f"cast(try_strptime({trimmed(text)}, {literal(dialect.date_format)}) as date)"


def zoned(text: str) -> str:
    """The UTC instant of an ISO time that names its offset, else null."""
    value = trimmed(text)
    return (
        f"case when substr({value}, 11, 1) not in ('T', ' ') then null "
        f"when ends_with({value}, 'Z') then try_cast({value} as timestamp) "
        f"when regexp_matches({value}, '[+-]\\d\\d:?\\d\\d$') "
        f"then timezone('UTC', try_cast({value} as timestamptz)) end"
    )


def local(text: str, dialect: Dialect) -> str:
    """A time without an offset, in the contract's format and zone, else null."""
    value = trimmed(text)
    if dialect.timestamp_format != "iso":
        return f"try_strptime({value}, {literal(dialect.timestamp_format)})"
    return (
        f"case when substr({value}, 11, 1) in ('T', ' ') and length({value}) >= 19 "
        f"and not regexp_matches({value}, '(Z|[+-]\\d\\d:?\\d\\d)$') "
        f"then try_cast({value} as timestamp) end"
    )


class Clocks:
    """SQL over the clock changes of one zone, for the years in which records may lie."""

    def __init__(self, zone: str, first_year: int, last_year: int) -> None:
        self._first = offset_before(zone, first_year)
        self._changes = transitions(zone, first_year, last_year)

    def offset_of_local(self, local_time: str) -> str:
        """Seconds ahead of UTC at a local time; the first of two in the doubled hour."""
        return self._steps(
            local_time,
            [(c.local_end if not c.is_gap else c.local_start, c.after) for c in self._changes],
        )

    def offset_of_utc(self, instant: str) -> str:
        """Seconds ahead of UTC at an instant."""
        return self._steps(instant, [(c.instant, c.after) for c in self._changes])

    def is_missing(self, local_time: str) -> str:
        """Whether clocks skipped that local time."""
        return within(local_time, (c for c in self._changes if c.is_gap))

    def is_doubled(self, local_time: str) -> str:
        """Whether that local time came twice."""
        return within(local_time, (c for c in self._changes if not c.is_gap))

    def _steps(self, value: str, steps: list[tuple[dt.datetime, int]]) -> str:
        whens = " ".join(f"when {value} >= timestamp '{at}' then {to}" for at, to in steps[::-1])
        return f"case {whens} else {self._first} end" if whens else str(self._first)


def within(local_time: str, changes: Iterable[Transition]) -> str:
    """Whether a local time lies in the missing or doubled stretch of one of the changes."""
    stretches = [
        f"({local_time} >= timestamp '{c.local_start}' and {local_time} < timestamp '{c.local_end}')"
        for c in changes
    ]
    return f"coalesce({' or '.join(stretches)}, false)" if stretches else "false"


def shifted(time: str, seconds: str, sign: str) -> str:
    """A time moved by a number of seconds."""
    return f"{time} {sign} to_seconds({seconds})"
