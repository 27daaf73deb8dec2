"""Charts draw what their tables show, and no row of either is dropped or nameless."""

import datetime as dt
import re
from typing import Any

import pytest

from pipelines.report.charts import WIDE, Band, Week, timeline_chart
from pipelines.report.charts.svg import text_width
from pipelines.report.rounding import share_entry
from pipelines.report.sections.help import campaigns
from pipelines.report.sections.victims import victims
from tests.unit.report_writer import writer


def with_campaigns(count: int) -> dict[str, list[dict[str, Any]]]:
    """One campaign a day from 3 February 2020, and one week of contacts."""
    first = dt.date(2020, 2, 3)
    days = [(first + dt.timedelta(days=number)).isoformat() for number in range(count)]
    return {
        "contacts.week": [{"member": first.isoformat(), "figures": {"all": "contacts.week"}}],
        "campaigns": [
            {
                "member": f"C{number}",
                "name": f"Campaign {number}",
                "kind": "campaign",
                "starts_on": day,
                "ends_on": day,
                "overlaps": True,
                "figures": {"all": f"campaigns.C{number}"},
            }
            for number, day in enumerate(days)
        ],
    }


def test_every_campaign_has_letters_of_its_own_in_the_table_and_on_the_timeline() -> None:
    told = writer({"campaigns": {"value": 30}, "contacts.week": {"value": 9}}, language="en")
    told.document["tables"] = with_campaigns(30)
    section = campaigns(told)
    assert section is not None
    timeline, table = section.exhibits
    marks = [row[0].text for row in table.table.rows]
    assert len(set(marks)) == 30
    assert marks[:2] + marks[24:28] == ["A", "B", "Y", "Z", "AA", "AB"]
    assert timeline.chart is not None
    assert re.findall(r'class="mark"[^>]*>(\w+)<', timeline.chart.wide) == marks


def test_two_letters_get_the_room_of_two() -> None:
    weeks = [Week(dt.date(2020, 1, 6), 10)]
    day, later = dt.date(2020, 3, 1), dt.date(2020, 3, 12)
    marks, _ = timeline_chart(
        weeks, [Band("AA", day, day), Band("AB", later, later)], WIDE, tick=str, month=str
    )
    found = re.findall(r'class="mark" x="([\d.]+)" y="([\d.]+)"', marks)
    (first, above), (second, below) = ((float(x), float(y)) for x, y in found)
    assert above != below or second - first >= text_width("AA", bold=True)


def joined(table: str, *blocks: str, parts: tuple[str, ...] = ("all",)) -> list[dict[str, Any]]:
    """Rows of a table, each of one code or of codes joined by `+`."""
    return [
        {
            "member": block,
            "codes": block.split("+"),
            "figures": {part: f"{table}.{block}.{part}" for part in parts},
        }
        for block in blocks
    ]


def test_the_chart_of_sexes_draws_the_joined_row_of_its_table() -> None:
    rows = joined("victims.sex", "female", "male+other", parts=("minor", "adult"))
    figures = {
        key: {"value": 9} | share_entry(50.0) for row in rows for key in row["figures"].values()
    }
    told = writer(figures, language="en")
    told.document["tables"]["victims.sex"] = rows
    (exhibit,) = victims(told).exhibits
    assert exhibit.chart is not None
    for row in exhibit.table.rows:
        assert f">{row[0].text}<" in exhibit.chart.wide


@pytest.mark.parametrize(
    ("breakdown", "codes", "label"),
    [
        ("context", "work+school+religion+other", "Work, School, Faith and religion and Other"),
        ("contact_sex", "male+other+not_filled+unknown", "Male, X or other and not known"),
        ("contact_sex", "male+other", "Male and X or other"),
    ],
)
def test_a_joined_row_is_called_by_all_that_it_holds(
    breakdown: str, codes: str, label: str
) -> None:
    told = writer({}, language="en")
    (row,) = joined(f"victims.{breakdown}", codes)
    assert told.member_label(breakdown, row) == label
