"""The report as one HTML file: no script, nothing loaded from elsewhere, styles and charts inside.

Jinja escapes every word; only our own drawings are put in as they are, and they escape theirs.
"""

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from pipelines.report.document import Exhibit, Report
from pipelines.report.language import Language

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """Templates of the page; an unknown name in one is an error, not an empty place."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render_page(report: Report, language: Language, other: Language | None) -> str:
    """The page of one report; `other` is the language that its switch leads to, if it is made."""
    templates = environment()
    exhibit_template = templates.get_template("exhibit.html.j2")

    def show(exhibit: Exhibit) -> Markup:
        html = exhibit_template.render(exhibit=exhibit, say=language.say, soft=language.soft)
        return Markup(html)  # noqa: S704 - escaped as it was rendered, and not to be twice

    return templates.get_template("page.html.j2").render(
        report=report,
        say=language.say,
        other=other,
        show=show,
        # no word of a report goes into the style
        style=Markup((TEMPLATES / "style.css").read_text(encoding="utf-8")),  # noqa: S704 - our file
    )
