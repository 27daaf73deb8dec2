"""Publications that are killed, run out of disk, or find the releases damaged."""

import os
import resource
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.errors import CannotRun, WrongUse
from pipelines.publish import find_release, folder, publish, query, releases, rollback
from pipelines.settings import PROJECT, Settings
from tests.fake_marts import make_warehouse, set_night

# Ends the process without a goodbye at the n-th time that it touches a file or a folder.
KILLED = """
import os, sys
from pathlib import Path
import duckdb
from pipelines.publish import publish
from pipelines.settings import load_settings

settings = load_settings(home=Path(sys.argv[1]))
left = int(sys.argv[2])
watched = {"open", "os.mkdir", "os.rename", "os.chmod", "os.symlink", "os.link", "os.remove",
           "os.rmdir", "os.scandir", "os.listdir", "shutil.rmtree"}

def count(event, arguments):
    global left
    if event in watched and "home" in str(arguments[0]):
        left -= 1
        if left == 0:
            os._exit(9)

sys.addaudithook(count)
publish(settings, "killed", "abc")
print(left)
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    made = make_warehouse(tmp_path / "home")
    publish(made, "night-1", "abc")
    set_night(made, 2)
    return made


def start_and_kill(settings: Settings, step: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", KILLED, str(settings.home), str(step)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )


def published_night(settings: Settings) -> tuple[int, int]:
    """The night as two marts of the current release tell it."""
    sql = "select (select max(victims) from yearly_totals), (select max(value) from figures)"
    with query(settings, sql) as found:
        first, second = next(found.rows)
    return first, int(second)


def test_a_publication_killed_at_any_step_leaves_a_whole_release(
    settings: Settings, tmp_path: Path
) -> None:
    before = tmp_path / "before"
    shutil.copytree(settings.home, before, symlinks=True)
    uninterrupted = start_and_kill(settings, 1_000_000)
    steps = 1_000_000 - int(uninterrupted.stdout)
    assert steps > 100
    outcomes = set()
    for step in [*range(3, steps, max(1, steps // 12)), *range(steps - 6, steps + 1)]:
        shutil.rmtree(settings.home)
        shutil.copytree(before, settings.home, symlinks=True)
        assert start_and_kill(settings, step).returncode == 9
        first, second = published_night(settings)
        assert first == second, step
        assert find_release(settings).faults == (), step
        assert [r.faults for r in releases(settings) if r.faults] == [], step
        outcomes.add(first)
        publish(settings, "night-after", "abc")
        assert published_night(settings) == (2, 2), step
        hidden = folder.releases_folder(settings).glob(".*")
        assert [path.name for path in hidden] == [], step
    assert outcomes == {1, 2}


def test_a_full_disk_leaves_the_current_release_and_nothing_else(settings: Settings) -> None:
    def no_file_above_64_kb() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (65536, 65536))

    before = sorted(settings.published.rglob("*"))
    ended = subprocess.run(
        [sys.executable, "-c", PUBLISHED, str(settings.home)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=no_file_above_64_kb,
    )
    assert ended.stdout.startswith("CannotRun The release could not be written ("), ended.stderr
    assert "the current release stays" in ended.stdout
    assert sorted(settings.published.rglob("*")) == before
    assert published_night(settings) == (1, 1)


PUBLISHED = """
import signal, sys
from pathlib import Path
from pipelines.errors import HelplineError
from pipelines.publish import publish
from pipelines.settings import load_settings

signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
try:
    publish(load_settings(home=Path(sys.argv[1])), "night-2", "abc")
except HelplineError as error:
    print(type(error).__name__, error)
"""


@pytest.mark.parametrize("name", ["fsync", "rename", "replace", "symlink"])
def test_a_failing_system_call_is_told_in_one_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, name, fail)
        with pytest.raises(CannotRun, match="No space left on device"):
            publish(settings, "night-2", "abc")
    assert published_night(settings) == (1, 1)
    assert not list(folder.releases_folder(settings).glob(".*"))
    publish(settings, "night-2", "abc")
    assert published_night(settings) == (2, 2)


def damage_missing(release: Path) -> None:
    (release / "parquet").chmod(0o755)
    (release / "parquet" / "figures.parquet").unlink()


def damage_foreign(release: Path) -> None:
    release.chmod(0o755)
    (release / "helpline.duckdb.wal").write_text("foreign")


def damage_manifest(release: Path) -> None:
    release.chmod(0o755)
    (release / "MANIFEST.json").unlink()
    (release / "MANIFEST.json").write_text('{"files": []}')


def damage_database(release: Path) -> None:
    (release / "helpline.duckdb").chmod(0o644)
    (release / "helpline.duckdb").write_bytes(b"nothing")


@pytest.mark.parametrize(
    "damage", [damage_missing, damage_foreign, damage_manifest, damage_database]
)
def test_a_damaged_current_release_is_found_and_replaced_by_the_next_publication(
    settings: Settings, damage: Callable[[Path], None]
) -> None:
    set_night(settings, 1)
    damaged = find_release(settings)
    damage(damaged.folder)
    assert find_release(settings).faults
    with pytest.raises(WrongUse, match="not whole"):
        rollback(settings, damaged.release_id)
    again = publish(settings, "night-2", "abc")  # the same marts as the damaged one
    assert again.is_new
    assert find_release(settings).release_id == again.release_id
    assert published_night(settings) == (1, 1)


def test_a_database_that_is_no_database_names_the_way_back(settings: Settings) -> None:
    first = find_release(settings).release_id
    second = publish(settings, "night-2", "abc")
    damage_database(second.folder)
    with (
        pytest.raises(CannotRun, match=rf"cannot be opened.*`helpline rollback {first}`"),
        query(settings, "select 1"),
    ):
        pass
    assert rollback(settings).release_id == first
    assert published_night(settings) == (1, 1)


def test_a_pointer_to_nothing_names_the_way_back(settings: Settings) -> None:
    only = find_release(settings).release_id
    settings.current_release.unlink()
    settings.current_release.symlink_to(Path("releases") / "gone")
    with (
        pytest.raises(CannotRun, match=f"no current release.*`helpline rollback {only}`"),
        query(settings, "select 1"),
    ):
        pass
    rollback(settings)
    assert published_night(settings) == (1, 1)


def test_a_folder_in_the_place_of_the_pointer_is_not_overwritten(settings: Settings) -> None:
    settings.current_release.unlink()
    settings.current_release.mkdir()
    (settings.current_release / "mine").write_text("precious")
    with pytest.raises(CannotRun, match="Move it away"):
        publish(settings, "night-2", "abc")
    assert (settings.current_release / "mine").read_text() == "precious"


def test_two_publications_at_once_do_not_meet(settings: Settings) -> None:
    with (
        folder.publishing(settings),
        pytest.raises(CannotRun, match="Another publication"),
    ):
        publish(settings, "night-2", "abc")
    assert publish(settings, "night-2", "abc").is_new


def test_a_release_that_cannot_be_deleted_is_told_and_stops_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = settings.model_copy(update={"keep_releases": 1})
    old = find_release(one).folder
    change = Path.chmod

    def of_another_user(path: Path, mode: int) -> None:
        if path.name.startswith(folder.REMOVED):
            raise PermissionError(1, "Operation not permitted")
        change(path, mode)

    with monkeypatch.context() as foreign:
        foreign.setattr(Path, "chmod", of_another_user)
        first = publish(one, "night-2", "abc")
        assert published_night(one) == (2, 2)
        set_night(one, 3)
        assert publish(one, "night-3", "abc").is_new
        rollback(one, find_release(one).release_id)
    kept = {folder.REMOVED + old.name, folder.REMOVED + first.release_id}
    assert {path.name for path in folder.leftovers(one)} == kept
    told = one.journal.read_text(encoding="utf-8")
    assert all(f"{name} could not be deleted" in told for name in kept)
    publish(one, "night-3", "abc")
    assert folder.leftovers(one) == []


def test_a_release_that_cannot_be_moved_away_is_told_and_stops_nobody(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = settings.model_copy(update={"keep_releases": 1})
    old = find_release(one).folder
    move = Path.rename

    def of_another_user(path: Path, target: Path) -> Path:
        if path == old:
            raise PermissionError(1, "Operation not permitted")
        return move(path, target)

    monkeypatch.setattr(Path, "rename", of_another_user)
    assert publish(one, "night-2", "abc").is_new
    assert f"{old} could not be deleted" in one.journal.read_text(encoding="utf-8")
    assert len(releases(one)) == 2
