"""Suites as Dagster asset checks: one operation per border, one check per rule and asset.

Belongs here: what Dagster shows of a result. Not here: rules and how they are judged
(`expectations`). Two operations and not one, because a single one over raw and marts would be a
circle in the graph; blocking, so that a failed border 1 stops dbt and a failed border 2 stops the
release.
"""

from collections.abc import Iterator, Sequence

import dagster as dg

from expectations import Border, Rule, RuleResult, rules_of, run_border
from expectations.words import evidence, verdict
from pipelines.contracts import Contract
from pipelines.errors import CannotRun
from pipelines.guard import WRITER
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse


def border_checks(
    settings: Settings, contracts: Sequence[Contract], marts: Sequence[dg.AssetKey]
) -> list[dg.AssetChecksDefinition]:
    """The checks of both borders: of every source that has a contract, and of every mart."""
    raw = [
        check_spec(rule, dg.AssetKey(["raw", contract.source]))
        for rule in rules_of("raw")
        for contract in contracts
        if rule.entity is None or rule.entity in contract.entities
    ]
    of_marts = [
        check_spec(rule, key)
        for rule in rules_of("marts")
        for mart in rule.assets
        if (key := dg.AssetKey(["marts", mart])) in marts
    ]
    return [border_check(settings, "raw", raw), border_check(settings, "marts", of_marts)]


def check_spec(rule: Rule, asset: dg.AssetKey) -> dg.AssetCheckSpec:
    """What the UI shows of a rule before it was ever judged."""
    return dg.AssetCheckSpec(
        name=rule.name,
        asset=asset,
        description=f"{rule.description}\n\nWhy {rule.severity}: {rule.reason}",
        blocking=rule.severity == "blocking",
    )


def border_check(
    settings: Settings, border: Border, specs: Sequence[dg.AssetCheckSpec]
) -> dg.AssetChecksDefinition:
    """One operation that judges a whole border."""

    @dg.multi_asset_check(
        name=f"border_{border}",
        specs=specs,
        description=f"Every rule of the border {border}, judged by Great Expectations.",
        pool="warehouse",
        required_resource_keys={WRITER},
        can_subset=True,  # one mart can be made from the UI, with its own checks
    )
    def judge_border(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
        wanted = context.selected_asset_check_keys
        current = settings.current_release
        with open_warehouse(settings, read_only=True) as connection:
            results = run_border(
                connection, border, settings, current.resolve() if current.exists() else None
            )
        for result in results:
            if dg.AssetCheckKey(asset_key(result), result.rule) in wanted:
                yield to_dagster(result)
        unjudged = {
            f"{result.rule} ({result.error})" for result in results if result.error is not None
        }
        if unjudged:
            raise CannotRun(
                f"Border {border} could not be judged: {', '.join(sorted(unjudged))}. Nothing was "
                "published; `helpline doctor` may know the cause."
            )

    return judge_border


def asset_key(result: RuleResult) -> dg.AssetKey:
    """The asset that a result concerns."""
    return dg.AssetKey(result.asset.split("/"))


def to_dagster(result: RuleResult) -> dg.AssetCheckResult:
    """What the UI shows of one result: severity, words, and a table of the offending aggregates.

    A rule that could not be judged is no failure of the data: it warns here, and stops the step.
    """
    metadata: dict[str, dg.MetadataValue] = {"judged": dg.MetadataValue.int(result.judged)}
    if result.page:
        metadata["data_docs"] = dg.MetadataValue.path(str(result.page))
    is_failure = result.severity == "blocking" and result.error is None
    return dg.AssetCheckResult(
        passed=result.passed,
        asset_key=asset_key(result),
        check_name=result.rule,
        severity=dg.AssetCheckSeverity.ERROR if is_failure else dg.AssetCheckSeverity.WARN,
        description="\n\n".join(filter(None, [verdict(result), evidence(result)])),
        metadata=metadata,
    )
