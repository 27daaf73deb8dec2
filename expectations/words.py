"""How a result is told, the same in the terminal, in the Dagster UI and in the log.

Words carry counts, codes, days and file names; the cause first, then the next command.
"""

import datetime as dt
from collections.abc import Sequence

from expectations.rule import Cell, Row, RuleResult


def headline(result: RuleResult) -> str:
    """One line: the asset, the rule and what became of it."""
    if result.error:
        return f"{result.asset}: {result.rule} could not be judged ({result.error})."
    if result.passed:
        return f"{result.asset}: {result.rule} holds."
    return f"{result.asset}: {result.rule} does not hold ({place(result.offending[0])})."


def details(result: RuleResult) -> str:
    """Markdown: what should hold, the offending aggregates as a table, and the next command."""
    parts = [result.description]
    if result.offending:
        parts.append(table(result.offending))
    if result.accepted:
        parts.append(f"Accepted: {result.accepted}")
    if result.next_step:
        parts.append(f"Next: {result.next_step}")
    return "\n\n".join(parts)


def place(row: Row) -> str:
    """An offending aggregate in a few words: where, and what was expected and found."""
    return ", ".join(f"{name} {cell(value)}" for name, value in row.items() if value is not None)


def table(rows: Sequence[Row]) -> str:
    """A Markdown table of aggregates; columns that are blank throughout are left out."""
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    lines = [names, ["---"] * len(names)]
    lines += [[cell(row[name]).replace("|", "\\|") for name in names] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def cell(value: Cell) -> str:
    """One aggregate as text: whole numbers without decimals, blanks as a dash."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:.4g}" if value != int(value) else str(int(value))
    if isinstance(value, dt.date):
        return value.isoformat()
    return str(value)
