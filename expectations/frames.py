"""From the warehouse to the frame that is judged: small, aggregated, the same size on any history.

Each profile is measured in DuckDB; of what it measured only the rows that deviate most are fetched,
so that a night that loads twenty years is judged on all its days and still carries no more rows.
"""

import re
from dataclasses import dataclass
from functools import cache
from typing import cast

import duckdb

from expectations.rule import PROFILES, Agrees, Border, Row, Rule

ROWS_PER_SOURCE = 40
"""Offending rows that a result can show per source; the worst ones come first."""


@dataclass(frozen=True)
class Frame:
    """What a profile measured: the rows that deviate most, and how many there were per asset."""

    rule: Rule
    rows: tuple[Row, ...] = ()
    judged: int = 0
    error: str | None = None


def prepare(connection: duckdb.DuckDBPyConnection, border: Border, last_load_number: int) -> None:
    """Lay the scope of a border as temporary tables, which the profiles read."""
    connection.execute("set variable last_load_number = ?", [last_load_number])
    scope = (PROFILES / border / "scope.sql").read_text(encoding="utf-8")
    for statement in connection.extract_statements(scope):
        connection.execute(statement)


def measure(connection: duckdb.DuckDBPyConnection, border: Border, rule: Rule) -> Frame:
    """Run the profile of one rule; an error of the engine is told without what it quotes."""
    try:
        result = connection.execute(_worst_first(rule, rule.profile(border)))
        names = [column[0] for column in result.description]
        rows = [cast(Row, dict(zip(names, values, strict=True))) for values in result.fetchall()]
    except duckdb.Error as error:
        return Frame(rule, error=explain(error))
    judged = sum(cast(int, row.pop("judged")) for row in rows if row.pop("place") == 1)
    return Frame(rule, tuple(rows), judged)


def _worst_first(rule: Rule, profile: str) -> str:
    per_source = "source" if rule.asset is None else "null"
    worst = (
        "expected is distinct from found desc, abs(expected - found) desc nulls first"
        if isinstance(rule.claim, Agrees)
        else "measure desc nulls last"
    )
    return f"""
        select
            *,
            count(*) over (partition by {per_source}) as judged,
            row_number() over (partition by {per_source} order by {worst}) as place
        from (
        {profile}
        )
        qualify place <= {ROWS_PER_SOURCE}
        order by place
    """


@cache
def _names_a_table() -> re.Pattern[str]:
    return re.compile(r"(?:Table|Column) with name \w+|column \"\w+\" not found")


def explain(error: duckdb.Error) -> str:
    """The kind of an engine's error and the table or column that it misses, never its text."""
    named = (
        _names_a_table().search(str(error))
        if isinstance(error, duckdb.CatalogException | duckdb.BinderException)
        else None
    )
    return f"{type(error).__name__}{f': {named.group(0)}' if named else ''}"
