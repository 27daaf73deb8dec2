"""One trial: a home with news, some disturbed nights, one in peace, and the comparison."""

import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from pipelines.settings import Settings
from tests.faults import judge
from tests.faults.ground import Ground
from tests.faults.nursery import ChildFailed, Ended, in_child, remove, run_night
from tests.faults.traps import (
    POINTS,
    Point,
    die_at,
    fill_after_preflight,
    make_room,
    mount_own_disk,
)

DISK_MB = 1024
FULL = "The disk is full"


@dataclass
class Trial:
    """What happened: each disturbance by place, and what was wrong afterwards."""

    number: int
    kind: str
    places: list[str] = field(default_factory=list)
    seconds: float = 0.0
    faults: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """One line of the record of a soak."""
        return asdict(self)


@dataclass
class Disturber:
    """Makes trials on one ground."""

    ground: Ground
    folder: Path
    seed: int

    def kills(
        self, number: int, count: int, points: Sequence[Point] = (), *, in_full: bool = False
    ) -> Trial:
        """A night that is killed so many times, at the given points first, then at any moment.

        Args:
            in_full: begin anew when a night was quicker than its kill, until the count is full
                (and kill earlier, so that this is rare); else that night is the one in peace.
        """
        chance = random.Random(f"{self.seed} kills {number}")
        trial = Trial(number, "kills")
        home = self.folder / f"kills-{number}"
        remove(home)
        first_night = chance.random() < 0.1
        settings = self.ground.lay_out(home, first_night=first_night)
        planned = list(points)
        while len(trial.places) < count and not trial.faults:
            if planned or chance.random() < 0.3:
                point = planned.pop(0) if planned else chance.choice(POINTS)
                call = chance.randint(1, point.calls)
                ended = run_night(settings, prepare=die_at(point, call))
                place = f"at: {point.name}"
            else:
                longest = self.ground.night * (1.6 if first_night else 0.85 if in_full else 1.0)
                ended = run_night(settings, kill_after=chance.uniform(0.02, longest))
                place = "in: " + in_child(judge.phase_of, settings)
            if ended.code is None:
                trial.places.append(place)
                trial.faults += looked_at(settings)
            else:
                # the point was not come to, or the night was quicker: a night in peace
                trial.faults += complaints(ended)
                if trial.places and not planned and not in_full:
                    return self.compare(settings, trial, ended)
                remove(home)
                settings = self.ground.lay_out(home, first_night=first_night)
        return self.compare(settings, trial, run_night(settings))

    def full_disks(self, number: int, count: int, *, in_full: bool = False) -> Trial:
        """A night that finds its disk full after a random number of bytes, so many times.

        Raises:
            ChildFailed: with the reason, where a machine allows no disk of its own.
        """
        answer = in_child(self.full_disks_here, number, count, in_full)
        return Trial(**answer)

    def full_disks_here(self, number: int, count: int, in_full: bool) -> dict[str, Any]:
        """`full_disks` in a process that may keep the disk."""
        chance = random.Random(f"{self.seed} disks {number}")
        trial = Trial(number, "disks")
        disk = self.folder / f"disks-{number}"
        mount_own_disk(disk, DISK_MB)
        settings = self.ground.lay_out(disk / "home")
        while len(trial.places) < count and not trial.faults:
            left = chance.randrange(int(self.ground.written * (0.85 if in_full else 1.0)))
            ended = run_night(settings, prepare=fill_after_preflight(settings, left))
            place = "in: " + in_child(judge.phase_of, settings)
            make_room(settings)
            trial.faults += looked_at(settings)
            if ended.code == 0:
                if trial.places and not in_full:
                    return self.compare(settings, trial, ended).as_json()
                remove(settings.home)
                settings = self.ground.lay_out(disk / "home")
                continue
            trial.places.append(place)
            trial.faults += [f"{place}, {left} bytes: {c}" for c in complaints(ended, full=True)]
        return self.compare(settings, trial, run_night(settings)).as_json()

    def compare(self, settings: Settings, trial: Trial, healing: Ended) -> Trial:
        """After a night in peace everything is as if nothing had happened."""
        trial.seconds = healing.seconds
        trial.faults += complaints(healing)
        if not trial.faults:
            undisturbed = self.ground.settings(self.ground.undisturbed)
            trial.faults += asked(judge.differences, settings, undisturbed)
        if not trial.faults:
            remove(settings.home)
        return trial


def night_killed_at(settings: Settings, point: Point) -> Ended:
    """A night that dies the first time that it comes to the point."""
    return run_night(settings, prepare=die_at(point, 1))


def looked_at(settings: Settings) -> list[str]:
    """What is wrong with what readers see right after a disturbance."""
    return asked(judge.current_is_whole, settings)


def asked(look: Any, *arguments: Settings) -> list[str]:
    """What a judge finds; a judge who cannot look has found something too."""
    try:
        found: list[str] = in_child(look, *arguments)
    except ChildFailed as fault:
        return [f"could not be looked at: {str(fault).strip().splitlines()[-1]}"]
    return found


def complaints(ended: Ended, *, full: bool = False) -> list[str]:
    """What is wrong with how a night ended: its exit code, its message, a traceback."""
    wrong = []
    if "Traceback" in ended.said:
        wrong.append("it ended with a traceback")
    if full and (ended.code != 3 or FULL not in ended.said):
        wrong.append(f"exit {ended.code} without a word of the disk: {last_words(ended)}")
    if not full and ended.code != 0:
        wrong.append(f"exit {ended.code}: {last_words(ended)}")
    return wrong


def last_words(ended: Ended) -> str:
    """The end of what a night said."""
    return " / ".join(line.strip() for line in ended.said.strip().splitlines()[-3:])[:400]
