"""SQL expressions that turn one text of a delivery into a typed value or a code.

Every expression takes the SQL of a text and gives SQL; none names a source. Sentinels and unparsed
values never leave the statement that reads the file, so no label reaches a table.
"""

import unicodedata
from collections.abc import Iterable, Mapping

import duckdb

from pipelines.contracts.model import Dialect
from pipelines.contracts.vocabulary import NOT_FILLED, NOT_RECORDED, UNMAPPED

WHITE = " \t\r\n\u00a0\ufeff"
FOLLOWING = (
    "[\\x{80}-\\x{BF}\\x{20AC}\\x{201A}-\\x{201E}\\x{2018}-\\x{201D}\\x{2020}-\\x{2026}"
    "\\x{0152}-\\x{0192}\\x{02C6}\\x{02DC}\\x{2013}\\x{2014}\\x{2030}\\x{2039}\\x{203A}\\x{2122}]"
)
TWICE_ENCODED = f"[\u00c3\u00c2]{FOLLOWING}|[\u00e1-\u00ef]{FOLLOWING}{{2}}"
"""Bytes of UTF-8 read as Latin-1 or Windows-1252: what an accent becomes when encoded twice."""

SERIAL = r"\d{1,6}([.,]\d+)?"
WHOLE = r"-?\d{1,18}(\.0+)?"
OFFSET = r"([+-](0\d|1[0-4])(:?[0-5]\d(:[0-5]\d)?)?| UTC)$"
"""What names the offset at the end of a time, besides Z; PostgreSQL writes hours only."""


class Constants:
    """Lists and maps that many statements use, kept as variables of the connection.

    Parsed anew in every statement they would cost more than reading a small file does.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Of one connection; a name stands for the same value for as long as this lives."""
        self._connection = connection
        self._names: dict[str, str] = {}

    def keep(self, value: str) -> str:
        """SQL that stands for the value of a constant expression."""
        if value not in self._names:
            self._names[value] = f"ingest_{len(self._names)}"
            self._connection.execute(f"set variable {self._names[value]} = {value}")
        return f"getvariable('{self._names[value]}')"


def literal(text: str) -> str:
    """A text as SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def name(text: str) -> str:
    """A text as quoted SQL identifier."""
    return '"' + text.replace('"', '""') + '"'


def trimmed(text: str) -> str:
    """Without white space around, no-break spaces and byte-order marks included."""
    return f"trim({text}, '{WHITE}')"


def trimmed_id(text: str) -> str:
    """The same of an id; one that begins and ends with plain signs is not looked at further."""
    plain = f"{text} between '!' and '~' and {text}[-1] between '!' and '~'"
    return f"case when {plain} then {text} else {trimmed(text)} end"


def normal(label: str) -> str:
    """The form in which labels are compared: the same as `normal_sql` gives."""
    return unicodedata.normalize("NFC", label.strip(WHITE).lower())


def normal_sql(text: str) -> str:
    """Trimmed, lower case, composed accents."""
    return f"nfc_normalize(lower({trimmed(text)}))"


def constant_list(texts: Iterable[str]) -> str:
    """A list of texts; unlike `in (…)` it costs one expression whatever its length."""
    return "[" + ", ".join(map(literal, texts)) + "]"


def constant_map(entries: Mapping[str, str], to: str) -> str:
    """A map from texts to values of the type `to`."""
    values = f"cast({constant_list(entries.values())} as {to}[])"
    return f"map({constant_list(entries)}, {values})"


class Blanks:
    """Whether a text says nothing: null, empty, or one of the contract's words for it."""

    def __init__(self, words: Iterable[str], constants: Constants) -> None:
        """The empty text is always one of the words."""
        known = ["", *map(normal, words)]
        self._words = constants.keep(constant_list(known))
        self._longest = max(len(word.encode()) for word in known) + 8  # and some white space
        self._digits_say = not any(word[:1].isdecimal() for word in known)

    def test(self, text: str) -> str:
        """SQL that is true of blank texts; long ones and numbers are not normalised to know it."""
        number = f"or ({text} >= '0' and {text} < ':') " if self._digits_say else ""
        return (
            f"(case when {text} is null then true "
            f"when strlen({text}) > {self._longest} {number}then false "
            f"else list_contains({self._words}, {normal_sql(text)}) end)"
        )


def code_type(codes: Iterable[str]) -> str:
    """The enumeration in which raw stores the codes of a list: one byte instead of a text."""
    known = dict.fromkeys((*codes, NOT_FILLED, UNMAPPED, NOT_RECORDED))
    return f"enum({', '.join(map(literal, known))})"


def code(
    text: str,
    labels: Mapping[str, str],
    codes: Iterable[str],
    blanks: Iterable[str],
    constants: Constants,
) -> str:
    """The code of a label. An exact label costs one look-up, any other is normalised first."""
    kind = code_type(codes)
    blank = NOT_FILLED if NOT_FILLED in codes else UNMAPPED
    loose = dict.fromkeys(["", *map(normal, blanks)], blank)
    loose |= {normal(label): target for label, target in labels.items()}
    exactly = constants.keep(constant_map({"": blank, **labels}, kind))
    normally = constants.keep(constant_map(loose, kind))
    return (
        f"coalesce({exactly}[coalesce({text}, '')], {normally}[{normal_sql(text)}], "
        f"{constant_code(UNMAPPED, codes, constants)})"
    )


def exactly(
    text: str, labels: Mapping[str, str], codes: Iterable[str], constants: Constants
) -> str:
    """The code of a label that is written just as the contract has it, else null."""
    return f"{constants.keep(constant_map(labels, code_type(codes)))}[{text}]"


def own_code(text: str, codes: Iterable[str], constants: Constants) -> str:
    """The code that an expression of the contract gives; what is no code is unmapped."""
    unmapped = constant_code(UNMAPPED, codes, constants)
    return f"coalesce(try_cast({text} as {code_type(codes)}), {unmapped})"


def constant_code(code: str, codes: Iterable[str], constants: Constants) -> str:
    """One code, as the enumeration of its list."""
    return constants.keep(f"{literal(code)}::{code_type(codes)}")


def is_mojibake(text: str) -> str:
    """Whether a text was encoded as UTF-8 twice."""
    return f"coalesce(regexp_matches({text}, '{TWICE_ENCODED}'), false)"


def is_nested(text: str) -> str:
    """Whether a text of a JSON file is an object or list, and no scalar as declared."""
    return f"case when {text}[1] in ('{{', '[') then json_valid({text}) end"


def whole_number(text: str) -> str:
    """A whole number, or null; never rounded. What reads back as it was written is one."""
    number = f"try_cast({text} as bigint)"
    other = (
        f"case when regexp_full_match({trimmed(text)}, '{WHOLE}') "
        f"then cast(split_part({trimmed(text)}, '.', 1) as bigint) end"
    )
    return f"case when cast({number} as varchar) = {text} then {number} else {other} end"


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
        f"then try_cast({plain} as decimal(12, 2)) end"
    )


def day(text: str, dialect: Dialect) -> str:
    """A date in the contract's format only, or null."""
    return f"cast({parsed_as(text, dialect.date_format)} as date)"


def parsed_as(text: str, pattern: str) -> str:
    """A time in one format; white space around is looked for only where it does not fit."""
    form = literal(pattern)
    return f"coalesce(try_strptime({text}, {form}), try_strptime({trimmed(text)}, {form}))"


def zoned(text: str) -> str:
    """The UTC instant of an ISO time that names its offset, else null."""
    value = trimmed(text)
    return (
        f"case when substr({value}, 11, 1) not in ('T', ' ') then null "
        f"when ends_with({value}, 'Z') then try_cast({value} as timestamp) "
        f"when regexp_matches({value}, '{OFFSET}') "
        f"then timezone('UTC', try_cast({value} as timestamptz)) end"
    )


def local(text: str, dialect: Dialect) -> str:
    """A time without an offset, in the contract's format and zone, else null."""
    value = trimmed(text)
    if dialect.timestamp_format != "iso":
        return parsed_as(text, dialect.timestamp_format)
    # nothing but a time may follow the date: `try_cast` would drop an offset without a word
    return (
        f"case when ends_with({value}, 'Z') then null "
        f"when length({value}) >= 19 and regexp_matches({value}, '^.{{10}}[T ][\\d:. ]+$') "
        f"then try_cast({value} as timestamp) end"
    )


def shifted(time: str, seconds: str, sign: str) -> str:
    """A time moved by a number of seconds."""
    return f"{time} {sign} to_seconds({seconds})"
