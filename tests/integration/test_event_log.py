"""Dagster's event log over open connections holds what Dagster's own would hold."""

import queue
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.storage.event_log import EventLogStorage, SqliteEventLogStorage
from dagster._core.utils import make_new_run_id

from pipelines.event_log import OneConnectionEventLog
from pipelines.night import prepare_dagster_home
from pipelines.settings import load_settings


@dg.asset
def numbers() -> dg.MaterializeResult[None]:
    return dg.MaterializeResult(metadata={"rows": 3})


@dg.asset_check(asset=numbers)
def plausible() -> dg.AssetCheckResult:
    return dg.AssetCheckResult(passed=False, severity=dg.AssetCheckSeverity.WARN)


def run_of(instance: dg.DagsterInstance) -> str:
    result = dg.materialize(
        [numbers, plausible], selection=dg.AssetSelection.all(), instance=instance
    )
    assert result.success
    return result.run_id


def types_of(storage: EventLogStorage, run_id: str) -> list[str]:
    return [
        entry.dagster_event_type.value
        for entry in storage.get_logs_for_run(run_id)
        if entry.dagster_event_type
    ]


def test_what_it_writes_is_read_by_dagsters_own_storage_while_it_is_still_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")  # put back afterwards
    settings = load_settings(home=tmp_path)
    prepare_dagster_home(settings)
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        assert isinstance(instance.event_log_storage, OneConnectionEventLog)
        first, second = run_of(instance), run_of(instance)
        plain = SqliteEventLogStorage(str(settings.dagster_home / "history" / "runs"))
        assert types_of(plain, first) == types_of(plain, second)
        latest = plain.get_latest_materialization_events([numbers.key])[numbers.key]
        assert latest is not None
        assert latest.run_id == second
        with dg.DagsterInstance.ephemeral() as other:
            expected = run_of(other)
            assert types_of(plain, first) == types_of(other.event_log_storage, expected)


def test_of_many_runs_only_the_last_stays_open(tmp_path: Path) -> None:
    storage = OneConnectionEventLog(str(tmp_path / "history"))
    for run in ("a", "b", "c"):
        assert not storage.get_logs_for_run(run)
    assert sorted(storage._engines) == ["c", "index"]
    storage.dispose()
    assert not storage._engines


def test_who_watches_a_run_hears_of_its_end_while_all_connections_stay_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_HOME", "")  # put back afterwards
    settings = load_settings(home=tmp_path)
    prepare_dagster_home(settings)
    job = dg.Definitions(
        assets=[numbers], jobs=[dg.define_asset_job("night", selection=[numbers])]
    ).resolve_job_def("night")
    heard: queue.Queue[str] = queue.Queue()

    def hear(entry: dg.EventLogEntry, _: str) -> None:
        heard.put(str(entry.dagster_event_type))

    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:
        run_id = make_new_run_id()
        page = OneConnectionEventLog(str(settings.dagster_home / "history" / "runs"))
        assert not page.get_logs_for_run(run_id)
        page.watch(run_id, None, hear)
        assert job.execute_in_process(instance=instance, run_id=run_id).success
        while "RUN_SUCCESS" not in heard.get(timeout=300):
            pass
        page.dispose()
