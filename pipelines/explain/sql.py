"""SQL that gives a count: from `marts.figures`, from a daily cube, and from the facts behind it.

A count is a measure of a year under conditions, each a dimension and some of its codes. Names come
from `codes.dimensions`; which cube holds them is read from the catalogue. Nothing here runs a
night or writes; what a figure is belongs to the dbt project.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

Conditions = Mapping[str, tuple[str, ...]]
"""Codes that each dimension may have; all conditions hold together."""

PERSON_DIMENSIONS = ("relation", "contact_age_group", "contact_sex", "anonymous")
FROM_DAY = {"year": "year({day})", "month": "month({day})", "iso_weekday": "isodow({day})"}
VALUE_COLUMN = {
    "contacts": "contacts",
    "victims": "victims",
    "referrals": "referrals",
    "web_visitors": "visitors",
    "web_visits": "visits",
}
NOT_KEYS = {"day", "source", "delivery_id", *VALUE_COLUMN.values()}
FACTS = {
    "contacts": "contacts",
    "victims": "victims",
    "referrals": "referrals",
    "web_visitors": "web_visits",
    "web_visits": "web_visits",
    "campaigns": "campaigns",
}


@dataclass(frozen=True)
class Dimension:
    """A row of `codes.dimensions`, with the codes of its list (empty where it has no list)."""

    name: str
    code_list: str | None
    overlapping: tuple[str, ...]
    group: str | None
    codes: tuple[str, ...]
    known_codes: tuple[str, ...]
    codes_by_group: Mapping[str, tuple[str, ...]]


def read_dimensions(connection: duckdb.DuckDBPyConnection) -> dict[str, Dimension]:
    """Every dimension by name."""
    rows = connection.execute(
        """
        select dimension, coalesce(overlapping_measures, ''), group_dimension, code_list
        from codes.dimensions
        """
    ).fetchall()
    lists: dict[str, list[tuple[str, str | None]]] = {}
    for name, code, group in connection.execute(
        "select list, code, code_group from codes.code_lists order by list, position"
    ).fetchall():
        lists.setdefault(name, []).append((code, group))
    found = {}
    for name, overlapping, group, code_list in rows:
        codes = lists.get(code_list, [])
        groups = {code_group for _, code_group in codes if code_group}
        found[name] = Dimension(
            name,
            code_list,
            tuple(filter(None, overlapping.split("|"))),
            group,
            tuple(code for code, _ in codes),
            tuple(code for code, code_group in codes if code_group != "missing"),
            {one: tuple(code for code, of in codes if of == one) for one in groups},
        )
    return found


def without_groups(conditions: Conditions, dimensions: Mapping[str, Dimension]) -> Conditions:
    """The same conditions with every group replaced by its codes; two on one dimension meet."""
    finer = {one.group: one for one in dimensions.values() if one.group}
    plain: dict[str, tuple[str, ...]] = {}
    for name, codes in conditions.items():
        base = finer.get(name)
        if base:
            codes = tuple(code for group in codes for code in base.codes_by_group.get(group, ()))
            name = base.name
        plain[name] = (
            tuple(code for code in plain[name] if code in codes) if name in plain else codes
        )
    return plain


def marts_sql(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    year: int,
    conditions: Conditions,
    listed: str | None = None,
) -> str | None:
    """A select over `marts.figures`, or None where no table of the marts holds the conditions.

    With `listed`, one row per member of that dimension, the largest first.
    """
    names = [*([listed] if listed else []), *conditions, "all", "all"]
    if len(names) > 4:
        return None
    for breakdown, within in ((names[0], names[1]), (names[1], names[0])):
        where = [] if listed == "year" else [f"year = {year}"]
        where.append(f"measure = '{measure}'")
        for column, name in (("", breakdown), ("within_", within)):
            if name == "year":
                name = "all"
            where.append(f"{column}breakdown = '{name}'")
            if name != listed:
                where.append(one_of(f"{column}member", conditions.get(name, ("all",))))
        condition = " and ".join(where)
        if connection.execute(f"select 1 from marts.figures where {condition}").fetchone():
            return _select(_member(listed, breakdown), "value", "marts.figures", condition)
    return None


def _member(listed: str | None, breakdown: str) -> str | None:
    if listed in (None, "year"):
        return listed
    return "member" if breakdown == listed else "within_member"


def _select(listed: str | None, value: str, table: str, condition: str) -> str:
    if listed is None:
        return f"select sum({value}) from {table} where {condition}"
    return (
        f"select {listed}, sum({value}) as {value} from {table} where {condition} "
        "group by 1 order by 2 desc"
    )


def cube_sql(
    connection: duckdb.DuckDBPyConnection,
    measure: str,
    year: int,
    conditions: Conditions,
    dimensions: Mapping[str, Dimension],
    listed: str | None = None,
) -> str | None:
    """A select over the narrowest cube that holds the conditions, or None where none does.

    A cube that is broken down by something of which a contact can have several members is only
    used where that is asked for: its rows do not add up to contacts.
    """
    if measure == "campaigns":
        return f"select count(*) from core.campaigns where {_where(year, conditions, 'starts_on')}"
    asked = {*conditions, *([listed] if listed else [])} - {"year"}
    persons = asked & set(PERSON_DIMENSIONS)
    if len(persons) > 1:
        return None
    needed = asked - set(FROM_DAY) - persons | ({"dimension", "member"} if persons else set())
    overlapping = {one.name for one in dimensions.values() if measure in one.overlapping}
    cubes = [
        (len(keys), table)
        for table, columns in _cubes(connection)
        if VALUE_COLUMN[measure] in columns
        and needed <= (keys := columns - NOT_KEYS)
        and not (keys - needed) & (overlapping | {"dimension"})
    ]
    if not cubes:
        return None
    plain = {name: codes for name, codes in conditions.items() if name not in persons}
    condition = _where(None if listed == "year" else year, plain)
    for name in persons:
        condition += f" and dimension = '{name}'"
        if name in conditions:
            condition += f" and {one_of('member', conditions[name])}"
    column = None if listed is None else "member" if listed in persons else _column(listed)
    return _select(column, VALUE_COLUMN[measure], f"core.{min(cubes)[1]}", condition)


def fact_sql(
    measure: str, years: Sequence[int], conditions: Conditions, dimensions: Mapping[str, Dimension]
) -> str:
    """A select of source, file name and number of records for each delivery behind a count."""
    table, records = FACTS[measure], "count(*)"
    overlapping = [name for name in conditions if measure in dimensions[name].overlapping]
    if measure == "contacts" and overlapping:
        table = "victims" if overlapping[0] == "violence_form" else "referrals"
        records = "count(distinct contact_key)"
    day = "starts_on" if measure == "campaigns" else "day"
    condition = " or ".join(f"({_where(year, conditions, day)})" for year in sorted(years))
    return (
        f"select source, file_name, sum(records)::bigint as records "
        f"from (select delivery_id, {records} as records from core.{table} where {condition} "
        "group by delivery_id) as behind inner join raw.deliveries using (delivery_id) "
        "group by all order by all"
    )


def one_of(column: str, codes: Sequence[str], *, is_number: bool = False) -> str:
    """A condition that lets the given codes through, and nothing where there are none."""
    literals = [code if is_number else "'" + code.replace("'", "''") + "'" for code in codes]
    if not literals:
        return "false"
    return (
        f"{column} = {literals[0]}"
        if len(literals) == 1
        else f"{column} in ({', '.join(literals)})"
    )


def _column(dimension: str, day: str = "day") -> str:
    if dimension in FROM_DAY:
        return FROM_DAY[dimension].format(day=day)
    return "kind" if dimension == "campaign_kind" else dimension


def _where(year: int | None, conditions: Conditions, day: str = "day") -> str:
    parts = [] if year is None else [f"year({day}) = {year}"]
    for name, codes in conditions.items():
        is_number = name in (*FROM_DAY, "hour")
        parts.append(one_of(_column(name, day), codes, is_number=is_number))
    return " and ".join(parts) or "true"


def _cubes(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, set[str]]]:
    rows = connection.execute(
        """
        select table_name, list(column_name) from duckdb_columns()
        where schema_name = 'core'
            and (ends_with(table_name, '_daily') or table_name = 'web_visits')
        group by 1
        """
    ).fetchall()
    return [(table, set(columns)) for table, columns in rows]
