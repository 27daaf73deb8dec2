"""`helpline publish` after a whole night: what the warehouse holds, if it passes."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from pipelines.publish import find_release, publish
from pipelines.settings import PROJECT, Settings
from pipelines.warehouse import open_warehouse
from tests.fake_marts import make_warehouse


def helpline(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipelines.cli", *arguments],
        cwd=PROJECT,
        env={"HELPLINE_HOME": str(settings.home), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def change(settings: Settings, statement: str) -> None:
    with open_warehouse(settings) as connection:
        connection.execute(statement)


def test_publish_publishes_what_passed_and_nothing_else(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    first = find_release(settings).release_id

    unchanged = helpline(settings, "publish")
    assert (unchanged.returncode, unchanged.stderr) == (0, "")
    assert f"readers keep release {first}" in unchanged.stdout

    one_more = "update marts.victims_by_category set victims = victims {} where year = 2020"
    change(settings, one_more.format("+ 1"))
    refused = helpline(settings, "publish")
    assert refused.returncode == 1
    assert "Nothing was published" in refused.stderr
    assert "victims" in refused.stderr
    assert find_release(settings).release_id == first

    change(settings, one_more.format("- 1"))
    change(settings, "comment on table marts.figures is 'A clearer description.'")
    published = helpline(settings, "publish", "--json")
    assert published.returncode == 0
    release = json.loads(published.stdout)
    assert release["is_new"]
    assert release["release_id"] == find_release(settings).release_id > first
    with open_warehouse(settings, read_only=True) as connection:
        run = connection.execute("select run_id from raw.runs order by started_at desc").fetchone()
    assert run == (release["run_id"],)


def test_an_answer_that_cannot_be_written_denies_no_publication(tmp_path: Path) -> None:
    settings = make_warehouse(tmp_path / "home")
    publish(settings, "night-1", "abc")
    with Path("/dev/full").open("w") as full:
        ended = subprocess.run(
            [sys.executable, "-m", "pipelines.cli", "releases"],
            cwd=PROJECT,
            env={"HELPLINE_HOME": str(settings.home), "PATH": ""},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ended.returncode == 3
    assert "internal error, OSError" in ended.stderr
    assert "Nothing was published" not in ended.stderr
    assert "`helpline releases` shows what readers see now" in ended.stderr


def test_a_report_is_not_published_beside_figures_that_nobody_judged(
    copied_home: Callable[[], Settings], tmp_path: Path
) -> None:
    settings = copied_home()
    first = find_release(settings).release_id
    change(settings, "update marts.yearly_totals set victims = victims + 1 where year = 2020")

    refused = helpline(settings, "report", "--year", "2020", "--lang", "nl")
    assert refused.returncode == 1
    assert "helpline publish" in refused.stderr
    assert find_release(settings).release_id == first

    beside = helpline(settings, "report", "--year", "2020", "--lang", "nl", "--to", str(tmp_path))
    assert beside.returncode == 0
    assert (tmp_path / "2020" / "report.nl.html").is_file()


def test_reports_and_their_files_are_part_of_the_verified_release(night_home: Path) -> None:
    release = find_release(Settings(home=night_home))
    assert release.faults == ()
    assert (release.folder / "report" / "2020" / "figures.json").is_file()


def test_a_damaged_release_takes_no_report_from_readers(
    copied_home: Callable[[], Settings],
) -> None:
    settings = copied_home()
    made = helpline(settings, "report", "--year", "2015", "--year", "2016", "--year", "2020")
    assert made.returncode == 0, made.stderr
    assert helpline(settings, "report", "--freeze", "2016").returncode == 0
    damaged = find_release(settings).folder
    for name in ("parquet/figures.parquet", "report/2016/figures.json"):
        (damaged / name).parent.chmod(0o755)
        (damaged / name).unlink()

    published = helpline(settings, "publish")
    assert published.returncode == 0, published.stderr
    release = find_release(settings)
    assert release.faults == ()
    names = {path.relative_to(damaged) for path in (damaged / "report").rglob("*.*")}
    names.add(Path("report/2016/figures.json"))
    assert {path.relative_to(release.folder) for path in release.folder.glob("report/*/*")} == names
    vintage = (settings.vintages / "2016" / "report.nl.html").read_bytes()
    assert (release.folder / "report" / "2016" / "report.nl.html").read_bytes() == vintage

    shutil.rmtree(settings.published / "releases")
    assert helpline(settings, "publish").returncode == 0
    there = {path.name for path in (settings.current_release / "report").iterdir()}
    assert there == {"2016", "2020"}
