"""Great Expectations' own pages about the last nights, below `HELPLINE_HOME/data_docs`.

A whole Data Docs site costs more than all checks of a night, so only the page of each border is
rendered, with the same renderer and view that the site would use, and an index of ours beside it.
"""

import shutil
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from expectations.rule import Border
from pipelines.settings import Settings

if TYPE_CHECKING:
    from great_expectations.core import ExpectationSuiteValidationResult
    from great_expectations.render.view.view import DefaultJinjaPageView

KEPT_NIGHTS = 30
COMPILED = "templates"
"""Folder of the compiled templates, which the next night need not compile again."""


def write_page(
    settings: Settings,
    border: Border,
    night: str,
    run_id: str,
    results: "ExpectationSuiteValidationResult",
) -> Path:
    """Write the page of one border.

    Args:
        settings: of the warehouse.
        border: that was judged.
        night: when the night began, as text that sorts by time; names the folder.
        run_id: of the night, shown on the page.
        results: of the suite; counts only.

    Returns:
        the page.
    """
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    results.meta |= {
        "run_id": {"run_name": run_id, "run_time": night},
        "batch_spec": {},
        "active_batch_definition": {},
    }
    document = ValidationResultsPageRenderer(run_info_at_end=True).render(results)
    folder = settings.data_docs / night
    folder.mkdir(parents=True, exist_ok=True)
    page = folder / f"{border}.html"
    view = page_view(settings.data_docs / COMPILED)
    page.write_text(view.render(document), encoding="utf-8")  # type: ignore[no-untyped-call]  # theirs
    write_index(settings.data_docs)
    return page


@cache
def page_view(compiled: Path) -> "DefaultJinjaPageView":
    """One view for all pages; compiling its templates costs a tenth of the checks of a night."""
    from great_expectations.render.view.view import DefaultJinjaPageView
    from jinja2 import FileSystemBytecodeCache

    compiled.mkdir(parents=True, exist_ok=True)
    view = DefaultJinjaPageView()
    view.env.bytecode_cache = FileSystemBytecodeCache(str(compiled))
    return view


def write_index(folder: Path) -> None:
    """List the nights that have pages, newest first, and remove those beyond the last ones."""
    folders = (path for path in folder.iterdir() if path.is_dir() and path.name != COMPILED)
    nights = sorted(folders, reverse=True)
    for night in nights[KEPT_NIGHTS:]:
        shutil.rmtree(night)
    lines = "\n".join(
        f'<li>{night.name}: <a href="{night.name}/raw.html">raw</a>, '
        f'<a href="{night.name}/marts.html">marts</a></li>'
        for night in nights[:KEPT_NIGHTS]
    )
    (folder / "index.html").write_text(
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Checks of the last nights'
        f"</title><h1>Checks of the last nights</h1><ul>\n{lines}\n</ul></html>\n",
        encoding="utf-8",
    )
