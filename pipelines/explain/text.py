"""An explanation as lines of text for a terminal."""

from collections.abc import Iterator

from pipelines.explain import Explanation

SHOWN_DELIVERIES = 20
"""More deliveries than these are summed up by source; `--json` lists them all."""


def lines_of(explanation: Explanation) -> Iterator[str]:
    """Lines to print: value, meaning, SQL, records and deliveries."""
    question = explanation.question
    yield _line("Value", explanation.value)
    if question.figure_id:
        yield _line(
            "Published", f"{question.published} ({question.publication}): {explanation.status}"
        )
    yield _line("Definition", explanation.definition)
    yield _line("Unit", explanation.unit)
    yield _line("Denominator", explanation.denominator)
    if explanation.caveats:
        yield _line("Caveats", ", ".join(explanation.caveats))
    for step in explanation.steps:
        shown = "" if step.value is None else f": {step.value:g}"
        yield ""
        yield _line("Step", f"{step.name}{shown}")
        yield _line("Marts", step.marts or "no table of the marts holds this")
        yield _line("Cube", step.cube or "no single cube holds this")
    yield ""
    yield _line("Records", f"{explanation.records} of {len(explanation.deliveries)} deliveries")
    yield from _deliveries(explanation)


def _deliveries(explanation: Explanation) -> Iterator[str]:
    if len(explanation.deliveries) <= SHOWN_DELIVERIES:
        for source, file_name, records in explanation.deliveries:
            yield f"{records:>13}  {source}/{file_name}"
        return
    for source in sorted({source for source, _, _ in explanation.deliveries}):
        counts = [records for name, _, records in explanation.deliveries if name == source]
        yield f"{sum(counts):>13}  {source}: {len(counts)} files (--json lists them)"


def _line(name: str, text: str) -> str:
    return f"{name:<13}{text}"
