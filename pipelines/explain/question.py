"""What is asked: a figure worded as publications word it, by its id or part by part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from pipelines.contracts.published import check_figure
from pipelines.errors import WrongUse
from pipelines.explain.sql import Dimension

NUMBERS = ("count", "share_pct", "growth_pct", "growth_abs", "ratio")
LISTS = ("rank", "top_members", "members")
SHARES = ("share_pct", "share_pct_rounded", "compare_share")
OF_TWO_YEARS = ("growth_pct", "growth_abs", "ratio")

USAGE = (
    "Give a figure's id, or measure, year and filter: "
    "`helpline explain contacts 2020 channel=chat`."
)


@dataclass(frozen=True)
class Question:
    """A figure, with the columns of `published/*.csv`; an id only where it is published."""

    measure: str
    year: int
    filter: str = ""
    within: str = ""
    known: str = ""
    statistic: str = "count"
    compare_year: int | None = None
    figure_id: str | None = None
    publication: str | None = None
    published: str | None = None

    @property
    def listed(self) -> str | None:
        """The dimension whose members are ranked or listed."""
        return self.filter if self.statistic in LISTS else None


def ask(connection: duckdb.DuckDBPyConnection, words: Sequence[str], **parts: Any) -> Question:
    """Read the words of the command line: a figure's id, or measure, year and filter.

    Raises:
        WrongUse: there is no such figure, the words are none of both, or parts beside an id.
    """
    if len(words) == 1:
        if any(parts.values()):
            raise WrongUse(f"A figure's id says all and takes no option beside it. {USAGE}")
        return _published(connection, words[0])
    if len(words) not in (2, 3) or not words[1].isdecimal():
        raise WrongUse(USAGE)
    given = {name: value for name, value in parts.items() if value}
    question = Question(words[0], int(words[1]), words[2] if len(words) == 3 else "", **given)
    if question.statistic not in NUMBERS:
        raise WrongUse(
            f"Statistic '{question.statistic}' is explained for published figures only. "
            f"Valid: {', '.join(NUMBERS)}."
        )
    if question.statistic in OF_TWO_YEARS and not question.compare_year:
        raise WrongUse(f"Statistic {question.statistic} needs --compare-year.")
    return question


def _published(connection: duckdb.DuckDBPyConnection, figure_id: str) -> Question:
    rows = connection.execute(
        """
        select measure, year, coalesce(filter, ''), coalesce(within, ''), coalesce(known, ''),
            statistic, compare_year, figure_id, publication, published
        from core.published_figures where figure_id = ?
        """,
        [figure_id],
    ).fetchall()
    if not rows:
        raise WrongUse(
            f"There is no published figure '{figure_id}'. "
            '`helpline query "select figure_id from marts.figure_reconciliation"` lists them. '
            f"{USAGE}"
        )
    return Question(*rows[0])


def check(question: Question, dimensions: Mapping[str, Dimension]) -> None:
    """Stop at a name that does not exist.

    Raises:
        WrongUse: unknown measure, statistic, dimension or code; the message has the valid names.
    """
    columns = ("measure", "filter", "within", "known", "statistic")
    row = {column: str(getattr(question, column)) for column in columns}
    row |= {"figure_id": question.figure_id or question.measure, "low": "", "high": ""}
    row |= {"year": str(question.year), "compare_year": str(question.compare_year or "")}
    lists = {dimension.name: dimension.code_list or "" for dimension in dimensions.values()}
    check_figure(Path("helpline explain"), row, lists)
    for name, codes in conditions(question, ("filter", "within"), dimensions).items():
        if not lists[name] and not all(code.isdecimal() for code in codes):
            raise WrongUse(f"helpline explain: {name} takes whole numbers, as in `{name}=4|5`.")


def conditions(
    question: Question, columns: Sequence[str], dimensions: Mapping[str, Dimension]
) -> dict[str, tuple[str, ...]]:
    """The codes that each dimension may have under the given columns of the question."""
    found: dict[str, tuple[str, ...]] = {}
    asked: list[tuple[str, tuple[str, ...]]] = []
    for column in columns:
        for part in filter(None, getattr(question, column).split(";")):
            name, has_codes, codes = part.partition("=")
            if column == "known":
                asked.append((name, dimensions[name].known_codes))
            elif has_codes:
                asked.append((name, tuple(codes.split("|"))))
    for name, codes in asked:
        found[name] = (
            tuple(code for code in found[name] if code in codes) if name in found else codes
        )
    return found
