"""Landing files that are no files, that go, grow or change under the hands of a run."""

import datetime as dt
import os
import shutil
import socket
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipelines.ingest import landing
from pipelines.ingest.deliveries import SourceIngest
from pipelines.ingest.landing import LandingFile
from tests.integration.landing_world import World, call, phone_file

PLACE = "phone/oproepen_2026-03-01.csv"
OTHER = "phone/oproepen_2026-03-02.csv"
CONTACTS = "select count(*), count(distinct contact_key) from raw.contacts"


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def statuses(world: World) -> dict[str, tuple[str, str | None]]:
    """What became of each file, as this run tells it."""
    return {d.file_name: (d.status, d.reason) for d in world.read("phone")}


def a_pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # names of sockets are short
    try:
        with socket.socket(socket.AF_UNIX) as made:
            made.bind(path.name)
    finally:
        os.chdir(here)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to("nowhere.csv")


def a_link_to_itself(path: Path) -> None:
    path.symlink_to(path.name)


def a_link_out_of_landing(path: Path) -> None:
    outside = path.parents[2] / "outside.csv"
    outside.write_bytes(phone_file(call(Oproepnummer="T9")))
    path.symlink_to(outside)


@pytest.mark.parametrize(
    "make", [a_pipe, a_socket, a_link_to_nothing, a_link_to_itself, a_link_out_of_landing]
)
def test_what_is_no_regular_file_is_held_and_the_rest_is_taken(
    world: World, make: Callable[[Path], None]
) -> None:
    world.deliver(OTHER, phone_file(call()))
    make(world.settings.landing / PLACE)
    held = {"oproepen_2026-03-01.csv": ("held", "UNREADABLE")}
    assert statuses(world) == held | {"oproepen_2026-03-02.csv": ("loaded", None)}
    assert world.query(CONTACTS) == [(1, 1)]
    assert world.read("phone") == []  # said once


@pytest.mark.parametrize("make", [a_pipe, a_link_to_nothing])
def test_the_source_itself_may_be_no_folder(world: World, make: Callable[[Path], None]) -> None:
    world.settings.landing.mkdir(parents=True)
    make(world.settings.landing / "phone")
    assert world.read("phone") == []


def test_a_folder_with_the_name_of_a_delivery_is_looked_into(world: World) -> None:
    world.deliver(f"{PLACE}/oproepen_2026-03-01.csv", phone_file(call()))
    assert statuses(world) == {"oproepen_2026-03-01.csv/oproepen_2026-03-01.csv": ("loaded", None)}


def test_a_folder_that_links_to_its_parent_is_not_walked_for_ever(world: World) -> None:
    world.deliver(PLACE, phone_file(call()))
    (world.settings.landing / "phone" / "again").symlink_to("..")
    assert statuses(world)["oproepen_2026-03-01.csv"] == ("loaded", None)
    assert world.query(CONTACTS) == [(1, 1)]


def test_a_name_in_latin_1_is_held_and_the_rest_is_taken(world: World) -> None:
    world.deliver(OTHER, phone_file(call()))
    landed = world.deliver(PLACE, phone_file(call(Oproepnummer="T2")))
    named = b"oproepen_correctie_\xe9\xe9n.csv"
    landed.rename(landed.with_name(os.fsdecode(named)))
    shown = r"oproepen_correctie_\xe9\xe9n.csv"
    held = {shown: ("held", "UNREADABLE")}
    assert statuses(world) == held | {"oproepen_2026-03-02.csv": ("loaded", None)}
    assert world.query("select file_name from raw.deliveries where status = 'held'") == [(shown,)]
    assert world.read("phone") == []  # said once


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read_is_held_until_it_may(world: World) -> None:
    path = world.deliver(PLACE, phone_file(call()))
    path.chmod(0)
    assert statuses(world) == {path.name: ("held", "UNREADABLE")}
    path.chmod(0o644)
    assert statuses(world) == {path.name: ("loaded", None)}


def test_a_file_that_goes_between_listing_and_reading_is_no_loss_of_the_others(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.deliver(PLACE, phone_file(call()))
    world.deliver(OTHER, phone_file(call(Oproepnummer="T2")))
    listed = landing.settled_files

    def then_one_goes(folder: Path, settle_seconds: float) -> list[LandingFile]:
        found = listed(folder, settle_seconds)
        (world.settings.landing / PLACE).unlink()
        return found

    with monkeypatch.context() as going:
        going.setattr(landing, "settled_files", then_one_goes)
        assert statuses(world)["oproepen_2026-03-02.csv"] == ("loaded", None)
    assert world.query(CONTACTS) == [(1, 1)]
    world.deliver(PLACE, phone_file(call()))
    assert statuses(world)["oproepen_2026-03-01.csv"] == ("loaded", None)
    assert world.query(CONTACTS) == [(2, 2)]


def test_a_file_that_is_still_written_waits_and_is_then_taken_whole(world: World) -> None:
    path = world.deliver(PLACE, phone_file(call()))
    now = time.time() + 30  # written to until after the run has waited for it to settle
    os.utime(path, (now, now))
    world.changes["settle_seconds"] = 60
    assert statuses(world) == {path.name: ("held", "NOT_STABLE")}
    world.changes.clear()
    world.deliver(PLACE, phone_file(call(), call(Oproepnummer="T2")))
    assert statuses(world) == {path.name: ("loaded", None)}
    assert world.query(CONTACTS) == [(2, 2)]


def test_a_file_that_grows_while_it_is_read_is_not_taken_half(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = world.deliver(PLACE, phone_file(call()))
    scan = SourceIngest.scan

    def then_it_grows(ingest: SourceIngest, file: LandingFile) -> object:
        seen = scan(ingest, file)
        with path.open("ab") as growing:
            growing.write((call(Oproepnummer="T2") + "\r\n").encode())
        return seen

    with monkeypatch.context() as growing:
        growing.setattr(SourceIngest, "scan", then_it_grows)
        assert statuses(world) == {path.name: ("held", "NOT_STABLE")}
    assert world.query(CONTACTS) == [(0, 0)]
    world.deliver(PLACE, path.read_bytes())
    assert statuses(world) == {path.name: ("loaded", None)}
    assert world.query(CONTACTS) == [(2, 2)]


def test_other_content_under_the_same_name_is_a_delivery_of_its_own(world: World) -> None:
    world.deliver(PLACE, phone_file(call()))
    world.read("phone")
    exported = {"Geëxporteerd_op": "03/03/2026 02:00:00"}
    later = dt.datetime(2028, 12, 2, tzinfo=dt.UTC)
    world.deliver(PLACE, phone_file(call(Oproepnummer="T2", **exported)), later)
    assert statuses(world) == {"oproepen_2026-03-01.csv": ("loaded", None)}
    assert world.query(CONTACTS) == [(2, 2)]
    assert world.query("select count(*) from raw.deliveries") == [(2,)]


def test_a_file_replaced_by_one_of_the_same_size_and_time_is_noticed(world: World) -> None:
    path = world.deliver(PLACE, phone_file(call()))
    world.read("phone")
    draft = world.deliver("phone/.draft", phone_file(call(Oproepnummer="T2")))
    draft.replace(path)
    assert statuses(world) == {path.name: ("loaded", None)}
    assert world.query(CONTACTS) == [(2, 2)]


def test_a_landing_folder_that_was_restored_brings_nothing_new(world: World) -> None:
    world.deliver(PLACE, phone_file(call()))
    world.read("phone")
    folder = world.settings.landing
    shutil.copytree(folder, folder.with_name("restored"))
    shutil.rmtree(folder)
    folder.with_name("restored").rename(folder)
    assert world.read("phone") == []
    assert world.query("select status from raw.deliveries") == [("loaded",)]
