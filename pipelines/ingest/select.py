"""The select that types and codes a delivery: named SQL expressions in four nested levels.

What the expressions are stands in `typed`, which builds them from a contract.
"""

from dataclasses import dataclass, field

Columns = dict[str, str]


@dataclass
class Select:
    """The select that types and codes the rows of one delivery, and what its faults mean."""

    texts: Columns = field(default_factory=dict)
    parsed: Columns = field(default_factory=dict)
    values: Columns = field(default_factory=dict)
    late: Columns = field(default_factory=dict)
    """Values made of other values."""
    kept: list[str] = field(default_factory=list)
    faults: list[tuple[str, str, str]] = field(default_factory=list)
    """(condition, reason, column), in the order in which the first one counts"""

    def statement(self, source: str) -> str:
        """The select over a relation that has `file` and the columns of `texts`."""
        whens = " ".join(f"when {test} then {n}" for n, (test, *_) in enumerate(self.faults))
        fault = f"case {whens} end" if whens else "null"
        parsed = columns({**dict.fromkeys(self.texts, ""), **self.parsed})
        kept = columns({name: self.late.get(name, "") for name in self.kept})
        return (
            f"select file, cast({fault} as utinyint) as fault, {kept} "
            f"from (select *, {columns(self.values)} "
            f"from (select file, {parsed} from (select file, {columns(self.texts)} from {source})))"
        )

    def fault(self, test: str, reason: str, column: str) -> None:
        """A row for which `test` holds is rejected."""
        self.faults.append((test, reason, column))


def columns(expressions: Columns) -> str:
    """`expression as name, …`; an empty expression stands for the column itself."""
    return ", ".join(f"{text} as {name}" if text else name for name, text in expressions.items())
