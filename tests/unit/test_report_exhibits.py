"""Charts draw what their tables show, and no row of either is dropped or nameless."""

import datetime as dt
import re
from typing import Any

from pipelines.report.charts import WIDE, Band, Week, timeline_chart
from pipelines.report.charts.svg import text_width
from pipelines.report.sections.help import campaigns
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
