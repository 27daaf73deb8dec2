"""`make soak`: hundreds of nights that are killed or run out of disk, each healed and compared.

    python -m tests.faults --kills 500 --disks 100 --folder build/soak

Goes on where it was stopped: finished trials stand in `<folder>/trials.jsonl`. Ends with 1 if
anything was lost, doubled, torn or not healed; the home of such a trial is kept.
"""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.faults.ground import make_ground
from tests.faults.nursery import night_in_peace, warm_up
from tests.faults.traps import POINTS
from tests.faults.trials import Disturber, Trial

AIMED = 2
"""Kills of a chain that are aimed at a point, until every point has had its turn."""


def main() -> int:
    """Run what is asked, and say what came of it."""
    asked = arguments()
    folder = asked.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    warm_up()
    ground = make_ground(folder / "ground", night_in_peace)
    done = [Trial(**json.loads(line)) for line in lines_of(folder / "trials.jsonl")]
    disturber = Disturber(ground, folder, asked.seed)
    with (folder / "trials.jsonl").open("a") as record:
        for trial in trials(disturber, done, asked):
            done.append(trial)
            record.write(json.dumps(trial.as_json()) + "\n")
            record.flush()
            tell(trial, done)
    summary = summarise(done)
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n")
    say(json.dumps(summary, indent=2))
    return 1 if summary["faults"] else 0


def arguments() -> argparse.Namespace:
    """How many disturbances, where, and from which seed."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--kills", type=int, default=500)
    parser.add_argument("--disks", type=int, default=100)
    parser.add_argument("--chain", type=int, default=8, help="in a row before a night in peace")
    parser.add_argument("--folder", type=Path, default=Path("build/soak"))
    parser.add_argument("--seed", type=int, default=1712)
    return parser.parse_args()


def trials(disturber: Disturber, done: list[Trial], asked: argparse.Namespace) -> Iterator[Trial]:
    """The trials that are still to do, kills and full disks in turn as far as there are both."""
    while True:
        kills = asked.kills - count_of(done, "kills")
        disks = asked.disks - count_of(done, "disks")
        if kills <= 0 and disks <= 0:
            return
        if kills * asked.disks >= disks * asked.kills and kills > 0:
            number = sum(trial.kind == "kills" for trial in done)
            aimed = POINTS[number * AIMED :][:AIMED]
            yield disturber.kills(number, min(asked.chain, kills), aimed)
        else:
            number = sum(trial.kind == "disks" for trial in done)
            yield disturber.full_disks(number, min(asked.chain, disks))


def count_of(done: list[Trial], kind: str) -> int:
    """Disturbances of a kind so far."""
    return sum(len(trial.places) for trial in done if trial.kind == kind)


def lines_of(record: Path) -> list[str]:
    """Lines of a record, if there is one."""
    return record.read_text().splitlines() if record.exists() else []


def tell(trial: Trial, done: list[Trial]) -> None:
    """A line of progress."""
    what = "; ".join(trial.faults) or f"healed in {trial.seconds:.1f} s"
    say(
        f"{time.strftime('%H:%M:%S')} kills {count_of(done, 'kills')} "
        f"disks {count_of(done, 'disks')} | {trial.kind} {trial.number} "
        f"({', '.join(trial.places)}): {what}"
    )


def say(line: str) -> None:
    """Print at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def summarise(done: list[Trial]) -> dict[str, Any]:
    """Disturbances by place, healings, and every fault."""
    return {
        "kills": count_of(done, "kills"),
        "disks": count_of(done, "disks"),
        "healed": sum(not trial.faults for trial in done),
        "places": {
            kind: dict(sorted(Counter(p for t in done if t.kind == kind for p in t.places).items()))
            for kind in ("kills", "disks")
        },
        "faults": [f"{t.kind} {t.number}: {fault}" for t in done for fault in t.faults],
    }


if __name__ == "__main__":
    sys.exit(main())
