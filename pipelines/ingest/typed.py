"""From a contract to the columns of one statement: texts → typed values → codes, faults, ids.

Four nested selects, each a list of named SQL expressions: the texts of the file (`r_…`), what is
parsed of them (`n_…` local, `z_…` zoned, `u_…` instants), the values, and the first fault of each
row. The statement reads the file once and stores no text that the contract does not map.
"""

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import partial
from zoneinfo import ZoneInfo

import duckdb

from pipelines.contracts import Contract
from pipelines.contracts.model import Entity, Field
from pipelines.contracts.vocabulary import NOT_FILLED, UNFOLDED, UNMAPPED, code_lists
from pipelines.ingest import expressions as sql
from pipelines.ingest import refusal
from pipelines.ingest.clocks import Clocks
from pipelines.ingest.select import Columns, Select

LONGEST_CONTACT_S = 24 * 60 * 60
EVENT_TIMES = ("started_at", "day")
"""When it happened: neither before the contract's `earliest` nor after the clock."""


class Builder:
    """Builds the `Select` of one contract; `texts` says where each field's text is found."""

    def __init__(
        self, contract: Contract, clock: dt.datetime, connection: duckdb.DuckDBPyConnection
    ) -> None:
        """`clock` is the run's; records after it are from the future."""
        self.contract = contract
        self.dialect = contract.dialect
        self.now = clock.astimezone(dt.UTC).replace(tzinfo=None)
        self.today = clock.astimezone(ZoneInfo(self.dialect.time_zone)).date()
        self.constants = sql.Constants(connection)
        self.blanks = sql.Blanks(self.dialect.blanks, self.constants)
        self.clocks = Clocks(
            self.dialect.time_zone, contract.earliest.year - 1, self.now.year + 1, self.constants
        )
        self.select = Select()
        self._built: dict[tuple[tuple[str, str], ...], Select] = {}

    def build(self, texts: Columns) -> Select:
        """The select; `texts` maps field names (and `victims`, `referrals`) to SQL."""
        known = tuple(texts.items())
        if known not in self._built:
            self._built[known] = self._build(texts)
        return self._built[known]

    def _build(self, texts: Columns) -> Select:
        self.select = Select()
        self.select.texts = {f"r_{name}": text for name, text in texts.items()}
        record = self.contract.record
        if "summary" in texts:
            self.select.fault(self._blank("r_summary"), refusal.LEFT_OUT, "")
        for each in record.fields:
            if each.constant is None:
                self._required(each)
        for each in record.fields:
            if each.constant is None:
                getattr(self, f"_{each.kind.type}")(each)
        if record.name == "contacts":
            self._contact(record)
        self._rules(record)
        for name in UNFOLDED:
            if name in self.contract.objects:
                self._unfolded(self.contract.objects[name])
        if record.name == "contacts" and not record.field("record_id"):
            # exported again it is the same record still
            told = [name for name in self.select.values if name != "exported_at"]
            self._value("key", keyed(content(told)))
        return self.select

    def _blank(self, text: str) -> str:
        return self.blanks.test(text)

    def _required(self, each: Field) -> None:
        if each.required:
            self.select.fault(self._blank(f"r_{each.name}"), refusal.MISSING_VALUE, label(each))

    def _unparsed(self, each: Field, parsed: str, reason: str) -> None:
        text = f"r_{each.name}"
        # `case` and not `and`: what follows is then tested of those few rows only
        unparsed = f"case when {parsed} is null then"
        if reason == refusal.INVALID_DATE:
            serial = f"regexp_full_match({sql.trimmed(text)}, '{sql.SERIAL}')"
            self.select.fault(f"{unparsed} {serial} end", refusal.EXCEL_SERIAL, label(each))
        self.select.fault(f"{unparsed} not {self._blank(text)} end", reason, label(each))

    def _id(self, each: Field) -> None:
        if self.contract.format == "json":
            nested = sql.is_nested(f"r_{each.name}")
            self.select.fault(nested, refusal.MISSING_VALUE, label(each))
        self._value("key", keyed(sql.trimmed_id(f"r_{each.name}")))

    def _code(self, each: Field) -> None:
        text = f"r_{each.name}"
        self._value(each.name, self._coded(each, text))
        broken = f"case when {each.name} = {self._unmapped(each)} then {sql.is_mojibake(text)} end"
        self.select.fault(broken, refusal.MOJIBAKE, label(each))

    def _unmapped(self, each: Field) -> str:
        return sql.constant_code(UNMAPPED, self._codes(each), self.constants)

    def _codes(self, each: Field) -> tuple[str, ...]:
        return code_lists()[each.kind.code_list or ""]

    def _coded(self, each: Field, text: str) -> str:
        codes = self._codes(each)
        if each.constant is not None:
            return sql.constant_code(each.constant, codes, self.constants)
        if each.labels is None:
            return sql.own_code(text, codes, self.constants)
        return sql.code(text, each.labels, codes, self.dialect.blanks, self.constants)

    def _text(self, each: Field) -> None:
        text = f"r_{each.name}"
        self._value(each.name, f"case when not {self._blank(text)} then {sql.trimmed(text)} end")
        if self.contract.format == "json":
            self.select.fault(sql.is_nested(text), refusal.BAD_DIALECT, label(each))
        self.select.fault(sql.is_mojibake(text), refusal.MOJIBAKE, label(each))

    def _integer(self, each: Field) -> None:
        self._number(each, sql.whole_number(f"r_{each.name}"))

    def _decimal(self, each: Field) -> None:
        self._number(each, sql.decimal_number(f"r_{each.name}", self.dialect))

    def _number(self, each: Field, parsed: str) -> None:
        self.select.parsed[f"n_{each.name}"] = parsed
        self._value(each.name, f"n_{each.name}")
        self._unparsed(each, f"n_{each.name}", refusal.RANGE)
        most = LONGEST_CONTACT_S if each.name == "duration_s" else 2_000_000_000
        self.select.fault(
            f"n_{each.name} < 0 or n_{each.name} > {most}", refusal.RANGE, label(each)
        )

    def _date(self, each: Field) -> None:
        self.select.parsed[f"n_{each.name}"] = sql.day(f"r_{each.name}", self.dialect)
        self._value(each.name, f"n_{each.name}")
        self._unparsed(each, f"n_{each.name}", refusal.INVALID_DATE)
        self.select.fault(
            f"n_{each.name} < date '{self.contract.earliest}'", refusal.RANGE, label(each)
        )
        if each.name in EVENT_TIMES:
            self.select.fault(f"n_{each.name} > date '{self.today}'", refusal.FUTURE, label(each))

    def _timestamp(self, each: Field) -> None:
        name, text = each.name, f"r_{each.name}"
        self.select.parsed[f"n_{name}"] = sql.local(text, self.dialect)
        zoned = sql.zoned(text) if self.dialect.timestamp_format == "iso" else "null::timestamp"
        self.select.parsed[f"z_{name}"] = zoned
        instant = sql.shifted(f"n_{name}", self.clocks.offset_of_local(f"n_{name}"), "-")
        self._value(name, f"coalesce(z_{name}, {instant})")
        if name == "exported_at":
            # says when, not what: a row is not lost for it. From the future it would outrank
            # every correction, and says as little as none
            self.select.late[name] = f"case when {name} <= timestamp '{self.now}' then {name} end"
            return
        self._unparsed(each, f"coalesce(z_{name}, n_{name})", refusal.INVALID_DATE)
        self.select.fault(
            self.clocks.is_missing(f"n_{name}"), refusal.NONEXISTENT_LOCAL_TIME, label(each)
        )
        # the local day is not known of every time: a day more on either side does no harm there
        is_event = name in EVENT_TIMES
        when = "day" if is_event else f"cast({name} as date) + 1"
        self.select.fault(f"{when} < date '{self.contract.earliest}'", refusal.RANGE, label(each))
        last = self.now + dt.timedelta(days=0 if is_event else 1)
        self.select.fault(f"{name} > timestamp '{last}'", refusal.FUTURE, label(each))

    def _contact(self, record: Entity) -> None:
        """Local day and hour, and the duration where only start and end are given."""
        if record.field("started_at"):
            ahead = self.clocks.offset_of_utc("z_started_at")
            local = f"coalesce(n_started_at, {sql.shifted('z_started_at', ahead, '+')})"
            self._value("day", f"cast({local} as date)")
            self._value("hour", f"cast(hour({local}) as tinyint)")
            self._value("is_ambiguous_hour", self.clocks.is_doubled("n_started_at"))
        ended, duration = record.field("ended_at"), record.field("duration_s")
        if ended and record.field("started_at"):
            # both in the doubled hour: which of the two cannot be told
            sure = f"not {self.clocks.is_doubled('n_ended_at')}"
            self.select.fault(f"ended_at < started_at and {sure}", refusal.ORDER, label(ended))
            between = "date_diff('second', started_at, ended_at)"
            if not duration:
                self._value("duration_s", between)
            self.select.fault(f"{between} > {LONGEST_CONTACT_S}", refusal.RANGE, label(ended))

    def _rules(self, record: Entity) -> None:
        ends, last = record.field("ends_on"), record.field("last_day")
        if ends:
            self.select.fault("n_ends_on < n_starts_on", refusal.ORDER, label(ends))
        if last:
            # an export that sums several days has no day to stand under
            self.select.fault("n_last_day <> n_day", refusal.RANGE, label(last))

    def _unfolded(self, entity: Entity) -> None:
        unfold = entity.unfold
        if unfold is None:
            return
        if unfold.by == "row" and entity.name == "victims":
            self._victims_by_row(entity, keep_blank=unfold.keep_blank)
        elif entity.name == "victims":
            codes = ", ".join(f"{f.name} := {self._coded(f, item_text(f))}" for f in coded(entity))
            self._value("victims", f"list_transform(r_victims, lambda p: struct_pack({codes}))")
            for each in coded(entity):
                codes_ = f"list_transform(victims, lambda v: v.{each.name})"
                self._broken_item(each, codes_, "r_victims", item_text(each))
        else:
            self._outcomes(entity)

    def _victims_by_row(self, entity: Entity, *, keep_blank: bool) -> None:
        filled = []
        for each in coded(entity):
            if each.constant is None:
                self._code(each)
                blank = sql.constant_code(NOT_FILLED, self._codes(each), self.constants)
                filled.append(f"{each.name} <> {blank}")
            else:
                self._value(each.name, self._coded(each, ""))
        given = [f"r_{f.name}" for f in entity.fields if f.constant is None]
        blank = " and ".join(self._blank(text) for text in given)
        # a code tells it of nearly every row; only the others are looked at text by text
        test = f"case when {' or '.join(filled)} then true else not ({blank}) end"
        self.select.kept.append("is_about_someone")
        self.select.late["is_about_someone"] = "true" if keep_blank or not filled else test

    def _outcomes(self, entity: Entity) -> None:
        each = entity.fields[0]
        if each.constant is not None:
            self._value("outcomes", f"[{self._coded(each, '')}]")
            return
        unfold, text = entity.unfold, item_text(each)
        exact = partial(sql.exactly, labels=each.labels or {}, codes=self._codes(each))
        short = ""
        if unfold and unfold.by == "list":
            given = "r_referrals"
        else:
            separator = unfold.separator if unfold else None
            given, text = "[r_outcome]", "p"
            if separator:
                given = f"string_split(r_outcome, {sql.literal(separator)})"
            # most rows have one outcome, or none, and need no list to be made
            self.select.parsed["n_outcome"] = exact("r_outcome", constants=self.constants)
            short = "when r_outcome is null then null when n_outcome is not null then [n_outcome] "
        # list_distinct leaves nulls out: a blank label is no outcome
        some = f"case when not {self._blank(text)} then {self._coded(each, text)} end"
        item = f"coalesce({exact(text, constants=self.constants)}, {some})"
        coded_ = f"list_sort(list_distinct(list_transform({given}, lambda p: {item})))"
        self._value("outcomes", f"case {short}else {coded_} end" if short else coded_)
        self._broken_item(each, "outcomes", given, text)

    def _broken_item(self, each: Field, codes: str, given: str, text: str) -> None:
        """A label in a list that no map knows because it was encoded twice."""
        broken = f"len(list_filter({given}, lambda p: {sql.is_mojibake(text)})) > 0"
        self.select.fault(
            f"case when list_contains({codes}, {self._unmapped(each)}) then {broken} end",
            refusal.MOJIBAKE,
            label(each),
        )

    def _value(self, name: str, expression: str) -> None:
        self.select.values[name] = expression
        self.select.kept.append(name)


def coded(entity: Entity) -> Iterator[Field]:
    """The fields of an entity that hold codes."""
    return (each for each in entity.fields if each.kind.type == "code")


def item_text(each: Field) -> str:
    """The text of a field in the item `p` of a nested list."""
    return "p" if each.source_name == "{item}" else f"p.{sql.name(each.source_name or '')}"


def label(each: Field) -> str:
    """How a reject names the column: as the source does."""
    return each.source_name or each.name


def keyed(text: str) -> str:
    """The 60-bit keyed hash of a text: HMAC-SHA-256 over source and text (see `keys`)."""
    inner = f"unhex(sha256(getvariable('key_inner') || encode({text})))"
    digest = f"sha256(getvariable('key_outer') || {inner})"
    return f"cast('0x' || substr({digest}, 1, 15) as bigint)"


def content(names: Iterable[str]) -> str:
    """Values of a row as one text, for records that have no id of their own."""
    return (
        "concat_ws(chr(31), "
        + ", ".join(f"coalesce(cast({n} as varchar), '')" for n in names)
        + ")"
    )
