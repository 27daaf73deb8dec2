"""The report as a PDF with a page design of its own, set by Typst: tagged (PDF/UA-1), bookmarked.

The report reaches Typst as data, so that no word of it is ever read as markup. The fonts are those
that Typst carries, so that a PDF is the same on every machine; what they cannot write is replaced.
"""

import datetime as dt
import json
import re
import unicodedata
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipelines.report.document import Report
from pipelines.report.language import Language

TEMPLATE = Path(__file__).parent / "templates" / "report.typ"

CHART_STYLE = """<style>
text{font-family:"Libertinus Serif";font-size:15.5px;fill:#17262e}
.value,.series,.mark{font-weight:700}.tick{fill:#4a5b64;font-size:14px}
.bar,.column,.dot{fill:#0f6678}.bar.second,.dot.second{fill:#fff;stroke:#b4471f;stroke-width:1.5}
.bar.rest{fill:none;stroke:#7a8b93;stroke-width:1.5;stroke-dasharray:4 3}
.line{fill:none;stroke:#0f6678;stroke-width:3;stroke-linejoin:round}
.line.second{stroke:#b4471f;stroke-dasharray:7 5}
.grid{stroke:#d8d4ca;stroke-width:1}.axis{stroke:#4a5b64;stroke-width:1}
.band{fill:#b4471f}.band.open{fill:#7a8b93}.shade{opacity:.1}
</style>"""

MOST_HIGH = 0.36
"""The height that a chart may take, as a part of the width of the text."""

CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")
UNPRINTED = re.compile(
    "[^\t\n -~"
    "\u00a0-\u024f\u1e00-\u1eff"  # Latin
    "\u0386\u0388-\u038a\u038c\u038e-\u03a1\u03a3-\u03ce\u0400-\u045f"  # Greek, Cyrillic
    "\u2010-\u2015\u2018-\u201e\u2020-\u2022\u2026\u2030\u2032\u2033\u2039\u203a"  # punctuation
    "\u20ac\u2122\u2190-\u2193\u2212\u2260\u2264\u2265]+"  # signs
)
"""What the fonts are not sure to have, alone or in a cluster; PDF/UA refuses a missing glyph."""
REPLACEMENT = "\ufffd"

WORDS = (
    "contents",
    "key_figures_headline",
    "chart_table",
    "sources",
)


def render_pdf(report: Report, language: Language, day: dt.date) -> bytes:
    """The PDF of one report; `day` is the date that the document states as its own."""
    import typst

    midnight = dt.datetime.combine(day, dt.time(), dt.UTC)
    data = printed(_data(report, language, day))
    return typst.compile(
        TEMPLATE.read_bytes(),
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        timestamp=int(midnight.timestamp()),
        sys_inputs={"report": json.dumps(data, ensure_ascii=False)},
    )


def printed(data: Any) -> Any:
    """The texts of the data as the fonts can write them: a sign stands for what they lack."""
    if isinstance(data, dict):
        return {key: printed(value) for key, value in data.items()}
    if isinstance(data, list | tuple):
        return [printed(value) for value in data]
    if isinstance(data, str):
        return UNPRINTED.sub(REPLACEMENT, unicodedata.normalize("NFC", CONTROLS.sub("", data)))
    return data


def _data(report: Report, language: Language, day: dt.date) -> dict[str, object]:
    data = asdict(report)
    for section in data["sections"]:
        for exhibit in section["exhibits"]:
            if exhibit["chart"]:
                exhibit["chart"]["width"] = _width_pct(exhibit["chart"]["wide"])
                exhibit["chart"]["wide"] = _styled(exhibit["chart"]["wide"])
    return data | {
        "day": [day.year, day.month, day.day],
        "words": {name: language.say(name) for name in WORDS},
    }


def _width_pct(drawing: str) -> float:
    """How wide a chart is printed, in per cent of the text: high ones narrower, to save a page."""
    _, _, width, height = map(float, drawing.partition('viewBox="')[2].partition('"')[0].split())
    return max(66.0, min(88.0, 100 * MOST_HIGH * width / height))


def _styled(drawing: str) -> str:
    """The drawing with the PDF's colours and font inside it."""
    start = drawing.index(">") + 1
    return drawing[:start] + CHART_STYLE + drawing[start:]
