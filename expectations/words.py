"""How a result is told, the same in the terminal, in the Dagster UI and in the log.

Words carry counts, codes, days and file names; the cause first, then the next command.
"""

from collections.abc import Sequence

from expectations.rule import Row, RuleResult, as_text


def headline(result: RuleResult) -> str:
    """One line: the asset, the rule and what became of it."""
    if result.error:
        return f"{result.asset}: {result.rule} could not be judged ({result.error})."
    if result.passed:
        accepted = f"; accepted: {result.accepted}" if result.accepted else ""
        return f"{result.asset}: {result.rule} holds{accepted}."
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
        parts.append(f"To accept it: `{accept_command(result)}`")
    return "\n\n".join(parts)


def place(row: Row) -> str:
    """An offending aggregate in a few words: where, and what was expected and found."""
    return ", ".join(f"{name} {as_text(value)}" for name, value in row.items() if value is not None)


def table(rows: Sequence[Row]) -> str:
    """A Markdown table of aggregates; columns that are blank throughout are left out."""
    names = [name for name in rows[0] if any(row[name] is not None for row in rows)]
    lines = [names, ["---"] * len(names)]
    lines += [[as_text(row[name]).replace("|", "\\|") for name in names] for row in rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


SCOPE = ("source", "site", "mart", "year", "day", "first_day", "dimension", "item", "column_name")


def accept_command(result: RuleResult) -> str:
    """The command with which an operator accepts the first offending aggregate."""
    row = result.offending[0]
    scope = ",".join(f"{name}={as_text(row[name])}" for name in SCOPE if row.get(name) is not None)
    return f'helpline check --accept {result.rule} --scope "{scope}" --reason "…"'
