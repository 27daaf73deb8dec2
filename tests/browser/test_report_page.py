"""The report's page in a real browser: accessible, self-contained, at home on narrow screens."""

import os
import shutil
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import duckdb
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from pipelines.report import build_reports
from pipelines.settings import Settings

CHROMIUM = os.environ.get("HELPLINE_TEST_CHROMIUM") or shutil.which("chromium")
MARTS = Path(__file__).parents[1] / "data" / "report_marts.sql"
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# what passed is no more than counted: a report has thousands of elements
JUDGE = """async tags => {
    const found = await axe.run(document, {
        runOnly: {type: 'tag', values: tags}, resultTypes: ['violations'],
    })
    return {
        violations: found.violations.map(rule => [rule.id, rule.nodes[0].html]),
        passes: found.passes.length,
    }
}"""
AXE = (files("axe_playwright_python") / "axe.min.js").read_text(encoding="utf-8")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("reports")
    with duckdb.connect() as connection:
        connection.execute(MARTS.read_text(encoding="utf-8"))
        settings = Settings(home=folder / "home", as_of="2021-01-01")
        build_reports(connection, settings, [2020], ["nl", "en"], folder)
        # a provisional report shows more marks than a finished one
        early = Settings(home=folder / "home", as_of="2020-12-01")
        build_reports(connection, early, [2020], ["nl"], folder / "early")
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


def page_of(browser: Browser, file: Path, width: int, scheme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme="dark" if scheme == "dark" else "light",
    )
    page = context.new_page()
    page.goto(file.as_uri())
    return page


@pytest.mark.parametrize(
    "file", ["2020/report.nl.html", "2020/report.en.html", "early/2020/report.nl.html"]
)
def test_the_page_has_no_accessibility_violation_at_any_width_light_or_dark(
    browser: Browser, reports: Path, file: str
) -> None:
    page = page_of(browser, reports / file, 1280, "light")
    page.evaluate(AXE)
    for width in (320, 768, 1280):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            found = page.evaluate(JUDGE, TAGS)
            assert found["violations"] == [], f"{width} px, {scheme}"
            assert found["passes"] > 20
    page.context.close()


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_nothing_is_wider_than_the_screen(browser: Browser, reports: Path, width: int) -> None:
    page = page_of(browser, reports / "2020" / "report.nl.html", width, "light")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.context.close()


def test_nothing_is_loaded_from_elsewhere_and_no_script_runs(
    browser: Browser, reports: Path
) -> None:
    context = browser.new_context(java_script_enabled=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((reports / "2020" / "report.nl.html").as_uri())
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not url.startswith(("file:", "data:"))] == []
    assert len([url for url in asked if url.startswith("file:")]) == 1
    assert page.locator("script").count() == 0
    context.close()


def test_one_drawing_of_each_chart_is_shown_and_words_in_it_stay_inside(
    browser: Browser, reports: Path
) -> None:
    for width, shown, hidden in ((1280, "wide", "narrow"), (320, "narrow", "wide")):
        page = page_of(browser, reports / "2020" / "report.nl.html", width, "light")
        assert page.locator(f"svg.{shown}:visible").count() > 10
        assert page.locator(f"svg.{hidden}:visible").count() == 0
        outside = page.evaluate(
            """kind => [...document.querySelectorAll(`svg.${kind} text`)].filter(word => {
                const box = word.getBBox(), view = word.ownerSVGElement.viewBox.baseVal
                return box.x < -2 || box.x + box.width > view.width + 2
                    || box.y < -2 || box.y + box.height > view.height + 2
            }).map(word => word.textContent)""",
            shown,
        )
        assert outside == []
        page.context.close()


def test_the_way_out_and_the_way_to_help_come_before_the_figures(
    browser: Browser, reports: Path
) -> None:
    page = page_of(browser, reports / "2020" / "report.nl.html", 320, "light")
    links = page.locator("a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert links[:4] == ["#main", "report.en.html", "https://www.meteo.be/nl", "tel:1712"]
    page.evaluate("window.scrollTo(0, 4000)")
    assert page.get_by_role("link", name="Verlaat deze pagina").is_visible()
    page.context.close()


def test_the_language_switch_leads_to_the_same_report_in_the_other_language(
    browser: Browser, reports: Path
) -> None:
    page = page_of(browser, reports / "2020" / "report.nl.html", 768, "light")
    page.get_by_role("link", name="Read this report in English").click()
    assert page.locator("html").get_attribute("lang") == "en-GB"
    page.get_by_role("link", name="Lees dit verslag in het Nederlands").click()
    assert page.locator("html").get_attribute("lang") == "nl-BE"
    page.context.close()
