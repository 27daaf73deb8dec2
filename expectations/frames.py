"""From the warehouse to the frame that is judged: small, aggregated, the same size on any history.

Each profile is measured in DuckDB; of what it measured only the rows that deviate most are fetched,
so that a night that loads twenty years is judged on all its days and still carries no more rows.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import duckdb

from expectations.days import name_days
from expectations.rule import PROFILES, Agrees, Border, Row, Rule

ROWS_PER_ASSET = 40
"""Rows per asset that a frame carries; those that deviate most come first."""

LAID_OUT: dict[Border, tuple[str, ...]] = {
    "raw": ("scope", "volume", "composition", "windows", "shifts"),
    "marts": ("scope",),
}
"""The temporary tables that the profiles of a border share, in the order in which they are laid."""

NAMED_DAYS: dict[Border, dict[str, str]] = {
    "raw": {
        "is_news_day": "news_days",
        "is_near_news": "covered",
        "is_day_of_old_ids": "old_id_days",
    },
    "marts": {"is_judged_day": "judged_days"},
}
"""Macros that follow from the first of these scripts: their name, and the table with their days."""

NAMED = re.compile(r"(?:Table|Column) with name \w+|[Cc]olumn \"\w+\"")


@dataclass(frozen=True)
class Frame:
    """What a profile measured: the rows that deviate most, and how many there were in all."""

    rule: Rule
    rows: tuple[Row, ...] = ()
    judged: Mapping[str, int] = field(default_factory=dict)
    error: str | None = None

    @property
    def broken(self) -> list[Row]:
        """The rows that break the rule."""
        return [row for row in self.rows if self.rule.claim.is_broken_by(row)]


def lay_out(connection: duckdb.DuckDBPyConnection, border: Border) -> str | None:
    """Lay the temporary tables that the profiles read; tell what the engine missed, if it did."""
    try:
        for name in LAID_OUT[border]:
            script = (PROFILES / border / f"{name}.sql").read_text(encoding="utf-8")
            for statement in connection.extract_statements(script):
                connection.execute(statement)
            if name == "scope":
                for macro, table in NAMED_DAYS[border].items():
                    name_days(connection, macro, table)
    except duckdb.Error as error:
        return explain(error)
    return None


def measure(
    connection: duckdb.DuckDBPyConnection,
    border: Border,
    rule: Rule,
    scopes: Sequence[Mapping[str, str]] = (),
) -> Frame:
    """Run the profile of one rule; an error of the engine is told without what it quotes.

    Rows that lie in one of the `scopes` are carried however little they deviate, so that an
    accepted anomaly that is gone is seen to be gone.
    """
    profile = (PROFILES / border / f"{rule.name}.sql").read_text(encoding="utf-8")
    try:
        result = connection.execute(
            worst_first(rule, profile, in_scope(connection, profile, scopes))
        )
        names = [column[0] for column in result.description]
        rows = [cast(Row, dict(zip(names, values, strict=True))) for values in result.fetchall()]
    except duckdb.Error as error:
        return Frame(rule, error=explain(error))
    judged: dict[str, int] = {}
    for row in rows:
        judged[asset_of(row)] = cast(int, row.pop("judged"))
        del row["place"]
    return Frame(rule, tuple(rows), judged)


def asset_of(row: Row) -> str:
    """The asset that a row of a frame is about."""
    return f"raw/{row['source']}" if "source" in row else f"marts/{row['mart']}"


def worst_first(rule: Rule, profile: str, kept: str) -> str:
    """The profile, cut to the rows of each asset that deviate most and those to be kept."""
    asset = "mart" if rule.assets else "source"
    worst = (
        "expected is distinct from found desc, abs(expected - found) desc nulls first"
        if isinstance(rule.claim, Agrees)
        else "measure desc nulls last"
    )
    return f"""
        select
            *,
            count(*) over (worst rows between unbounded preceding and unbounded following)
                as judged,
            row_number() over worst as place
        from (
        {profile}
        )
        window worst as (partition by {asset} order by {worst})
        qualify place <= {ROWS_PER_ASSET} or {kept}
        order by place
    """


def in_scope(
    connection: duckdb.DuckDBPyConnection, profile: str, scopes: Sequence[Mapping[str, str]]
) -> str:
    """A condition for the rows that lie in a scope; none lies in one of unknown columns."""
    if not scopes:
        return "false"
    known = {name for name, *_ in connection.execute(f"describe {profile}").fetchall()}
    return " or ".join(
        "("
        + " and ".join(
            f"starts_with({name}::varchar, {quoted(value)})" for name, value in scope.items()
        )
        + ")"
        if known.issuperset(scope)
        else "false"
        for scope in scopes
    )


def quoted(value: object) -> str:
    """A text as a literal of SQL."""
    return "'" + str(value).replace("'", "''") + "'"


def explain(error: duckdb.Error) -> str:
    """The kind of an engine's error and the table or column that it misses, never its text."""
    is_about_names = isinstance(error, duckdb.CatalogException | duckdb.BinderException)
    named = NAMED.search(str(error)) if is_about_names else None
    return f"{type(error).__name__}{f', {named.group(0)}' if named else ''}"
