"""What people are told when a night stops, over a real web server and a real mail server."""

import json
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from dagster._core.errors import DagsterExecutionInterruptedError

from pipelines.alarm import LONGEST, raise_alarm
from pipelines.assets.arrivals import failure_alarm
from pipelines.errors import WrongUse
from pipelines.guard import BY_HAND
from pipelines.night import run_night
from pipelines.settings import Settings

Told = list[str]


@contextmanager
def server(answer: Callable[[Any, Told], None]) -> Iterator[tuple[str, Told]]:
    """A server on loopback; its address, and what it was told."""
    told: Told = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            answer(self, told)

    with socketserver.TCPServer(("127.0.0.1", 0), Handler) as listening:
        threading.Thread(target=listening.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{listening.server_address[1]}", told
        listening.shutdown()


def take_post(handler: Any, told: Told) -> None:
    """Take one HTTP request and thank for it."""
    length = 0
    while (line := handler.rfile.readline().strip()) != b"":
        name, _, value = line.partition(b":")
        length = int(value) if name.lower() == b"content-length" else length
    told.append(handler.rfile.read(length).decode())
    handler.wfile.write(b"HTTP/1.1 204 No Content\r\n\r\n")


def talk_nonsense(handler: Any, told: Told) -> None:
    """Answer a request with what is no HTTP."""
    told.append(handler.rfile.readline().decode())
    handler.wfile.write(b"what?\r\n\r\n")


def take_mail(handler: Any, told: Told) -> None:
    """As little SMTP as takes one message."""
    handler.wfile.write(b"220 here\r\n")
    while line := handler.rfile.readline():
        told.append(line.decode().strip())
        if line.upper().startswith(b"DATA"):
            handler.wfile.write(b"354 go on\r\n")
            while (text := handler.rfile.readline()) != b".\r\n":
                told.append(text.decode().strip())
        if line.upper().startswith(b"QUIT"):
            handler.wfile.write(b"221 bye\r\n")
            return
        handler.wfile.write(b"250 fine\r\n")


def journal(settings: Settings) -> list[str]:
    return settings.journal.read_text(encoding="utf-8").splitlines()


def test_a_stopped_night_is_one_line_in_the_journal_whatever_its_length(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    raise_alarm(settings, "first line\nsecond line " + "x" * 2 * LONGEST)
    [line] = journal(settings)
    assert "stopped: first line second line xxx" in line
    assert len(line) < LONGEST + 60


def test_a_webhook_is_posted_the_line_of_the_journal(tmp_path: Path) -> None:
    with server(take_post) as (address, told):
        settings = Settings(home=tmp_path, alarm_webhook=f"http://{address}/hook")
        raise_alarm(settings, "run 1234: due_delivery on raw/phone")
    assert [json.loads(body) for body in told] == [
        {"text": "helpline: run 1234: due_delivery on raw/phone"}
    ]
    assert len(journal(settings)) == 1


def test_a_mail_carries_the_line_of_the_journal(tmp_path: Path) -> None:
    with server(take_mail) as (address, told):
        settings = Settings(home=tmp_path, alarm_mail="data-team@example.org", alarm_smtp=address)
        raise_alarm(settings, "run 1234: due_delivery on raw/phone")
    assert "RCPT TO:<data-team@example.org>" in [line.replace("rcpt", "RCPT") for line in told]
    assert "Subject: helpline: the night stopped" in told
    assert "run 1234: due_delivery on raw/phone" in told
    assert len(journal(settings)) == 1


@pytest.mark.parametrize(
    ("webhook", "written"),
    [
        ("http://127.0.0.1:1/hook", "webhook could not be reached (URLError)"),
        ("http://127.0.0.1:port/hook", "webhook could not be reached (InvalidURL)"),
        ("chat.example.org/hook", "HELPLINE_ALARM_WEBHOOK is no web address"),
    ],
)
def test_a_webhook_that_cannot_be_reached_is_written_down_and_mail_still_goes(
    tmp_path: Path, webhook: str, written: str
) -> None:
    with server(take_mail) as (address, told):
        settings = Settings(
            home=tmp_path, alarm_webhook=webhook, alarm_mail="a@example.org", alarm_smtp=address
        )
        raise_alarm(settings, "run 1234 stopped")
    assert written in journal(settings)[1]
    assert "run 1234 stopped" in told


def test_an_answer_that_is_no_http_does_not_break_the_night(tmp_path: Path) -> None:
    with server(talk_nonsense) as (address, told):
        settings = Settings(home=tmp_path, alarm_webhook=f"http://{address}/hook")
        raise_alarm(settings, "run 1234 stopped")
    assert len(told) == 1
    assert "could not be reached (BadStatusLine)" in journal(settings)[1]


@pytest.mark.parametrize(("tags", "lines"), [({}, 1), ({BY_HAND: "yes"}, 0)])
def test_a_run_that_failed_alarms_with_its_step_and_kind_of_error_and_never_with_its_text(
    tmp_path: Path, tags: dict[str, str], lines: int
) -> None:
    settings = Settings(home=tmp_path)

    @dg.op
    def trips() -> None:
        raise ZeroDivisionError("a value of a record")

    @dg.job
    def night() -> None:
        trips()

    with dg.instance_for_test() as instance:
        result = night.execute_in_process(instance=instance, raise_on_error=False, tags=tags)
        tell_of(settings, instance, result.dagster_run)
    told = journal(settings) if settings.journal.exists() else []
    assert len(told) == lines
    for line in told:
        assert f"run {result.run_id[:8]}: Step trips stopped with ZeroDivisionError." in line
        assert "a value of a record" not in line


def tell_of(settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun) -> None:
    """Let the sensor see the failure of a run, as the daemon does."""
    alarm = failure_alarm(settings)
    events = [entry.dagster_event for entry in instance.all_logs(run.run_id)]
    [failure] = [event for event in events if event and event.is_job_failure]
    context = dg.build_run_status_sensor_context(
        sensor_name=alarm.name,
        dagster_event=failure,
        dagster_instance=instance,
        dagster_run=run,
    )
    alarm(context.for_run_failure())


def test_a_run_that_somebody_stopped_is_said_to_be_stopped(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)

    @dg.op
    def waits() -> None:
        raise DagsterExecutionInterruptedError

    @dg.job
    def night() -> None:
        waits()

    with dg.instance_for_test() as instance:
        result = night.execute_in_process(instance=instance, raise_on_error=False)
        tell_of(settings, instance, result.dagster_run)
    assert "The night was stopped." in journal(settings)[-1]


def test_a_run_whose_process_was_killed_alarms_though_it_could_say_nothing(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    night = dg.GraphDefinition(name="nightly").to_job()
    with dg.instance_for_test() as instance:
        run = instance.create_run_for_job(night, status=dg.DagsterRunStatus.STARTED)
        instance.report_run_failed(run)  # as Dagster does when a run's process is gone
        tell_of(settings, instance, run)
    [line] = journal(settings)
    assert f"run {run.run_id[:8]}: The process of the night ended without a word." in line


def test_a_night_that_cannot_even_begin_alarms(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, contracts=tmp_path / "none")
    with pytest.raises(WrongUse):
        run_night(settings)
    assert "stopped: " in journal(settings)[-1]
