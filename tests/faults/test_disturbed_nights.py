"""Nights that are killed, find the disk full or meet each other: short version of `make soak`."""

from concurrent.futures import Executor
from pathlib import Path

import pytest

from pipelines.guard import KILLED
from tests.faults import judge
from tests.faults.ground import Ground
from tests.faults.nursery import ChildFailed, in_child, run_night, two_nights_at_once
from tests.faults.traps import POINTS
from tests.faults.trials import Disturber, night_killed_at

SEED = 1712


@pytest.mark.parametrize("number", [0, 1])
def test_nights_killed_at_any_moment_leave_readers_a_whole_release_and_heal(
    nursery: Executor, ground: Ground, tmp_path: Path, number: int
) -> None:
    disturber = Disturber(ground, tmp_path, SEED)
    aimed = POINTS[number * 2 :][:2]
    trial = nursery.submit(disturber.kills, number, 4, aimed, in_full=True).result()
    assert trial.faults == []
    assert len(trial.places) == 4
    assert {f"at: {point.name}" for point in aimed} <= set(trial.places)


def test_a_night_killed_at_its_worst_moment_is_told_in_the_ui_and_in_the_journal(
    nursery: Executor, ground: Ground, tmp_path: Path
) -> None:
    settings = ground.lay_out(tmp_path / "home")
    before = settings.current_release.resolve()
    sealed = next(point for point in POINTS if point.attribute == "point_at")
    assert nursery.submit(night_killed_at, settings, sealed).result().code is None
    assert settings.current_release.resolve() == before

    morning = nursery.submit(run_night, settings).result()

    assert morning.code == 0, morning.said
    shown = nursery.submit(in_child, judge.runs_as_shown, settings).result()
    assert shown == [["SUCCESS", ""], ["FAILURE", KILLED], ["SUCCESS", ""]]
    assert "killed: 1 runs before this one ended without a word" in settings.journal.read_text()
    undisturbed = ground.settings(ground.undisturbed)
    assert nursery.submit(in_child, judge.differences, settings, undisturbed).result() == []


def test_nights_that_find_the_disk_full_say_so_and_heal_once_there_is_room(
    nursery: Executor, ground: Ground, tmp_path: Path
) -> None:
    disturber = Disturber(ground, tmp_path, SEED)
    try:
        trial = nursery.submit(disturber.full_disks, 0, 5, in_full=True).result()
    except ChildFailed as fault:
        if "NoOwnDisk" not in str(fault):
            raise
        pytest.skip(str(fault).strip().splitlines()[-1])
    assert trial.faults == []
    assert len(trial.places) == 5


def test_of_two_nights_at_once_one_works_and_the_other_is_told_who(
    nursery: Executor, ground: Ground, tmp_path: Path
) -> None:
    settings = ground.lay_out(tmp_path / "home")
    for head_start in (0.0, 0.5):
        ended = nursery.submit(two_nights_at_once, settings, head_start).result()
        winner, loser = sorted(ended, key=lambda one: one[1].code or 0)
        assert (winner[1].code, loser[1].code) == (0, 3), winner[1].said + loser[1].said
        assert f"held by process {winner[0]} (helpline run)" in loser[1].said
        assert "Traceback" not in loser[1].said
    undisturbed = ground.settings(ground.undisturbed)
    assert nursery.submit(in_child, judge.differences, settings, undisturbed).result() == []
