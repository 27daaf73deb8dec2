"""`make bench`: measure, compare the answers, write `docs/performance.md`.

The commands of all scales run in turn, as many times as asked, so that a machine whose speed drifts
is no advantage to any. Every run is written down at once: a broken series loses nothing, and
`--report` writes the page from what is there.
"""

import argparse
import datetime as dt
import json
import os
import sys
from pathlib import Path

from benchmarks import measure
from benchmarks.cases import Case, cases_at, start_up

PROJECT = Path(__file__).parent.parent

RESULTS = "results.jsonl"


def main() -> None:
    """Read the arguments, measure what they ask for, write the page."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--scales", default="1,20", help="multiples of the sample")
    parser.add_argument("--large", action="store_true", help="also 200 times the sample")
    parser.add_argument("--runs", type=int, default=5, help="times that each command runs")
    parser.add_argument("--large-runs", type=int, default=3, help="the same, at 200 times")
    parser.add_argument("--only", default="", help="commands whose name holds one of these words")
    parser.add_argument("--work", type=Path, default=PROJECT / "build" / "bench")
    parser.add_argument("--report", action="store_true", help="measure nothing, write the page")
    chosen = parser.parse_args()
    work = chosen.work.absolute()
    work.mkdir(parents=True, exist_ok=True)
    if not chosen.report:
        scales = [int(scale) for scale in chosen.scales.split(",") if scale]
        words = [word for word in chosen.only.split(",") if word]
        measure_in_turn(
            {
                scale: chosen.large_runs if scale >= 100 else chosen.runs
                for scale in [*scales, *([200] if chosen.large else [])]
            },
            words,
            work,
        )
    from benchmarks import performance

    performance.write(read_results(work), PROJECT / "docs")


def measure_in_turn(runs: dict[int, int], words: list[str], work: Path) -> None:
    """Run every case in rounds, as many as its scale asks; the first compares answers."""
    cases = {scale: cases_of(scale, words, work) for scale in runs}
    for run in range(max(runs.values(), default=0)):
        for scale in (scale for scale, most in runs.items() if run < most):
            for case in cases[scale]:
                case.prepare()
                os.sync()  # what it copied is not written back while the command runs
                cost = measure.run(case.command, case.environment, work / "output.log")
                note(work, scale, run, case, cost)
                if run == 0:
                    case.check()


def cases_of(scale: int, words: list[str], work: Path) -> list[Case]:
    """The cases of a scale that were asked for; start-up is measured with the sample's."""
    cases = cases_at(scale, work) + (start_up(work / "home-1") if scale == 1 else [])
    return [case for case in cases if not words or any(word in case.name for word in words)]


def note(work: Path, scale: int, run: int, case: Case, cost: measure.Cost) -> None:
    """Write one run down, and tell it."""
    say(f"{scale}× {case.name}: {cost.cpu_s} CPU s, {cost.wall_s} s, {cost.memory_mb} MB")
    row = {
        "at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "scale": scale,
        "case": case.name,
        "run": run,
        "cpu_s": cost.cpu_s,
        "wall_s": cost.wall_s,
        "memory_mb": cost.memory_mb,
    }
    with (work / RESULTS).open("a") as file:
        file.write(json.dumps(row) + "\n")


def read_results(work: Path) -> list[dict[str, object]]:
    """Every run that was written down."""
    lines = (work / RESULTS).read_text().splitlines()
    return [json.loads(line) for line in lines]


def say(text: str) -> None:
    """Progress, on stderr."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
