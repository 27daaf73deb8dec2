"""The ground of every trial: a home with a history, the news of one night, and how it should end.

Made once: three years would only cost time, so the history is the sample's last year until
28 December 2020, on contracts without published figures to reconcile. The news are three days of
daily files, a correction that withdraws a call, a file under a second name and one that comes late.
"""

import csv
import datetime as dt
import io
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipelines.publish.folder import link_or_copy
from pipelines.sample import write_sample
from pipelines.settings import PROJECT, Settings

HISTORY_UNTIL = dt.date(2020, 12, 28)
NIGHT = "2021-01-01T04:00:00+01:00"
CORRECTED = "phone/oproepen_2020-12-15.csv"
EXPORTED = "30/12/2020 02:00:00"
LATE = "chat/contacts_2020-12-10.json"


@dataclass(frozen=True)
class Ground:
    """Folders that trials copy and never change."""

    folder: Path

    @property
    def history(self) -> Path:
        """A home in which the night of 29 December has run."""
        return self.folder / "history"

    @property
    def news(self) -> Path:
        """The landing files of the night that is disturbed."""
        return self.folder / "news"

    @property
    def undisturbed(self) -> Path:
        """The home after that night, when nothing disturbs it."""
        return self.folder / "undisturbed"

    @property
    def measured_file(self) -> Path:
        """What was measured of the undisturbed night; there when everything is."""
        return self.folder / "measured.json"

    @property
    def night(self) -> float:
        """Seconds that the undisturbed night took."""
        return float(json.loads(self.measured_file.read_text())["night"])

    @property
    def written(self) -> int:
        """Bytes that the undisturbed night wrote."""
        return int(json.loads(self.measured_file.read_text())["written"])

    def settings(self, home: Path) -> Settings:
        """The settings of a home on the night that is disturbed."""
        return Settings(
            home=home, contracts=self.folder / "contracts", as_of=NIGHT, settle_seconds=0
        )

    def lay_out(self, home: Path, *, first_night: bool = False) -> Settings:
        """A home of its own to which the news have come; without history on a first night."""
        if first_night:
            copy_landing(self.history / "landing", home / "landing")
        else:
            copy_home(self.history, home)
        copy_landing(self.news, home / "landing")
        return self.settings(home)


def make_ground(folder: Path, run: Callable[[Settings], float]) -> Ground:
    """Write the exports, then let the night run twice: on the history, and on the news as well.

    Args:
        run: runs a night in a child and says how many seconds it took.
    """
    ground = Ground(folder)
    if ground.measured_file.exists():
        return ground
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    contracts = folder / "contracts"
    shutil.copytree(PROJECT / "pipelines" / "contracts", contracts)
    shutil.rmtree(contracts / "published")
    history = ground.settings(ground.history)
    write_sample(history.landing, through=HISTORY_UNTIL, years={2020})
    complete = folder / "complete"
    write_sample(complete, years={2020})
    write_news(history.landing, complete, ground.news)
    run(history.model_copy(update={"as_of": (HISTORY_UNTIL + dt.timedelta(1)).isoformat()}))
    disturbed = ground.lay_out(ground.undisturbed)
    before = size_of(ground.undisturbed)
    seconds = run(disturbed)
    written = size_of(ground.undisturbed) - before
    ground.measured_file.write_text(json.dumps({"night": seconds, "written": written}))
    return ground


def write_news(history: Path, complete: Path, news: Path) -> None:
    """What the last three days bring, with a correction, a duplicate and a late file."""
    for path in sorted(complete.rglob("*.*")):
        name = path.relative_to(complete)
        if path.is_file() and name.name != "SAMPLE.json" and not (history / name).exists():
            (news / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, news / name)
    (news / LATE).parent.mkdir(parents=True, exist_ok=True)
    (history / LATE).rename(news / LATE)
    correction = news / CORRECTED.replace("oproepen_", "oproepen_correctie_")
    correction.write_text(without_one_call(history / CORRECTED), encoding="utf-8", newline="")
    exported = dt.datetime(2020, 12, 30, 3, tzinfo=dt.UTC).timestamp()
    os.utime(correction, (exported, exported))
    shutil.copy2(history / CORRECTED, news / CORRECTED.replace("oproepen_", "oproepen_weer_"))


def without_one_call(export: Path) -> str:
    """The export of a day again, made two weeks later, without the call of its last row."""
    with export.open(encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file, delimiter=";")
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";")
    writer.writerow(header)
    writer.writerows([*row[:-1], EXPORTED] for row in rows if row[0] != rows[-1][0])
    return written.getvalue()


def size_of(folder: Path) -> int:
    """Bytes that the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def copy_home(source: Path, target: Path) -> None:
    """Copy a home; what nobody ever changes in place, landing files and releases, is linked."""
    for path in source.iterdir():
        if path.name == "landing":
            copy_landing(path, target / "landing")
        elif path.name == "published":
            copy_published(path, target / "published")
        elif path.is_dir():
            shutil.copytree(path, target / path.name, symlinks=True)
        else:
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target / path.name)


def copy_published(source: Path, target: Path) -> None:
    """Releases with their modes, and the pointer."""
    for release in (source / "releases").iterdir():
        link_or_copy(release, target / "releases" / release.name)
        for parent, _, _ in os.walk(target / "releases" / release.name):
            Path(parent).chmod(0o555)
    (target / "current").symlink_to((source / "current").readlink())


def copy_landing(source: Path, target: Path) -> None:
    """The files of a landing folder, linked where that is possible, with their times."""
    for parent, _, names in os.walk(source):
        folder = target / Path(parent).relative_to(source)
        folder.mkdir(parents=True, exist_ok=True)
        for name in names:
            try:
                os.link(Path(parent) / name, folder / name)
            except OSError:  # another file system
                shutil.copy2(Path(parent) / name, folder / name)
