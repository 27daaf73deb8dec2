"""The judge of disturbed nights notices what a bad night would do to a home."""

from collections.abc import Callable
from concurrent.futures import Executor
from pathlib import Path

import duckdb
import pytest

from pipelines.settings import Settings
from tests.faults import judge
from tests.faults.ground import Ground, copy_home
from tests.faults.nursery import in_child
from tests.faults.traps import POINTS, Point, owner_of


def change(sql: str) -> Callable[[Settings], None]:
    def damage(settings: Settings) -> None:
        with duckdb.connect(str(settings.warehouse)) as connection:
            connection.execute(sql)

    return damage


def a_file_of_a_killed_process(settings: Settings) -> None:
    (settings.home / ".warehouse.manifest.json.next").touch()


def a_changed_release(settings: Settings) -> None:
    file = settings.current_release / "csv" / "figures.csv"
    text = file.read_bytes()
    file.parent.chmod(0o755)
    file.unlink()  # it is linked from the ground
    file.write_bytes(text.replace(b"0", b"1", 1))


ONE = "where rowid = (select min(rowid) from raw.contacts)"


@pytest.mark.parametrize(
    ("damage", "found"),
    [
        (change(f"delete from raw.contacts {ONE}"), "raw.contacts: 0 rows too many, 1 too few"),
        (
            change(f"insert into raw.contacts from raw.contacts {ONE}"),
            "raw.contacts: 1 rows too many, 0 too few",
        ),
        (change("update marts.yearly_totals set victims = victims + 1"), "marts.yearly_totals"),
        (a_file_of_a_killed_process, "was left or is missing"),
        (a_changed_release, "csv/figures.csv was changed"),
    ],
)
def test_what_is_lost_doubled_changed_or_left_is_found(
    nursery: Executor,
    ground: Ground,
    tmp_path: Path,
    damage: Callable[[Settings], None],
    found: str,
) -> None:
    copy_home(ground.undisturbed, tmp_path / "home")
    settings, undisturbed = ground.settings(tmp_path / "home"), ground.settings(ground.undisturbed)
    damage(settings)
    faults = nursery.submit(in_child, judge.differences, settings, undisturbed).result()
    assert any(found in fault for fault in faults), faults


def test_nothing_is_found_where_nothing_happened(
    nursery: Executor, ground: Ground, tmp_path: Path
) -> None:
    copy_home(ground.undisturbed, tmp_path / "home")
    settings, undisturbed = ground.settings(tmp_path / "home"), ground.settings(ground.undisturbed)
    assert nursery.submit(in_child, judge.differences, settings, undisturbed).result() == []


@pytest.mark.parametrize(
    ("events", "phase"),
    [
        ([], "before"),
        ([("STEP_START", "raw__phone")], "ingest"),
        ([("STEP_START", "warehouse")], "warehouse"),
        ([("STEP_SUCCESS", "published__annual_report")], "annual_report"),
        ([("STEP_START", "published__release"), ("RUN_SUCCESS", None)], "after"),
    ],
)
def test_the_phase_is_that_of_the_last_event(
    events: list[tuple[str, str | None]], phase: str
) -> None:
    assert judge.phase_after(events) == phase


@pytest.mark.parametrize("point", POINTS, ids=lambda point: point.name)
def test_every_point_at_which_a_night_is_killed_exists(point: Point) -> None:
    owner, name = owner_of(point)
    assert callable(getattr(owner, name))
