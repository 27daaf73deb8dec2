"""When Dagster starts a night: by the clock, after days off, and when files come in the daytime."""

import datetime as dt
import logging
import os
import shutil
import time
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.test_utils import create_test_daemon_workspace_context
from dagster._core.workspace.load_target import ModuleTarget
from dagster._scheduler.scheduler import launch_scheduled_runs
from dagster._utils.schedules import schedule_execution_time_iterator

from pipelines.assets import arrivals
from pipelines.assets.arrivals import STILL_S, arrival_sensor
from pipelines.contracts import load_contracts
from pipelines.definitions import build_definitions
from pipelines.night import prepare_dagster_home
from pipelines.settings import PROJECT, ZONE, Settings
from pipelines.writer import only_writer


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home")


@pytest.mark.parametrize(
    ("first", "days"),
    [("2026-10-23", 5), ("2027-03-26", 5), ("2028-02-27", 4), ("2026-12-30", 4)],
    ids=["clocks go back", "clocks go forward", "29 February", "New Year"],
)
def test_every_day_has_one_night_at_four_in_brussels(
    settings: Settings, first: str, days: int
) -> None:
    schedule = build_definitions(settings).resolve_schedule_def("every_night")
    assert isinstance(schedule.cron_schedule, str)
    start = dt.datetime.fromisoformat(first).replace(tzinfo=ZONE)
    ticks = schedule_execution_time_iterator(
        start.timestamp(), schedule.cron_schedule, schedule.execution_timezone
    )
    local = [next(ticks).astimezone(ZONE) for _ in range(days)]
    assert [tick.strftime("%H:%M") for tick in local] == ["04:00"] * days
    assert [tick.date() for tick in local] == [
        start.date() + dt.timedelta(days=day) for day in range(days)
    ]


@pytest.fixture
def daemon_home(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home as the daemon finds it; runs are queued and nobody takes them from the queue."""
    monkeypatch.setenv("HELPLINE_HOME", str(settings.home))
    monkeypatch.setenv("DAGSTER_HOME", "")
    monkeypatch.setenv("DO_NOT_TRACK", "1")
    monkeypatch.chdir(PROJECT)
    prepare_dagster_home(settings)
    return settings


def test_after_five_days_off_the_scheduler_starts_one_run(daemon_home: Settings) -> None:
    target = ModuleTarget("pipelines.definitions", None, str(PROJECT), None)
    went_off = dt.datetime(2026, 10, 22, 20, tzinfo=dt.UTC)
    with (
        dg.DagsterInstance.from_config(str(daemon_home.dagster_home)) as instance,
        create_test_daemon_workspace_context(target, instance) as workspace,
    ):
        logger = logging.getLogger("scheduler")
        for now in (went_off, went_off + dt.timedelta(days=5)):
            list(launch_scheduled_runs(workspace, logger, now, iteration_times={}))
        runs = [run for run in instance.get_runs() if run.job_name == "nightly"]
    assert [run.tags[".dagster/scheduled_execution_time"] for run in runs] == [
        "2026-10-27T03:00:00+00:00"  # 04:00 in Brussels, of the last day
    ]


class Landing:
    """The sensor of a home before a landing folder, at any time."""

    def __init__(self, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
        self.settings, self.monkeypatch = settings, monkeypatch
        self.sensor = arrival_sensor(settings, load_contracts(settings.contracts))
        (settings.landing / "phone").mkdir(parents=True)

    def deliver(self, name: str) -> None:
        (self.settings.landing / "phone" / name).write_text("a delivery")

    def look(self, instance: dg.DagsterInstance, at: float) -> str:
        """What the sensor says at that time (seconds): why it skips, or `run`."""
        self.monkeypatch.setattr(time, "time", lambda: at)
        said = self.sensor(dg.build_sensor_context(instance=instance))
        return str(said.skip_message) if isinstance(said, dg.SkipReason) else "run"


@pytest.fixture
def landing(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Landing:
    return Landing(settings, monkeypatch)


@pytest.fixture
def night() -> dg.JobDefinition:
    """A job without steps, under the name of the night."""
    return dg.GraphDefinition(name="nightly").to_job()


def later(hour: int) -> float:
    """The next time that it is this hour in Brussels and files of now lie still, in seconds."""
    moment = dt.datetime.now(ZONE) + dt.timedelta(seconds=STILL_S, hours=1)
    while moment.hour != hour:
        moment += dt.timedelta(hours=1)
    return moment.timestamp()


def test_a_file_that_came_in_the_daytime_starts_a_run_once_nothing_follows(
    landing: Landing,
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        assert landing.look(instance, later(12)) == "Nothing came since the last run."
        landing.deliver("oproepen_2020-12-31.csv")
        assert landing.look(instance, later(12)) == "run"


def test_while_files_come_no_run_starts(landing: Landing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arrivals, "DAYTIME", range(24))
    with dg.DagsterInstance.ephemeral() as instance:
        landing.deliver("oproepen_2020-12-31.csv")
        came = (landing.settings.landing / "phone" / "oproepen_2020-12-31.csv").stat().st_ctime
        assert "more may follow" in landing.look(instance, came + STILL_S - 1)
        assert landing.look(instance, came + STILL_S) == "run"


@pytest.mark.parametrize("name", ["oproepen_2020-12-31.csv.part", ".oproepen.csv", "x.csv.tmp"])
def test_a_file_that_is_still_arriving_starts_nothing(landing: Landing, name: str) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        landing.deliver(name)
        assert landing.look(instance, later(12)) == "Nothing came since the last run."


def test_a_file_that_came_at_night_waits_for_the_schedule(landing: Landing) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        landing.deliver("oproepen_2020-12-31.csv")
        assert landing.look(instance, later(3)) == "1 files wait for the schedule at 04:00."
        assert landing.look(instance, later(23)) == "1 files wait for the schedule at 04:00."


def test_what_a_run_has_seen_starts_no_other_and_a_replaced_file_does(
    landing: Landing, night: dg.JobDefinition
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        landing.deliver("oproepen_2020-12-31.csv")
        time.sleep(0.05)
        night.execute_in_process(instance=instance)
        assert landing.look(instance, later(12)) == "Nothing came since the last run."
        time.sleep(0.05)
        landing.deliver("oproepen_2020-12-31.csv")
        old = time.time() - 10**6
        os.utime(landing.settings.landing / "phone" / "oproepen_2020-12-31.csv", (old, old))
        assert landing.look(instance, later(12)) == "run"


def test_one_arrival_is_one_run_however_often_the_sensor_looks(landing: Landing) -> None:
    landing.deliver("oproepen_2020-12-31.csv")
    came = arrivals.arrivals(landing.settings, load_contracts(landing.settings.contracts))
    keys = set()
    for at in (later(12), later(12) + 60, later(13)):
        asked = arrivals.judge_arrivals(came, 0.0, at)
        assert isinstance(asked, dg.RunRequest)
        keys.add(asked.run_key)
    assert len(keys) == 1


def test_while_a_run_is_under_way_no_other_starts(
    landing: Landing, night: dg.JobDefinition
) -> None:
    with dg.DagsterInstance.ephemeral() as instance, only_writer(landing.settings):
        landing.deliver("oproepen_2020-12-31.csv")
        instance.create_run_for_job(night, status=dg.DagsterRunStatus.STARTED)
        assert landing.look(instance, later(12)) == "A run is under way."


def test_a_run_that_was_killed_is_written_down_and_then_the_file_starts_another(
    landing: Landing, night: dg.JobDefinition
) -> None:
    with dg.DagsterInstance.ephemeral() as instance:
        killed = instance.create_run_for_job(night, status=dg.DagsterRunStatus.STARTED)
        time.sleep(0.05)
        landing.deliver("oproepen_2020-12-31.csv")
        assert "killed" in landing.look(instance, later(12))
        run = instance.get_run_by_id(killed.run_id)
        assert run is not None
        assert run.status == dg.DagsterRunStatus.FAILURE
        assert landing.look(instance, later(12)) == "run"


def test_a_landing_folder_that_vanished_starts_nothing(landing: Landing) -> None:
    shutil.rmtree(landing.settings.landing)
    with dg.DagsterInstance.ephemeral() as instance:
        assert landing.look(instance, later(12)) == "Nothing came since the last run."
