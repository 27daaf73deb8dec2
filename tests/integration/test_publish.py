"""What a release holds, and what the commands around releases do."""

import csv
import json
import stat
from pathlib import Path

import duckdb
import pytest

from pipelines.errors import CannotRun, WrongUse
from pipelines.publish import (
    Provenance,
    Release,
    publish,
    query,
    releases,
    rollback,
    yearly_summary,
)
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import open_warehouse
from tests.fake_marts import make_warehouse, set_night


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return make_warehouse(tmp_path / "home")


def publish_night(settings: Settings, night: int) -> Release:
    set_night(settings, night)
    return publish(settings, f"night-{night}", "abc")


def rows_of(release: Path, name: str) -> list[dict[str, str]]:
    with (release / "csv" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_a_release_is_sealed_and_named_by_the_pointer(settings: Settings) -> None:
    release = publish(settings, "night-1", "abc")
    assert release.is_new
    assert release.is_current
    assert settings.current_release.resolve() == release.folder.resolve()
    assert not settings.current_release.readlink().is_absolute()
    modes = {
        stat.S_IMODE(path.stat().st_mode): path.is_dir()
        for path in [release.folder, *release.folder.rglob("*")]
    }
    assert modes == {0o444: False, 0o555: True}
    assert not list(release.folder.parent.glob(".*"))
    assert not list(release.folder.rglob("*.wal"))


def test_the_database_holds_marts_with_comments_and_without_constraints(settings: Settings) -> None:
    release = publish(settings, "night-1", "abc")
    with duckdb.connect(str(release.database), read_only=True) as connection:
        tables = connection.execute(
            "select schema_name, table_name, comment from duckdb_tables() order by all"
        ).fetchall()
        assert (
            "marts",
            "victims_by_category",
            "Victims of each category; it's over all victims.",
        ) in tables
        assert ("main", "publish_info") in [table[:2] for table in tables]
        assert "yearly_totals__dbt_tmp" not in [table[1] for table in tables]
        comment = connection.execute(
            "select comment from duckdb_columns() "
            "where table_name = 'victims_by_category' and column_name = 'victims'"
        ).fetchone()
        assert comment == ("Victims reported. Unit: victims.",)
        assert connection.execute("select * from duckdb_constraints()").fetchall() == []
        version = connection.execute(
            "select tags['storage_version'] from duckdb_databases() "
            "where database_name = 'helpline'"
        ).fetchone()
        assert version is not None
        assert version[0].startswith("v1.0.0")
        info = connection.execute(
            "select release_id, run_id, code_version, is_sample, last_load_number, "
            "last_delivery_loaded_at::varchar, as_of::varchar from publish_info"
        ).fetchall()
    assert info == [
        (
            release.release_id,
            "night-1",
            "abc",
            True,
            2,
            "2021-01-01 03:00:02",
            "2020-12-31 23:00:00",
        )
    ]


def test_a_release_of_marts_without_any_delivery_says_so(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute("delete from raw.deliveries")
        connection.execute("delete from raw.runs")
    release = publish(settings, None, "abc")
    assert release.provenance == Provenance("", "abc", None, False, None, None)
    with duckdb.connect(str(release.database), read_only=True) as connection:
        info = connection.execute("select as_of, last_delivery_loaded_at from publish_info")
        assert info.fetchall() == [(None, None)]


def test_rows_stand_in_the_order_of_their_code_list_in_every_format(settings: Settings) -> None:
    release = publish(settings, "night-1", "abc")
    from_csv = [
        (row["year"], row["category"]) for row in rows_of(release.folder, "victims_by_category")
    ]
    assert from_csv[:3] == [
        ("2018", "child_maltreatment"),
        ("2018", "intimate_partner_violence"),
        ("2018", "violence_against_adults"),
    ]
    parquet = release.folder / "parquet" / "victims_by_category.parquet"
    from_parquet = duckdb.sql(f"select year::varchar, category from '{parquet}'").fetchall()
    assert from_parquet == from_csv


def test_labels_stand_beside_every_code_in_the_csv(settings: Settings) -> None:
    release = publish(settings, "night-1", "abc")
    elder_abuse = rows_of(release.folder, "victims_by_category")[7]
    assert elder_abuse["category_label_nl"] == "Ouderenmis(be)handeling"
    assert elder_abuse["category_label_en"] == "Elder abuse"
    figure = rows_of(release.folder, "figures")[0]
    assert figure["breakdown_label_nl"] == "Geslacht van de contactnemer"
    assert figure["within_member_label_nl"] == "Telefoon"
    total = rows_of(release.folder, "figures")[1]
    assert (total["breakdown_label_en"], total["member_label_nl"]) == ("All", "Alle")
    persons = rows_of(release.folder, "contact_persons")
    assert persons[0]["channel_label_nl"] == "Alle"
    without_label = {row["member"] for row in persons if not row["member_label_nl"]}
    assert without_label == set()
    assert rows_of(release.folder, "data_completeness")[0]["status_label_nl"] == "Ontvangen"


def test_texts_that_a_spreadsheet_would_run_are_neutralised_in_the_csv_alone(
    settings: Settings,
) -> None:
    release = publish(settings, "night-1", "abc")
    campaigns = rows_of(release.folder, "contacts_around_campaigns")
    assert [row["name"] for row in campaigns] == [
        '\'=HYPERLINK("http://x")',
        "' +1",
        'Calm, "quoted" & plain 1',
    ]
    assert campaigns[1]["spend"] == "-5.00"
    assert campaigns[0]["overlaps"] == "C2|C3"
    with duckdb.connect(str(release.database), read_only=True) as connection:
        kept = connection.execute("select name from marts.contacts_around_campaigns").fetchone()
    assert kept == ('=HYPERLINK("http://x")',)


def test_the_data_package_describes_every_column_and_validates(settings: Settings) -> None:
    frictionless = pytest.importorskip("frictionless")
    release = publish(settings, "night-1", "abc")
    path = release.folder / "csv" / "datapackage.json"
    package = json.loads(path.read_text(encoding="utf-8"))
    resource = next(r for r in package["resources"] if r["title"] == "victims_by_category")
    fields = {field["name"]: field for field in resource["schema"]["fields"]}
    assert fields["victims"] == {
        "name": "victims",
        "type": "integer",
        "description": "Victims reported. Unit: victims.",
        "unit": "victims",
    }
    assert fields["share_pct"]["unit"] == "percent"
    assert resource["schema"]["primaryKey"] == ["year", "category"]
    assert "FICTIONAL SAMPLE" in package["description"]
    assert [source["title"][:28] for source in package["sources"]] == [
        "Exports of the source chat: ",
        "Exports of the source phone:",
    ]
    report = frictionless.validate(str(path))
    assert report.valid, report.flatten(["rowNumber", "fieldName", "type"])


def test_the_manifest_states_hash_and_rows_of_every_file(settings: Settings) -> None:
    release = publish(settings, "night-1", "abc")
    manifest = json.loads((release.folder / "MANIFEST.json").read_text())
    files = {
        path.relative_to(release.folder).as_posix()
        for path in release.folder.rglob("*")
        if path.is_file()
    }
    assert manifest["files"].keys() == files - {"MANIFEST.json"}
    assert manifest["files"]["csv/data_completeness.csv"]["rows"] == 10
    assert manifest["files"]["helpline.duckdb"]["rows"] == release.rows
    assert manifest["last_delivery_loaded_at"] == "2021-01-01T03:00:02Z"


def test_a_night_that_changed_nothing_publishes_nothing(settings: Settings) -> None:
    first = publish_night(settings, 1)
    again = publish_night(settings, 1)
    assert (again.release_id, again.is_new) == (first.release_id, False)
    assert len(releases(settings)) == 1
    assert publish_night(settings, 2).is_new


def test_a_changed_description_is_a_new_release(settings: Settings) -> None:
    publish(settings, "night-1", "abc")
    with open_warehouse(settings) as connection:
        connection.execute("comment on column marts.figures.value is 'Value of the figure.'")
    assert publish(settings, "night-2", "abc").is_new


def test_the_same_marts_make_the_same_parquet_and_csv_bytes(tmp_path: Path) -> None:
    one = publish(make_warehouse(tmp_path / "one"), "night-1", "abc").folder
    two = publish(make_warehouse(tmp_path / "two"), "night-9", "def").folder
    files = [p.relative_to(one) for p in one.rglob("*") if p.parent.name in ("csv", "parquet")]
    assert len(files) == 14
    assert [f for f in files if (one / f).read_bytes() != (two / f).read_bytes()] == []


def test_reports_of_unchanged_years_are_carried_over_without_a_copy(
    settings: Settings, tmp_path: Path
) -> None:
    reports = tmp_path / "reports"
    for year in ("2019", "2020"):
        (reports / year).mkdir(parents=True)
        (reports / year / "figures.json").write_text(year)
    first = publish(settings, "night-1", "abc", reports=reports)
    (reports / "2019" / "figures.json").unlink()
    (reports / "2019").rmdir()
    (reports / "2020" / "figures.json").write_text("2020, corrected")
    second = publish(settings, "night-2", "abc", reports=reports)
    assert second.is_new
    assert (second.folder / "report/2020/figures.json").read_text() == "2020, corrected"
    carried = Path("report/2019/figures.json")
    assert (second.folder / carried).samefile(first.folder / carried)
    assert not publish(settings, "night-3", "abc", reports=reports).is_new
    assert (
        "report/2019/figures.json"
        in json.loads((second.folder / "MANIFEST.json").read_text())["files"]
    )


def test_the_last_releases_stay_and_the_current_one_always(settings: Settings) -> None:
    kept = settings.model_copy(update={"keep_releases": 2})
    made = [publish_night(kept, night).release_id for night in (1, 2, 3)]
    assert [release.release_id for release in releases(kept)] == [made[2], made[1]]
    rollback(kept, made[1])
    set_night(kept, 4)
    one = kept.model_copy(update={"keep_releases": 1})
    fourth = publish(one, "night-4", "abc").release_id
    assert [release.release_id for release in releases(kept)] == [fourth]


def test_rollback_goes_to_the_whole_release_before_and_back_by_id(settings: Settings) -> None:
    first, second, third = (publish_night(settings, night).release_id for night in (1, 2, 3))
    assert rollback(settings).release_id == second
    assert rollback(settings).release_id == first
    with pytest.raises(WrongUse, match="no earlier whole release"):
        rollback(settings)
    assert rollback(settings, third).release_id == third
    assert [r.release_id for r in releases(settings) if r.is_current] == [third]
    with pytest.raises(WrongUse, match="There is no release 2020"):
        rollback(settings, "2020")
    with pytest.raises(WrongUse, match="There is no release"):
        rollback(settings, "../releases")


def test_ids_sort_in_order_of_publication_even_when_the_clock_was_set_back(
    settings: Settings,
) -> None:
    first = publish_night(settings, 1)
    future = first.folder.with_name("29991231T235959999Z-aaaaaa")
    first.folder.rename(future)
    second = publish_night(settings, 2)
    assert second.release_id > future.name
    assert second.release_id.startswith("30000101T000000000Z-")


def test_the_summary_reads_the_published_totals(settings: Settings) -> None:
    publish_night(settings, 7)
    assert yearly_summary(settings) == [(y, 7, 7, None, True) for y in (2018, 2019, 2020)]


def test_without_a_release_or_a_warehouse_the_message_names_the_command(tmp_path: Path) -> None:
    empty = load_settings(home=tmp_path)
    assert releases(empty) == []
    with pytest.raises(CannotRun, match="`helpline run`"):
        publish(empty, "night-1", "abc")
    with (
        pytest.raises(CannotRun, match=r"no current release.*`helpline publish`"),
        query(empty, "select 1"),
    ):
        pass
