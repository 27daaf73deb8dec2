"""Where a figure comes from: its meaning, the SQL that gives it, and the deliveries behind it.

Counts, file names and SQL only: no record is read out here. What a statistic means is decided by
`marts.figure_reconciliation`; here it is shown step by step.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from pipelines.errors import CannotRun
from pipelines.explain.question import (
    OF_TWO_YEARS,
    SHARES,
    Question,
    ask,
    check,
    conditions,
)
from pipelines.explain.sql import (
    Dimension,
    cube_sql,
    fact_sql,
    marts_sql,
    read_dimensions,
    without_groups,
)
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse

ALL_CONDITIONS = ("filter", "within", "known")


@dataclass(frozen=True)
class Step:
    """One count that a figure needs; `marts` and `cube` are SQL, None where none holds it."""

    name: str
    value: float | None
    marts: str | None
    cube: str | None


@dataclass(frozen=True)
class Explanation:
    """All that `helpline explain` prints; `deliveries` are (source, file name, records)."""

    question: Question
    value: str
    status: str | None
    definition: str
    unit: str
    denominator: str
    caveats: tuple[str, ...]
    steps: tuple[Step, ...]
    records: int
    deliveries: tuple[tuple[str, str, int], ...]


def explain(settings: Settings, words: Sequence[str], **parts: Any) -> Explanation:
    """Explain a published figure (`words`: its id) or any other (measure, year and filter).

    Args:
        settings: whose warehouse is asked; no run may hold it meanwhile.
        words: a figure's id, or measure, year and optionally a filter such as `channel=chat`.
        parts: within, known, statistic and compare_year of a figure that is not published.

    Raises:
        WrongUse: there is no such figure, measure, dimension or code; the message lists them.
        CannotRun: there is no warehouse yet, or a run holds it.
    """
    if not settings.warehouse.exists():
        raise CannotRun("There is no warehouse yet: `helpline run` makes it.")
    with open_warehouse(settings, read_only=True) as connection:
        try:
            return answer(connection, ask(connection, words, **parts))
        except duckdb.CatalogException:
            raise CannotRun("There are no marts yet: `helpline run` makes them.") from None


def answer(connection: duckdb.DuckDBPyConnection, question: Question) -> Explanation:
    """Look up everything about one figure."""
    dimensions = read_dimensions(connection)
    check(question, dimensions)
    steps = tuple(_steps(connection, question, dimensions))
    years = sorted({question.year, question.compare_year or question.year})
    behind = without_groups(conditions(question, ALL_CONDITIONS, dimensions), dimensions)
    deliveries = connection.execute(
        fact_sql(question.measure, years, behind, dimensions)
    ).fetchall()
    ((unit, meaning),) = connection.execute(
        "select unit, definition from codes.measures where measure = ?", [question.measure]
    ).fetchall()
    if question.figure_id:
        ((value, status),) = connection.execute(
            "select computed, status from marts.figure_reconciliation where figure_id = ?",
            [question.figure_id],
        ).fetchall()
    else:
        value, status = computed(question, steps), None
    return Explanation(
        question=question,
        value=value or "cannot be computed",
        status=status,
        definition=f"{_worded(question)}. {meaning}",
        unit=_unit(question, unit),
        denominator=_denominator(question),
        caveats=_caveats(connection, question, years, tuple(behind)),
        steps=steps,
        records=sum(records for _, _, records in deliveries),
        deliveries=tuple(deliveries),
    )


def _steps(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    dimensions: Mapping[str, Dimension],
) -> list[Step]:
    wanted: list[tuple[str, int, Sequence[str]]] = [("the figure", question.year, ALL_CONDITIONS)]
    if question.listed:
        wanted = [(f"by {question.listed}", question.year, ("within", "known"))]
    if question.statistic in SHARES:
        wanted.append(("the whole", question.year, ("within", "known")))
    if question.statistic == "compare_share":
        wanted.append(("the same over all", question.year, ("filter", "known")))
        wanted.append(("the whole of all", question.year, ("known",)))
    if question.statistic in OF_TWO_YEARS and question.compare_year:
        wanted.append((f"in {question.compare_year}", question.compare_year, ALL_CONDITIONS))
    steps = []
    for name, year, columns in wanted:
        asked = conditions(question, columns, dimensions)
        plain = without_groups(asked, dimensions)
        listed = question.listed
        marts = marts_sql(connection, question.measure, year, asked, listed) or marts_sql(
            connection, question.measure, year, plain, listed
        )
        is_grouped = listed is not None and listed in {one.group for one in dimensions.values()}
        cube = (
            None
            if is_grouped
            else cube_sql(connection, question.measure, year, plain, dimensions, listed)
        )
        value = connection.execute(marts).fetchone() if marts and not listed else None
        steps.append(Step(name, value[0] if value else None, marts, cube))
    return steps


def computed(question: Question, steps: Sequence[Step]) -> str | None:
    """The value of a figure that is not published, from its counts; None if one is not there."""
    counts = [step.value for step in steps]
    if any(count is None for count in counts):
        return None
    part = counts[0] or 0
    if question.statistic == "count":
        return f"{part:g}" if part != int(part) else str(int(part))
    other = counts[1] or 0
    if question.statistic == "growth_abs":
        return str(int(part - other))
    if not other:
        return None
    ratio = part / other
    number = {"share_pct": 100 * ratio, "growth_pct": 100 * (ratio - 1), "ratio": ratio}
    return f"{number[question.statistic]:.4f}"


def _worded(question: Question) -> str:
    text = f"{question.statistic} of {question.measure} of {question.year}"
    if question.filter:
        text += f", {question.filter}"
    if question.within:
        text += f", within {question.within}"
    if question.compare_year:
        text += f", against {question.compare_year}"
    return text


def _unit(question: Question, unit: str) -> str:
    if question.statistic in ("share_pct", "share_pct_rounded", "growth_pct"):
        return "per cent"
    if question.statistic == "compare_share":
        return "relation between two shares"
    return {"ratio": "ratio"}.get(question.statistic, "codes" if question.listed else unit)


def _denominator(question: Question) -> str:
    if question.statistic in OF_TWO_YEARS:
        return f"the same of {question.compare_year}"
    if question.statistic not in SHARES:
        return "none"
    text = f"{question.measure} of {question.year}"
    if question.within:
        text += f" with {question.within}"
    return text + (f", {question.known} known" if question.known else "")


def _caveats(
    connection: duckdb.DuckDBPyConnection,
    question: Question,
    years: Sequence[int],
    names: Sequence[str],
) -> tuple[str, ...]:
    rows = connection.execute(
        """
        select distinct unnest(string_split(caveat, '|')) from marts.figures
        where measure = ? and list_contains(?, year) and list_contains(?, breakdown) order by 1
        """,
        [question.measure, list(years), ["all", *names]],
    ).fetchall()
    return tuple(code for (code,) in rows)
