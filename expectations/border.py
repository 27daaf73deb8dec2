"""One border, from the warehouse to its results: measure, judge, take what was accepted, tell."""

import json
from collections import defaultdict
from pathlib import Path

import duckdb

from expectations.frames import Frame, measure, prepare
from expectations.marts_suite import MARTS_RULES
from expectations.raw_suite import RAW_RULES
from expectations.rule import Border, Row, Rule, RuleResult
from pipelines.settings import Settings


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
    from expectations.runner import judge

    prepare(connection, border, last_load_number(connection, current_release))
    frames = [measure(connection, border, rule) for rule in rules_of(border)]
    verdicts = judge(border, [frame for frame in frames if frame.error is None])
    sources = source_entities(connection) if border == "raw" else {}
    results: list[RuleResult] = []
    for frame in frames:
        name = frame.rule.name
        results += results_of(
            frame, sources, verdicts.holds.get(name), frame.error or verdicts.errors.get(name)
        )
    return results


def last_load_number(connection: duckdb.DuckDBPyConnection, current_release: Path | None) -> int:
    """The last delivery that readers have; 0 where all are news.

    A warehouse that was rebuilt numbers its deliveries anew. One that holds fewer than the release
    says was, and is judged from the beginning.
    """
    if current_release is None:
        return 0
    try:
        manifest = json.loads((current_release / "MANIFEST.json").read_text(encoding="utf-8"))
        released = int(manifest["last_load_number"] or 0)
    except (OSError, ValueError, KeyError, TypeError):
        # a release that cannot say what it includes is compared with, but includes nothing
        return 0
    row = connection.execute("select max(load_number) from raw.deliveries").fetchone()
    loaded = row[0] if row and row[0] is not None else 0
    return released if loaded >= released else 0


def source_entities(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Every source with the entities that it fills, as the contracts of this night say."""
    found = connection.execute(
        "select source, flatten(list(entity_list)) from raw.sources group by source order by source"
    ).fetchall()
    return {source: set(entities) for source, entities in found}


def results_of(
    frame: Frame, sources: dict[str, set[str]], holds: bool | None, error: str | None
) -> list[RuleResult]:
    """One result per asset that a rule concerns."""
    rule = frame.rule
    broken: dict[str, list[Row]] = defaultdict(list)
    for row in frame.rows:
        if rule.claim.is_broken_by(row):
            broken[rule.asset or f"raw/{row['source']}"].append(row)
    if error is None and holds == bool(broken):
        error = "the judge and the frame disagree"
    assets = (
        [rule.asset]
        if rule.asset
        else [
            f"raw/{source}"
            for source, entities in sources.items()
            if rule.entity is None or rule.entity in entities
        ]
    )
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
            judged=frame.judged,
        )
        for asset in assets
    ]


def next_step(rule: Rule, offending: list[Row]) -> str:
    """What to do next, with the first offending row filled in."""
    if not offending:
        return ""
    return rule.next_step.format_map({name: str(value) for name, value in offending[0].items()})
