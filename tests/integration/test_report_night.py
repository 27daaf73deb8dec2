"""The report of a whole night on the sample: what is in the release, and in docs/sample."""

import json
from pathlib import Path

from pipelines.settings import PROJECT, Settings

FILES = {
    "figures.json",
    *(
        f"{name}.{code}.{kind}"
        for code in ("nl", "en")
        for name, kind in (("report", "html"), ("report", "pdf"), ("tables", "xlsx"))
    ),
}


def test_a_first_release_holds_the_report_of_the_last_year(night_home: Path) -> None:
    report = Settings(home=night_home).current_release / "report" / "2020"
    assert {file.name for file in report.iterdir()} == FILES


def test_the_report_of_2020_agrees_with_every_published_figure(night_home: Path) -> None:
    folder = Settings(home=night_home).current_release / "report" / "2020"
    document = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert document["is_sample"]
    assert not document["is_provisional"]
    assert document["reconciliation"] == {
        "published": 86,
        "matching": 86,
        "differing": [],
        "differing_unnamed": 0,
    }
    assert document["left_out"] == []


def test_the_sample_report_in_the_docs_is_what_the_night_makes(night_home: Path) -> None:
    folder = Settings(home=night_home).current_release / "report" / "2020"
    kept = PROJECT / "docs" / "sample" / "2020"
    assert {file.name for file in kept.iterdir()} == FILES
    made = json.loads((folder / "figures.json").read_text(encoding="utf-8"))
    assert json.loads((kept / "figures.json").read_text(encoding="utf-8")) == made
