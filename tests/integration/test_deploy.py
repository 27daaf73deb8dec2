"""The files of `deploy/`, read by the programs that they are for, against this checkout."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from pipelines.errors import CannotRun
from pipelines.settings import PROJECT, Settings
from pipelines.ui import hold_place

DEPLOY = PROJECT / "deploy"
UNITS = ("helpline-daemon.service", "helpline-webserver.service")
SYSTEMD = shutil.which("systemd-analyze")
LOGROTATE = shutil.which("logrotate", path=f"{os.environ['PATH']}:/usr/sbin")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """The units as if the code stood in /opt/helpline with its environment."""
    opt = tmp_path / "opt"
    (opt / ".venv" / "bin").mkdir(parents=True)
    for program in ("dagster-daemon", "dagster-webserver", "helpline"):
        (opt / ".venv" / "bin" / program).symlink_to(Path(sys.executable).with_name(program))
    for name in UNITS:
        text = (DEPLOY / name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text.replace("/opt/helpline", str(opt)), encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(SYSTEMD is None, reason="no systemd-analyze on this machine")
@pytest.mark.parametrize("unit", UNITS)
def test_systemd_takes_the_unit_as_it_is(installed: Path, unit: str) -> None:
    assert SYSTEMD is not None
    judged = subprocess.run(
        [SYSTEMD, "verify", str(installed / unit)], capture_output=True, text=True, check=False
    )
    assert judged.returncode == 0, judged.stderr
    assert unit not in judged.stderr


@pytest.mark.skipif(LOGROTATE is None, reason="no logrotate on this machine")
def test_logrotate_rotates_every_log_of_the_operation(tmp_path: Path) -> None:
    assert LOGROTATE is not None
    settings = Settings(home=tmp_path)
    settings.logs.mkdir()
    for log in (settings.journal, settings.logs / "cron.log"):
        log.write_text("a line\n")
    text = (DEPLOY / "logrotate").read_text().replace("/var/lib/helpline", str(tmp_path))
    text = re.sub(r"^\s*su .*\n", "", text, flags=re.MULTILINE)
    (tmp_path / "logrotate").write_text(text)
    (tmp_path / "logrotate").chmod(0o644)
    tmp_path.chmod(0o755)
    settings.logs.chmod(0o755)
    subprocess.run(
        [LOGROTATE, "--force", "--state", str(tmp_path / "state"), str(tmp_path / "logrotate")],
        check=True,
    )
    kept = sorted(path.name for path in settings.logs.iterdir())
    assert kept == ["cron.log.1.gz", "operation.log.1.gz"]


def test_units_and_image_start_programs_that_the_installation_brings() -> None:
    text = "".join(path.read_text() for path in DEPLOY.iterdir())
    programs = set(re.findall(r"\.venv/bin/([a-z-]+)", text))
    assert programs == {"dagster-daemon", "dagster-webserver", "helpline"}
    for program in programs:
        assert os.access(Path(sys.executable).with_name(program), os.X_OK)


def test_the_web_server_listens_on_loopback_alone() -> None:
    starts = re.findall(
        r"^ExecStart=.*dagster-webserver.*$", whole("helpline-webserver.service"), re.M
    )
    assert len(starts) == 1
    assert "--host 127.0.0.1" in starts[0]
    assert "0.0.0.0" not in "".join(path.read_text() for path in DEPLOY.iterdir())


@pytest.mark.skipif(shutil.which("flock") is None, reason="no flock on this machine")
def test_beside_the_daemon_of_the_unit_no_ui_starts_a_second_one(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    settings.dagster_home.mkdir()
    (start,) = re.findall(r"^ExecStart=(.*)$", whole("helpline-daemon.service"), re.M)
    locked, program, _ = start.partition("/opt/helpline/.venv/bin/dagster-daemon")
    assert program
    locked = locked.replace("${DAGSTER_HOME}", str(settings.dagster_home))
    daemon = subprocess.Popen([*shlex.split(locked), "sh", "-c", "echo; exec sleep 60"],
                              stdout=subprocess.PIPE)  # fmt: skip
    try:
        assert daemon.stdout
        assert daemon.stdout.readline() == b"\n"
        with pytest.raises(CannotRun, match="daemon of this warehouse runs already"):
            hold_place(settings)
    finally:
        daemon.kill()
        daemon.wait()
    hold_place(settings)


def test_every_variable_of_the_environment_file_is_a_setting_or_dagsters() -> None:
    names = re.findall(r"^#? ?([A-Z_]+)=", whole("helpline.env"), re.M)
    assert {"HELPLINE_HOME", "DAGSTER_HOME", "DO_NOT_TRACK"} <= set(names)
    for name in set(names) - {"DAGSTER_HOME", "DO_NOT_TRACK"}:
        assert name.removeprefix("HELPLINE_").lower() in Settings.model_fields


def test_cron_makes_its_log_folder_and_takes_the_units_environment(tmp_path: Path) -> None:
    line = whole("helpline-night.cron").splitlines()[-1]
    command = re.sub(r"^\S+ \S+ \S+ \S+ \S+ helpline ", "", line)
    (tmp_path / "helpline.env").write_text(f"HELPLINE_HOME={tmp_path}/home\n")
    command = command.replace("/etc/helpline", str(tmp_path))
    command = command.replace("/opt/helpline/.venv/bin/helpline run", 'echo "$HELPLINE_HOME"')
    # echo is no program of exec's everywhere; the shell's own does
    subprocess.run(["/bin/sh", "-c", command.replace("exec echo", "echo")], check=True)
    assert (tmp_path / "home/logs/cron.log").read_text() == f"{tmp_path}/home\n"


def whole(name: str) -> str:
    return (DEPLOY / name).read_text(encoding="utf-8")
