"""Writes the files of the sample aside and moves them into the landing folder once all are there.

So a landing folder never holds half a sample, and never one beside deliveries of somebody else.
"""

import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from pipelines.errors import WrongUse
from pipelines.sample.deliveries import Plan

SAMPLE_FILE = "SAMPLE.json"


class Writer:
    """Appends to the files of a plan; those outside `wanted` are left out."""

    def __init__(self, folder: Path, plan: Plan, wanted: set[int]) -> None:
        self.folder = folder
        self.plan = plan
        self.wanted = wanted
        self.begun: set[int] = set()

    def path(self, place: int) -> Path:
        return self.folder / self.plan.deliveries[place].path

    def append(
        self, place: int, parts: Iterable[bytes | memoryview], head: str = "", skip: int = 0
    ) -> None:
        """Add bytes to a file; a new file begins with `head`, and without the first `skip` bytes.

        `skip` drops the separator before the first element of a JSON array.
        """
        if place not in self.wanted:
            return
        new = place not in self.begun
        self.path(place).parent.mkdir(parents=True, exist_ok=True)
        with self.path(place).open("wb" if new else "ab") as file:
            if new:
                file.write(head.encode())
                self.begun.add(place)
            for part in parts:
                file.write(memoryview(part)[skip if new else 0 :])
                new = False

    def finish(self) -> None:
        """Give every file the time of its export; a record of it may have come later."""
        for place in self.begun:
            moment = self.plan.deliveries[place].exported.timestamp()
            os.utime(self.path(place), (moment, moment))


def refuse_other_deliveries(landing: Path, plan: Plan) -> None:
    """Stop before anything is written beside deliveries that are not this sample's.

    Raises:
        WrongUse: the landing folder holds files of other origin.
    """
    found = {
        str(path.relative_to(landing))
        for path in landing.rglob("*")
        if path.is_file() and path.name != SAMPLE_FILE
    }
    if (landing / SAMPLE_FILE).exists():
        found -= {delivery.path for delivery in plan.deliveries}
    if found:
        raise WrongUse(
            f"The landing folder {landing} already holds {len(found)} other deliveries. "
            "Sample exports do not mix with them: name an empty folder with --to."
        )


@contextmanager
def written_aside(landing: Path) -> Iterator[Path]:
    """A folder beside `landing` to write into; its content replaces the sample's at the end."""
    landing.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".sample-", dir=landing.parent) as name:
        aside = Path(name)
        yield aside
        for folder in sorted(path for path in aside.iterdir() if path.is_dir()):
            shutil.rmtree(landing / folder.name, ignore_errors=True)
            folder.rename(landing / folder.name)
        (aside / SAMPLE_FILE).rename(landing / SAMPLE_FILE)
