"""A run whose process died between Dagster's log and its list of runs is told once, and rightly."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.runs.sql_run_storage import SqlRunStorage

from pipelines.guard import BY_HAND, KILLED, end_dead_runs


@dg.op
def nothing() -> None:
    """Done at once."""


@dg.job(tags={BY_HAND: "yes"})
def nightly() -> None:
    """A night that has nothing to do."""
    nothing()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.local_temp(str(tmp_path)) as made:
        yield made


def deaf(*_: object, **__: object) -> None:
    """What a state of a run is told to when the process dies before it is written."""


def ends_told(instance: dg.DagsterInstance, run_id: str) -> list[str]:
    return [entry.message for entry in instance.all_logs(run_id, dg.DagsterEventType.RUN_FAILURE)]


def test_a_death_that_was_half_written_down_is_told_once(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = instance.create_run_for_job(nightly, status=dg.DagsterRunStatus.STARTED)
    with monkeypatch.context() as dying:
        dying.setattr(SqlRunStorage, "handle_run_event", deaf)
        assert end_dead_runs(instance) == 1
    assert end_dead_runs(instance) == 0
    assert ends_told(instance, run.run_id) == [KILLED]
    assert instance.get_runs()[0].status == dg.DagsterRunStatus.FAILURE


def test_a_run_that_died_after_its_success_was_a_success(
    instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = SqlRunStorage.handle_run_event

    def die_before_success(
        storage: SqlRunStorage, run_id: str, event: dg.DagsterEvent, at: dt.datetime
    ) -> None:
        if event.event_type != dg.DagsterEventType.RUN_SUCCESS:
            real(storage, run_id, event, at)

    with monkeypatch.context() as dying:
        dying.setattr(SqlRunStorage, "handle_run_event", die_before_success)
        run = nightly.execute_in_process(instance=instance).dagster_run
    assert instance.get_runs()[0].status == dg.DagsterRunStatus.STARTED
    assert end_dead_runs(instance) == 0
    assert ends_told(instance, run.run_id) == []
    assert instance.get_runs()[0].status == dg.DagsterRunStatus.SUCCESS
