"""`helpline doctor` on homes that are broken in one way each."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
import yaml
from dagster import DagsterInstance

from pipelines.dagster_store import damaged_store_told
from pipelines.doctor import Finding, examine
from pipelines.errors import CannotRun, WrongUse
from pipelines.ingest.keys import FINGERPRINT, fingerprint, make_key
from pipelines.publish import publish
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import open_warehouse
from tests.fake_marts import make_warehouse, set_night


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home in good order: key, landing, warehouse and two releases."""
    made = make_warehouse(tmp_path / "home")
    key = make_key(made)
    with open_warehouse(made) as connection:
        connection.execute(
            "insert into raw.settings values (?, ?)", [FINGERPRINT, fingerprint(key)]
        )
    (made.landing / "phone").mkdir(parents=True)
    publish(made, "night-1", "abc")
    set_night(made, 2)
    publish(made, "night-2", "abc")
    return made


def ailing(settings: Settings) -> list[Finding]:
    return [finding for finding in examine(settings) if finding.state != "ok"]


def only(settings: Settings) -> Finding:
    found = ailing(settings)
    assert len(found) == 1, found
    assert found[0].remedy
    return found[0]


def test_a_home_in_good_order_has_nothing_to_mend(settings: Settings) -> None:
    assert ailing(settings) == []
    assert {finding.subject for finding in examine(settings)} == {
        "versions", "time zone", "telemetry", "dagster", "home", "contracts", "landing", "disk",
        "memory", "warehouse", "key", "pointer", "releases",
    }  # fmt: skip


def test_a_missing_key_is_found(settings: Settings) -> None:
    settings.key_file.unlink()
    assert only(settings).subject == "key"


def test_the_key_of_another_warehouse_is_found(settings: Settings) -> None:
    settings.key_file.unlink()
    make_key(settings)
    assert "not the one of this warehouse" in only(settings).what


def test_a_key_that_others_can_read_is_found(settings: Settings) -> None:
    settings.key_file.chmod(0o644)
    assert "chmod 600" in only(settings).remedy


def test_who_holds_the_warehouse_is_named(settings: Settings) -> None:
    hold = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print('held'); input()"
    with subprocess.Popen(
        [sys.executable, "-uc", hold, str(settings.warehouse)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout
        assert holder.stdout.readline() == "held\n"
        finding = only(settings)
        holder.communicate("\n")
    assert f"process {holder.pid} (" in finding.what
    assert "import duckdb, sys" in finding.what


def test_a_file_that_is_no_warehouse_is_found(settings: Settings) -> None:
    settings.warehouse.write_bytes(b"not a database" * 1000)
    assert only(settings).subject == "warehouse"


def test_a_pointer_to_nothing_is_found_with_the_command_that_mends_it(settings: Settings) -> None:
    settings.current_release.unlink()
    settings.current_release.symlink_to("releases/20200101T000000000Z-none")
    assert "`helpline rollback 2" in only(settings).what


def test_a_changed_a_missing_and_a_foreign_file_are_found(settings: Settings) -> None:
    release = settings.current_release.resolve()
    csv = release / "csv"
    csv.chmod(0o755)
    (csv / "figures.csv").chmod(0o644)
    (csv / "figures.csv").write_text("year\n")
    (csv / "README.txt").unlink()
    (csv / "notes.txt").write_text("mine")
    finding = only(settings)
    assert finding.state == "fault"
    assert "csv/README.txt is missing" in finding.what
    assert "csv/notes.txt does not belong here" in finding.what
    assert "csv/figures.csv was changed" in finding.what


def test_an_old_release_that_was_not_deleted_is_found(settings: Settings) -> None:
    left = settings.published / "releases" / ".removed-20200101T000000000Z-abc"
    left.mkdir()
    assert str(left) in only(settings).what


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give a folder away")
def test_a_release_of_another_user_is_found(settings: Settings) -> None:
    release = settings.current_release.resolve()
    os.chown(release, 65534, -1)
    assert str(release) in only(settings).what
    assert f"chown -R {os.geteuid()} " in only(settings).remedy


def test_deliveries_that_no_night_would_read_are_listed(settings: Settings) -> None:
    landing = settings.landing
    settings.sample_file.write_text("{}")
    (landing / "phone" / "2026").mkdir()
    (landing / "empty").mkdir()
    (landing / "phone" / "coming.csv.part").write_text("")
    assert ailing(settings) == []
    (landing / "fone").mkdir()
    (landing / "fone" / "calls.csv").write_text("a;b\n")
    (landing / "calls.csv").write_text("a;b\n")
    (landing / "phone" / "linked").symlink_to(landing / "fone")
    finding = only(settings)
    places = ("calls.csv", "fone", "phone/linked")
    assert finding.what.endswith(", ".join(str(landing / place) for place in places))
    assert "3 entries are read by no night" in finding.what
    assert "phone" in finding.remedy


def test_too_little_space_is_found(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 1000

    monkeypatch.setattr("shutil.disk_usage", lambda _: Full)
    assert only(settings).subject == "disk"


def test_telemetry_that_is_on_is_found(settings: Settings) -> None:
    settings.dagster_home.mkdir()
    (settings.dagster_home / "dagster.yaml").write_text("telemetry:\n  enabled: true\n")
    assert only(settings).subject == "telemetry"
    (settings.dagster_home / "dagster.yaml").write_text("")
    assert only(settings).subject == "telemetry"


@pytest.mark.parametrize("content", [b"telemetry: [", b"\xff\xfe", b"- a list", b"telemetry: 1"])
def test_settings_of_dagster_that_cannot_be_read_are_found(
    settings: Settings, content: bytes
) -> None:
    settings.dagster_home.mkdir()
    (settings.dagster_home / "dagster.yaml").write_bytes(content)
    assert (
        str(settings.dagster_home / "dagster.yaml") in only(settings).what + only(settings).remedy
    )


@pytest.mark.parametrize("name", ["history/runs.db", "schedules/schedules.db"])
def test_a_damaged_store_of_dagster_is_found_by_doctor_and_named_by_the_night(
    settings: Settings, name: str
) -> None:
    file = settings.dagster_home / name
    file.parent.mkdir(parents=True)
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("pragma journal_mode = wal; create table runs (id integer);")
    before = list(file.parent.iterdir())
    assert ailing(settings) == []
    assert list(file.parent.iterdir()) == before
    file.write_bytes(bytes(range(255, 0, -1)) * 40)
    assert str(file) in only(settings).what
    assert f"Move {settings.dagster_home} away" in only(settings).remedy
    moved = f"Move {settings.dagster_home} away"
    with pytest.raises(CannotRun, match=moved), damaged_store_told(settings):
        read_store(settings.dagster_home)


def test_what_was_told_already_is_no_fault_of_the_store(settings: Settings) -> None:
    with pytest.raises(WrongUse, match="ours"), damaged_store_told(settings):
        read_yaml_of_ours()


def read_yaml_of_ours() -> None:
    """Fail as a report text or a contract does that is no YAML."""
    try:
        yaml.safe_load("telemetry: [")
    except yaml.YAMLError:
        raise WrongUse("ours") from None


def read_store(folder: Path) -> None:
    """Let Dagster read what a night reads."""
    with DagsterInstance.local_temp(str(folder)) as instance:
        instance.get_runs_count()
        instance.all_instigator_state()


def test_a_contract_that_cannot_be_read_is_found(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "phone.odcs.yaml").write_text("requierd: true")
    broken = settings.model_copy(update={"contracts": tmp_path / "contracts"})
    assert only(broken).subject == "contracts"


def test_a_source_that_lost_its_contract_is_found(settings: Settings, tmp_path: Path) -> None:
    shutil.copytree(settings.contracts, tmp_path / "contracts")
    (tmp_path / "contracts" / "chat.odcs.yaml").unlink()
    finding = only(settings.model_copy(update={"contracts": tmp_path / "contracts"}))
    assert (finding.subject, finding.state) == ("contracts", "warning")
    assert finding.what.startswith("chat has 1 loaded deliveries in the warehouse and no contract")
    assert "under the name chat" in finding.remedy


def test_an_engine_of_another_version_is_found(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("importlib.metadata.version", lambda _: "0.0.1")
    assert "duckdb 0.0.1 instead of" in only(settings).what


def test_the_command_prints_json_and_ends_with_3_on_a_fault(settings: Settings) -> None:
    settings.key_file.unlink()
    ended = subprocess.run(
        [sys.executable, "-m", "pipelines.cli", "doctor", "--json"],
        cwd=PROJECT,
        env={"HELPLINE_HOME": str(settings.home), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 3
    assert "key" in [f["subject"] for f in json.loads(ended.stdout) if f["state"] == "fault"]
