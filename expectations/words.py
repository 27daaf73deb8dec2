"""How a result is told, the same in the terminal, in the Dagster UI and in the log.

Words carry counts, codes, days and file names; the cause first, then the next command.
"""

from collections.abc import Sequence

from expectations.rule import Row, RuleResult, as_text


def headline(result: RuleResult) -> str:
    """One line: the asset, the rule and what became of it."""
    return f"{result.asset}: {result.rule} {verdict(result)}"


def verdict(result: RuleResult) -> str:
    """What became of a rule, with the worst aggregate that breaks it."""
    if result.error:
        return f"could not be judged ({result.error})."
    accepted = f" Accepted: {result.accepted}." if result.accepted else ""
    if result.passed:
        return f"holds.{accepted}"
    more = len(result.offending) - 1
    others = f", and {more} more" if more else ""
    return f"does not hold: {place(result.offending[0])}{others}.{accepted}"


def details(result: RuleResult) -> str:
    """Markdown: what should hold, and what breaks it."""
    return "\n\n".join(filter(None, [result.description, evidence(result)]))


def evidence(result: RuleResult) -> str:
    """Markdown: the offending aggregates as a table, and the next command."""
    parts = [table(result.offending)] if result.offending else []
    if result.accepted:
        parts.append(f"Accepted: {result.accepted}")
    if result.next_step:
        parts.append(f"Next: {result.next_step}")
        parts.append(f"To accept it: `{accept_command(result)}`")
    return "\n\n".join(parts)


def summary(results: Sequence[RuleResult]) -> str:
    """How many checks hold, and whether the night would publish."""
    failed = [result for result in results if not result.passed]
    stopped = sum(result.stops_publication for result in failed)
    counts = f"{len(results) - len(failed)} of {len(results)} checks hold"
    if stopped:
        return f"{counts}; {stopped} keep the night from publishing, {len(failed) - stopped} warn."
    return f"{counts}; {len(failed)} warn." if failed else f"{counts}."


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


def as_json(result: RuleResult) -> dict[str, object]:
    """A result for scripts."""
    return {
        "rule": result.rule,
        "asset": result.asset,
        "severity": result.severity,
        "passed": result.passed,
        "stops_publication": result.stops_publication,
        "error": result.error,
        "accepted": result.accepted,
        "judged": result.judged,
        "offending": [
            {
                name: value if isinstance(value, int | float | None) else str(value)
                for name, value in row.items()
            }
            for row in result.offending
        ],
        "next_step": result.next_step,
        "page": str(result.page) if result.page else None,
    }
