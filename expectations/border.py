"""One border, from the warehouse to its results: measure, judge, take what was accepted, tell."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from expectations.accepted import (
    Acceptance,
    after_night,
    read_acceptances,
    write_acceptances,
)
from expectations.frames import Frame, asset_of, lay_out, measure
from expectations.marts_suite import MARTS_RULES
from expectations.raw_suite import RAW_RULES
from expectations.rule import Border, Row, Rule, RuleResult
from expectations.scope import NOTHING_YET, Scope, scope_of
from pipelines.errors import CannotRun, WrongUse
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse

if TYPE_CHECKING:
    from expectations.runner import Verdicts

BORDERS: tuple[Border, ...] = ("raw", "marts")


def rules_of(border: Border) -> tuple[Rule, ...]:
    """The rules of a border, in the order in which they are shown."""
    return RAW_RULES if border == "raw" else MARTS_RULES


def run_border(
    connection: duckdb.DuckDBPyConnection,
    border: Border,
    settings: Settings,
    current_release: Path | None,
) -> list[RuleResult]:
    """Judge every rule of a border on the warehouse behind `connection`.

    Args:
        connection: of the warehouse; reading is enough.
        border: `raw` judges the deliveries that `current_release` does not include yet, `marts`
            the marts, also against those of `current_release`.
        settings: where accepted anomalies and Data Docs are kept.
        current_release: folder of the release that readers use; none on the first night.

    Returns:
        one result per rule and asset, in the order of the suite.
    """
    # pyarrow and Great Expectations, which only judging needs, take long to import
    from expectations.data_docs import write_page
    from expectations.runner import judge

    scope = scope_of(connection, settings, current_release)
    accepted = [entry for entry in read_acceptances(settings) if entry.is_open(settings.today)]
    frames = measure_border(connection, border, scope, accepted, current_release)
    # what measured nothing has nothing to judge, and a call of the engine costs milliseconds
    verdicts = judge(border, [frame for frame in frames if frame.rows])
    page = write_page(settings, border, scope.night, scope.run_id, verdicts.results)
    if accepted:
        keep_acceptances(settings, frames, scope)
    return [
        result
        for frame in frames
        for result in results_of(frame, verdicts, scope.sources, accepted, page)
    ]


def check(settings: Settings, select: str | None = None) -> list[RuleResult]:
    """Judge both borders as they are now, without a night.

    Args:
        settings: of the warehouse.
        select: only results whose rule or asset begins with it (`volume`, `raw/phone`, `marts`).

    Raises:
        CannotRun: nothing came in yet, or another process holds the warehouse.
        WrongUse: nothing has that name.
    """
    if not settings.warehouse.exists():
        raise CannotRun(NOTHING_YET)
    current = settings.current_release
    release = current.resolve() if current.exists() else None
    with open_warehouse(settings, read_only=True) as connection:
        results = [
            result
            for border in BORDERS
            for result in run_border(connection, border, settings, release)
        ]
    chosen = [
        result
        for result in results
        if select is None or result.rule.startswith(select) or result.asset.startswith(select)
    ]
    if not chosen:
        names = sorted({rule.name for border in BORDERS for rule in rules_of(border)})
        raise WrongUse(f"No rule and no asset is called {select}. Rules: {', '.join(names)}.")
    return chosen


def measure_border(
    connection: duckdb.DuckDBPyConnection,
    border: Border,
    scope: Scope,
    accepted: Sequence[Acceptance],
    current_release: Path | None,
) -> list[Frame]:
    """Lay out what the rules share, then measure each; what cannot be laid judges nothing."""
    from expectations.release import beside_release

    connection.execute("set variable last_load_number = ?", [scope.released_load])
    connection.execute("set variable frozen_years = ?", [scope.frozen_years])
    rules = rules_of(border)
    with beside_release(connection, current_release) if border == "marts" else nullcontext():
        missing = lay_out(connection, border)
        if missing:
            return [Frame(rule, error=missing) for rule in rules]
        return [
            measure(
                connection,
                border,
                rule,
                [entry.scope for entry in accepted if entry.rule == rule.name],
            )
            for rule in rules
        ]


def results_of(
    frame: Frame,
    verdicts: "Verdicts",
    sources: dict[str, set[str]],
    accepted: Sequence[Acceptance],
    page: Path,
) -> list[RuleResult]:
    """One result per asset that a rule concerns."""
    rule = frame.rule
    entries = [entry for entry in accepted if entry.rule == rule.name]
    broken: dict[str, list[Row]] = defaultdict(list)
    notes: dict[str, list[str]] = defaultdict(list)
    for row in frame.broken:
        entry = next((entry for entry in entries if entry.covers(row)), None)
        if entry is None:
            broken[asset_of(row)].append(row)
        elif str(entry) not in notes[asset_of(row)]:
            notes[asset_of(row)].append(str(entry))
    error = frame.error or verdicts.errors.get(rule.name)
    if error is None and verdicts.broken.get(rule.name, 0) != len(frame.broken):
        error = "the judge and the frame disagree"
    return [
        RuleResult(
            rule=rule.name,
            asset=asset,
            severity=rule.severity,
            passed=error is None and not broken[asset],
            description=rule.description,
            offending=broken[asset],
            next_step=next_step(rule, broken[asset]),
            error=error,
            accepted="; ".join(notes[asset]) or None,
            judged=frame.judged.get(asset, 0),
            page=page,
        )
        for asset in assets_of(rule, sources)
    ]


def keep_acceptances(settings: Settings, frames: Sequence[Frame], scope: Scope) -> None:
    """Note which accepted anomalies were met again, and let lapse those that are gone."""
    entries = read_acceptances(settings)
    by_rule = {frame.rule.name: frame for frame in frames if frame.error is None}
    kept = [
        after_night(
            entry,
            by_rule[entry.rule].rows,
            by_rule[entry.rule].broken,
            scope.released_load,
            scope.last_load,
            settings.today,
        )
        if entry.rule in by_rule and entry.is_open(settings.today)
        else entry
        for entry in entries
    ]
    if kept != entries:
        write_acceptances(settings, kept)


def assets_of(rule: Rule, sources: dict[str, set[str]]) -> list[str]:
    """Every asset that a rule concerns: its marts, or the sources that fill its entity."""
    if rule.assets:
        return [f"marts/{mart}" for mart in rule.assets]
    return [
        f"raw/{source}"
        for source, entities in sources.items()
        if rule.entity is None or rule.entity in entities
    ]


def next_step(rule: Rule, offending: list[Row]) -> str:
    """What to do next, with the first offending row filled in."""
    if not offending:
        return ""
    return rule.next_step.format_map({name: str(value) for name, value in offending[0].items()})
