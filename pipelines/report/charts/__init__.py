"""Our own small SVG charts: bars, grouped bars, lines and a timeline with bands.

Every drawing comes in two widths, labels its marks directly, tells series apart by pattern or dash
and not by colour alone, and speaks its title and description. Colours and fonts are classes, which
the page and the PDF style in their own ways.
"""

from pipelines.report.charts.bars import Bar, bar_chart
from pipelines.report.charts.lines import Series, line_chart
from pipelines.report.charts.svg import NARROW, WIDE, drawing
from pipelines.report.charts.timeline import Band, Week, timeline_chart

__all__ = [
    "NARROW",
    "WIDE",
    "Band",
    "Bar",
    "Series",
    "Week",
    "bar_chart",
    "drawing",
    "line_chart",
    "timeline_chart",
]
