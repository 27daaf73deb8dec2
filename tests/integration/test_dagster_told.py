"""What a night told Dagster, read from its own store: deliveries, previews, paths, arrivals."""

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest

from pipelines.assets.landing import arrival
from pipelines.assets.raw import SHOWN, delivery_metadata, worst_first
from pipelines.contracts import load_contracts
from pipelines.ingest import Delivery
from pipelines.ingest.tables import create_raw_tables
from pipelines.settings import Settings

Told = Callable[[str], dict[str, Any]]


@pytest.fixture
def told(
    copied_home: Callable[[], Settings], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Settings, Told]]:
    """What the latest materialization of an asset shows, after one night on the sample."""
    settings = copied_home()
    monkeypatch.setenv("DAGSTER_HOME", str(settings.dagster_home))
    with dg.DagsterInstance.from_config(str(settings.dagster_home)) as instance:

        def latest(asset: str) -> dict[str, Any]:
            event = instance.get_latest_materialization_event(dg.AssetKey(asset.split("/")))
            assert event is not None
            assert event.asset_materialization is not None
            return {name: plain(v) for name, v in event.asset_materialization.metadata.items()}

        yield settings, latest


def plain(value: dg.MetadataValue) -> Any:
    """A table as its lines, anything else as its value."""
    if isinstance(value, dg.TableMetadataValue):
        return [dict(record.data) for record in value.records]
    return value.value


def test_a_night_tells_what_came_what_it_made_of_it_and_where_that_lies(
    told: tuple[Settings, Told],
) -> None:
    settings, latest = told
    phone = latest("raw/phone")
    lossy = [line["rejected"] for line in phone["deliveries"] if line["rejects"]]
    assert lossy == [line["rejected"] for line in phone["deliveries"][: len(lossy)]]
    assert sum(lossy) == phone["rows_rejected"] == 29
    assert phone["dagster/row_count"] > phone["deliveries_loaded"] == 55
    assert latest("landing/phone")["last_day"] == "2020-12-31"
    assert latest("landing/phone")["bytes"] > 10**6
    newest = latest("marts/yearly_totals")["preview"][0]
    assert (newest["year"], newest["contacts"]) == ("2020", "8059")
    assert latest("published/release")["bytes"] > 10**6
    for name in ("report.nl.html", "report.en.pdf", "tables.nl.xlsx"):
        for asset in ("published/release", "published/annual_report"):
            path = Path(latest(asset)[name])
            assert path.parts[-5:-2] == ("published", "current", "report")
            assert (settings.current_release / Path(*path.parts[-3:])).is_file()


PHONE = next(
    contract for contract in load_contracts(Settings().contracts) if contract.source == "phone"
)


def delivery(run: str, day: str, sha256: str, **other: object) -> Delivery:
    """A phone delivery of one day."""
    now, covered = dt.datetime(2026, 1, 1), dt.date.fromisoformat(day)  # noqa: DTZ001 - naive UTC
    values = {
        "load_number": 1, "delivery_id": int(sha256, 16), "source": "phone", "site": None,
        "file_name": f"oproepen_{day}.csv", "sha256": sha256, "bytes": 100,
        "contract_version": "1", "received_at": now, "modified_at": now, "loaded_at": now,
        "run_id": run, "rows_in": 10, "rows_loaded": 10, "first_day": covered,
        "last_day": covered,
    }  # fmt: skip
    return Delivery(**{**values, **other})  # type: ignore[arg-type]  # a test's own values


@pytest.mark.parametrize(
    ("before", "now", "kind"),
    [
        ([], [("2026-01-02", "a")], dg.AssetMaterialization),
        ([("2026-01-02", "a")], [("2026-01-03", "b")], dg.AssetMaterialization),
        ([("2026-01-02", "a")], [("2026-01-02", "b")], dg.AssetMaterialization),
        ([("2026-01-02", "a")], [("2026-01-01", "b")], dg.AssetObservation),
        ([("2026-01-02", "a")], [("2026-01-02", "a")], None),
        ([("2026-01-02", "a")], [], None),
    ],
    ids=["first", "next day", "same day anew", "an old day", "read again", "nothing"],
)
def test_a_source_is_fresh_by_new_days_not_by_old_ones_or_by_reading_again(
    before: list[tuple[str, str]], now: list[tuple[str, str]], kind: type | None
) -> None:
    with duckdb.connect() as connection:
        create_raw_tables(connection)
        for run, lines in (("before", before), ("now", now)):
            for day, sha256 in lines:
                ledger(connection, delivery(run, day, sha256))
        loaded = [delivery("now", day, sha256) for day, sha256 in now]
        told = arrival(connection, PHONE, "now", loaded)
    assert (None if told is None else type(told)) is kind


def ledger(connection: duckdb.DuckDBPyConnection, line: Delivery) -> None:
    connection.execute(
        "insert into raw.deliveries (source, run_id, sha256, last_day, status) "
        "values (?, ?, ?, ?, ?)",
        [line.source, line.run_id, line.sha256, line.last_day, line.status],
    )


def test_of_many_deliveries_the_refused_and_the_lossy_are_shown_before_the_newest() -> None:
    refused = delivery("r", "2026-01-01", "a", status="rejected", reason="BAD_DIALECT")
    lossy = delivery("r", "2026-01-02", "b", rows_rejected=1, rejects_by_reason={"BAD_DATE": 1})
    clean = [delivery("r", f"2026-02-{day:02}", "c") for day in range(1, 29)] * 3
    twice = delivery("r", "2026-03-01", "d", status="duplicate")
    many = [*clean, twice, lossy, refused]
    assert worst_first(many)[:3] == [refused, lossy, twice]
    told = delivery_metadata(many)["deliveries"]
    assert isinstance(told, dg.TableMetadataValue)
    shown = [record.data for record in told.records]
    assert list(shown[0]) == [column.name for column in told.schema.columns]
    assert len(shown) == SHOWN < len(many)
    assert shown[0]["status"] == "rejected BAD_DIALECT"
    assert (shown[1]["rejected"], shown[1]["rejects"]) == (1, "BAD_DATE 1")
