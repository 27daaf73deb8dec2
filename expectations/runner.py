"""Great Expectations as the judge: one batch and one suite per border, one expectation per rule.

A call of Great Expectations costs milliseconds whatever the size of its frame, so the frames of
all rules stand side by side in one batch (columns `<rule>.<column>`), and one suite judges them.
Results are counts only. Importing the engine takes seconds, so it is imported when it judges.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from expectations.frames import Frame
from expectations.rule import Agrees, Border
from pipelines.deferred import defer

if TYPE_CHECKING:
    import pandas as pd
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.expectations.expectation import Expectation
    from great_expectations.expectations.expectation_configuration import ExpectationConfiguration


@dataclass(frozen=True)
class Verdicts:
    """What the engine said: per rule how many rows break it, or why it could not be judged."""

    broken: dict[str, int]
    errors: dict[str, str]
    results: "ExpectationSuiteValidationResult"


def judge(border: Border, frames: Sequence[Frame]) -> Verdicts:
    """Let Great Expectations judge every frame that has rows."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    defer("scipy.stats", "altair")
    import great_expectations as gx
    from great_expectations.data_context.types.base import (
        DataContextConfig,
        InMemoryStoreBackendDefaults,
        ProgressBarsConfig,
    )

    context = gx.get_context(
        mode="ephemeral",
        project_config=DataContextConfig(
            progress_bars=ProgressBarsConfig(globally=False),
            # or it would leave a folder in the system's temporary one, each time
            store_backend_defaults=InMemoryStoreBackendDefaults(init_temp_docs_sites=False),
        ),
    )
    batch = context.data_sources.pandas_default.read_dataframe(
        side_by_side(frames), asset_name=f"border_{border}"
    )
    suite = gx.ExpectationSuite(
        name=f"border_{border}", expectations=[expectation(frame) for frame in frames]
    )
    with configured_once():
        results = batch.validate(
            suite, result_format={"result_format": "BASIC", "partial_unexpected_count": 0}
        )
    broken: dict[str, int] = {}
    errors: dict[str, str] = {}
    for result in results.results:  # those that raised come first: the order is not the suite's
        config = result.expectation_config
        assert config is not None, "a result names the expectation that it is about"
        rule = str(config.meta["rule"])
        raised = _raised(result.exception_info)
        if raised:
            errors[rule] = raised
        else:
            broken[rule] = int(result.result["unexpected_count"])
    return Verdicts(broken, errors, results)


@contextmanager
def configured_once() -> Iterator[None]:
    """Have every expectation build its configuration once.

    The engine asks each of them for it a hundred times and builds it anew each time: a quarter of
    what judging costs.
    """
    from great_expectations.expectations.expectation import Expectation

    as_theirs: property = vars(Expectation)["configuration"]
    # with the expectation itself: while it is kept, no other can have its id
    built: dict[int, tuple[Expectation, ExpectationConfiguration]] = {}

    def configuration(self: "Expectation") -> "ExpectationConfiguration":
        if id(self) not in built:
            built[id(self)] = (self, as_theirs.__get__(self))
        return built[id(self)][1]

    Expectation.configuration = property(configuration)  # type: ignore[assignment,method-assign]  # a property, though mypy takes it for a method
    try:
        yield
    finally:
        Expectation.configuration = as_theirs  # type: ignore[assignment,method-assign]  # the same


def side_by_side(frames: Sequence[Frame]) -> "pd.DataFrame":
    """One table of the judged columns of all frames; shorter ones end in blanks."""
    import pandas as pd

    columns = {
        f"{frame.rule.name}.{name}": pd.Series([row[name] for row in frame.rows], dtype="float64")
        for frame in frames
        for name in judged_columns(frame)
    }
    return pd.DataFrame(columns)


def judged_columns(frame: Frame) -> tuple[str, ...]:
    """The columns that the claim of a rule is about."""
    return ("expected", "found") if isinstance(frame.rule.claim, Agrees) else ("measure",)


def expectation(frame: Frame) -> "Expectation":
    """The expectation of a rule, which carries its name, description, severity and reason."""
    from great_expectations.expectations.core.expect_column_pair_values_to_be_equal import (
        ExpectColumnPairValuesToBeEqual,
    )
    from great_expectations.expectations.core.expect_column_values_to_be_between import (
        ExpectColumnValuesToBeBetween,
    )
    from great_expectations.expectations.metadata_types import FailureSeverity

    rule = frame.rule
    severity = FailureSeverity.CRITICAL if rule.severity == "blocking" else FailureSeverity.WARNING
    if isinstance(rule.claim, Agrees):
        return ExpectColumnPairValuesToBeEqual(
            column_A=f"{rule.name}.expected",
            column_B=f"{rule.name}.found",
            description=f"{rule.name}: {rule.description}",
            notes=rule.reason,
            severity=severity,
            meta={"rule": rule.name},
        )
    return ExpectColumnValuesToBeBetween(
        column=f"{rule.name}.measure",
        max_value=rule.claim.limit,
        description=f"{rule.name}: {rule.description}",
        notes=rule.reason,
        severity=severity,
        meta={"rule": rule.name},
    )


def _raised(exception_info: dict[str, object]) -> str | None:
    """The kind of exception that an expectation raised, if it did; its text may quote data."""
    alone = "raised_exception" in exception_info
    for info in [exception_info] if alone else exception_info.values():
        if isinstance(info, dict) and info.get("raised_exception"):
            last_line = str(info.get("exception_traceback") or "").strip().rsplit("\n", 1)[-1]
            return last_line.split(":", 1)[0].rsplit(".", 1)[-1] or "an exception"
    return None
