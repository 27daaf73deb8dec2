"""Backup and restore as `docs/operating.md` says: what is copied, lost, put back and then run."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from pipelines.errors import CannotRun
from pipelines.ingest.forget import forget
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import open_warehouse
from tests.faults import judge
from tests.faults.ground import Ground, copy_home, copy_landing
from tests.faults.nursery import in_child, remove, run_night
from tests.integration.landing_world import World, call, own_contracts, phone_file

BACKED_UP = (
    "key",
    "tombstones.csv",
    "accepted.yaml",
    "vintages",
    "landing",
    "warehouse.duckdb",
    "warehouse.manifest.json",
    "published",
)


@pytest.fixture
def lost_home(ground: Ground, tmp_path: Path) -> Iterator[tuple[Settings, Path]]:
    """A home that was backed up and then lost, and the backup."""
    home, backup = tmp_path / "home", tmp_path / "backup"
    copy_home(ground.history, home)
    backup.mkdir()
    for name in BACKED_UP:
        if (home / name).exists():
            subprocess.run(["cp", "-a", home / name, backup], check=True)
    remove(home)
    yield ground.settings(home), backup
    remove(backup)


def differences(nursery: Executor, ground: Ground, settings: Settings) -> list[str]:
    undisturbed = ground.settings(ground.undisturbed)
    found: list[str] = nursery.submit(in_child, judge.differences, settings, undisturbed).result()
    return found


def test_the_documentation_names_what_is_backed_up_here() -> None:
    text = (PROJECT / "docs" / "operating.md").read_text(encoding="utf-8")
    table = text.partition("## Backup and restore")[2].partition("Restore:")[0]
    for name in BACKED_UP:
        assert f"`{name}`" in table or f"`{name}/`" in table, name


def test_after_a_restore_the_next_night_is_as_if_nothing_had_been_lost(
    nursery: Executor, ground: Ground, lost_home: tuple[Settings, Path]
) -> None:
    settings, backup = lost_home
    subprocess.run(["cp", "-a", backup, settings.home], check=True)
    os.chmod(settings.key_file, 0o600)  # noqa: PTH101 - the documented command
    copy_landing(ground.news, settings.landing)
    ended = nursery.submit(run_night, settings).result()
    assert ended.code == 0, ended.said
    assert differences(nursery, ground, settings) == []


def test_without_the_key_the_night_stops_and_asks_for_it(
    nursery: Executor, ground: Ground, lost_home: tuple[Settings, Path]
) -> None:
    settings, backup = lost_home
    shutil.copytree(backup, settings.home, symlinks=True)
    settings.key_file.unlink()
    ended = nursery.submit(run_night, settings).result()
    assert ended.code == 3
    assert "is missing, and the ids in the warehouse were made with it" in ended.said
    assert "Restore it from the backup" in ended.said
    assert "Traceback" not in ended.said
    assert not settings.key_file.exists()


def test_an_older_copy_of_the_warehouse_is_noticed_and_mended_from_landing(
    nursery: Executor, ground: Ground, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    copy_home(ground.undisturbed, home)
    shutil.copy2(ground.history / "warehouse.duckdb", home / "warehouse.duckdb")
    settings = ground.settings(home)
    ended = nursery.submit(run_night, settings).result()
    assert ended.code == 0, ended.said
    assert "lost deliveries are read again from landing" in settings.journal.read_text()
    assert differences(nursery, ground, settings) == []


def test_without_the_key_erased_records_do_not_come_back_from_landing(tmp_path: Path) -> None:
    world = World(tmp_path)
    world.deliver("phone/oproepen_2026-03-01.csv", phone_file(call()))
    world.read("phone")
    with open_warehouse(world.settings) as connection:
        forget(connection, world.settings, own_contracts(), "phone", "T1")
    settings = world.settings
    for lost in (settings.warehouse, settings.warehouse_manifest, settings.key_file):
        lost.unlink()
    with pytest.raises(CannotRun, match="erased records would come back"):
        world.read("phone")
