"""One process writes; the next is told who, and readers notice nothing."""

import os
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipelines import writer
from pipelines.doctor import examine
from pipelines.errors import CannotRun
from pipelines.ready import ready
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse
from pipelines.writer import current_writer, only_writer, told

HOLD = """
import sys
from pathlib import Path
from pipelines.settings import Settings
from pipelines.writer import only_writer
with only_writer(Settings(home=Path(sys.argv[1])), "helpline run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@contextmanager
def another_writer(home: Path) -> Iterator[subprocess.Popen[str]]:
    """A second process that holds the warehouse until it is told to end."""
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(HOLD), str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(writer, "PATIENCE_S", 0.1)
    return Settings(home=tmp_path)


def test_a_second_writer_is_told_the_pid_and_the_command(settings: Settings) -> None:
    with another_writer(settings.home) as process:
        told = pytest.raises(CannotRun, match=f"process {process.pid} \\(helpline run\\)")
        with told as fault, only_writer(settings):
            pass
        assert fault.value.exit_code == 3


def test_the_lock_of_a_killed_writer_is_gone_at_once(settings: Settings) -> None:
    with another_writer(settings.home) as process:
        process.kill()
        process.wait()
        with only_writer(settings):
            assert current_writer(settings) is not None
    assert current_writer(settings) is None


def test_the_writer_may_enter_again(settings: Settings) -> None:
    with only_writer(settings):
        with only_writer(settings):
            pass
        assert current_writer(settings) is not None


def test_the_command_line_ends_with_3_and_no_traceback(settings: Settings) -> None:
    with another_writer(settings.home) as process:
        for verb in (["run"], ["reload", "1"], ["forget", "phone", "4711"]):
            done = subprocess.run(
                [sys.executable, "-m", "pipelines.cli", *verb],
                env={"HELPLINE_HOME": str(settings.home), "PATH": ""},
                capture_output=True,
                text=True,
                check=False,
            )
            assert done.returncode == 3, done.stderr
            assert f"process {process.pid} (helpline run)" in done.stderr
            assert "Traceback" not in done.stderr
            assert "4711" not in done.stderr + done.stdout


def test_the_doctor_does_not_get_in_the_way_of_a_night(settings: Settings) -> None:
    with open_warehouse(settings):
        pass
    with another_writer(settings.home):
        found = [f for f in examine(settings) if f.subject == "warehouse"]
    assert [(f.state, "helpline run" in f.what) for f in found] == [("ok", True)]


LOOK = """
import sys
from pathlib import Path
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse
with open_warehouse(Settings(home=Path(sys.argv[1])), read_only=True):
    pass
"""


def test_between_two_steps_of_a_night_nobody_else_opens_the_warehouse(settings: Settings) -> None:
    def look() -> str:
        command = [sys.executable, "-c", LOOK, str(settings.home)]
        return subprocess.run(command, capture_output=True, text=True, check=False).stderr

    with ready(settings):
        with open_warehouse(settings) as connection:
            connection.execute("create table step as select 1 as one")
        assert f"The warehouse is held by process {os.getpid()}" in look()
        with open_warehouse(settings, read_only=True) as connection:
            assert connection.execute("from step").fetchall() == [(1,)]
    assert not look()


def test_a_command_is_told_without_the_id_of_a_person() -> None:
    words = ["/usr/bin/python3", "-m", "pipelines.cli", "forget", "phone", "4711"]
    assert told(words) == "helpline forget"
    assert told(["/opt/.venv/bin/helpline", "run", "--since", "2020-01-01"]) == (
        "helpline run --since 2020-01-01"
    )
