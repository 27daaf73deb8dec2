"""The Dagster UI in a real browser, as a data engineer uses it: launch a night, see what stopped.

`make pictures` runs this and keeps what it saw in `docs/ui/`.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, Request, expect, sync_playwright

from pipelines.settings import PROJECT, Settings

CHROMIUM = os.environ.get("HELPLINE_TEST_CHROMIUM") or shutil.which("chromium")
PICTURES = os.environ.get("HELPLINE_TEST_PICTURES")
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
PATIENCE_S = 300  # a slow machine is no fault
JOB = "/locations/pipelines.definitions/jobs/nightly"
LAYERS = ("landing", "raw", "staging", "codes", "core", "marts", "published", "operation")

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
expect.set_options(timeout=PATIENCE_S * 1000)


@dataclass
class Ui:
    """A running UI, the browser before it, and what its pages asked for."""

    settings: Settings
    port: int
    browser: BrowserContext
    asked: set[str] = field(default_factory=set)

    def page(self, path: str) -> Page:
        """Open a page of the UI."""
        page = self.browser.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.on("websocket", lambda socket: self.asked.add(socket.url))
        page.goto(f"http://127.0.0.1:{self.port}{path}")
        return page

    def launch(self) -> tuple[Page, str]:
        """Start the nightly job from its page; the page of its run, and how the run ended."""
        page = self.page(JOB)
        page.get_by_role("button", name="Materialize all").click()
        page.locator("[data-sonner-toast]").get_by_role("link", name="View").click()
        ended = page.get_by_text(re.compile("^(Success|Failure)$")).first
        ended.wait_for()
        return page, ended.inner_text()


@pytest.fixture(scope="module")
def home(night_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A warehouse with one finished night."""
    home = tmp_path_factory.mktemp("ui") / "home"
    shutil.copytree(night_home, home, symlinks=True)
    return Settings(home=home)


@pytest.fixture(scope="module")
def ui(home: Settings) -> Iterator[Ui]:
    """`helpline ui` on a free port, and a browser that writes down whom the pages ask."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "pipelines.cli", "ui", "--port", str(port)]
    with (home.home / "ui.log").open("wb") as log:
        server = subprocess.Popen(
            command,
            cwd=PROJECT,
            env={**os.environ, "HELPLINE_HOME": str(home.home)},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        wait_for(server, f"http://127.0.0.1:{port}/server_info")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            shown = Ui(home, port, context)
            context.on("request", lambda request: note_request(shown, request))
            yield shown
            browser.close()
    finally:
        server.terminate()
        try:
            assert server.wait(60) is not None
        except subprocess.TimeoutExpired:
            os.killpg(server.pid, signal.SIGKILL)
            raise


def note_request(ui: Ui, request: Request) -> None:
    """Remember whom a page asked."""
    ui.asked.add(request.url)


def wait_for(server: subprocess.Popen[bytes], address: str) -> None:
    """Return once the UI answers."""
    until = time.monotonic() + PATIENCE_S
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(address):
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    pytest.fail("helpline ui did not come up; ui.log in its home says why")


def picture(page: Page, name: str, height: int = 900) -> None:
    """Keep what is on the screen, where pictures are wanted."""
    if PICTURES:
        page.wait_for_timeout(3000)  # graphs and tables move into place
        page.screenshot(
            path=Path(PICTURES, f"{name}.png"),
            clip={"x": 0, "y": 0, "width": 1440, "height": height},
        )


def deliver(settings: Settings, name: str, text: str) -> None:
    """Put a file where the phone registrations leave theirs, long enough ago to be whole."""
    path = settings.landing / "phone" / name
    path.write_text(text, encoding="utf-8")
    os.utime(path, (time.time() - 60, time.time() - 60))


def last_day(settings: Settings) -> str:
    """The phone registrations of the last day of the sample."""
    return (settings.landing / "phone" / "oproepen_2020-12-31.csv").read_text(encoding="utf-8")


def test_a_night_launched_from_its_page_succeeds_and_publishes_what_came(ui: Ui) -> None:
    before = ui.settings.current_release.resolve()
    exported_again = last_day(ui.settings).replace(" 23:55:00", " 23:57:00")
    deliver(ui.settings, "oproepen_correctie_2020-12-31.csv", exported_again)
    page, ended = ui.launch()
    assert ended == "Success"
    assert ui.settings.current_release.resolve() != before
    expect(page.get_by_text("Executing (0)").first).to_be_visible()  # the page keeps up
    if PICTURES:
        rerun = page.locator("button", has_text="Re-execute all")
        rerun.locator("xpath=preceding::button[1]").click()  # all of the panel for the steps
    picture(page, "run", height=640)
    page.close()


def test_the_delivery_of_the_run_stands_in_a_table_of_its_source(ui: Ui) -> None:
    page = ui.page("/assets/raw/phone?view=events")
    table = page.locator("table", has_text="rejects")
    expect(table.get_by_text("oproepen_correctie_2020-12-31.csv").first).to_be_visible()
    first_night = page.get_by_text(re.compile(r"^[A-Z][a-z]+ \d+, \d+:\d+ [AP]M$")).nth(1)
    first_night.click()
    expect(table.get_by_text("FIELD_COUNT 1").first).to_be_visible()
    picture(page, "deliveries")
    page.close()


def test_a_source_shows_its_rows_and_bytes_over_time(ui: Ui) -> None:
    page = ui.page("/assets/raw/phone")
    page.get_by_text("Plots", exact=True).first.click()
    for plotted in ("bytes", "dagster/row_count", "rows_rejected"):
        expect(page.get_by_text(plotted, exact=True).first).to_be_visible()
    picture(page, "plots")
    page.close()


def test_the_graph_shows_every_layer(ui: Ui) -> None:
    page = ui.page("/asset-groups")
    for layer in LAYERS:
        expect(page.get_by_text(layer, exact=True).first).to_be_visible()
    page.goto(page.url + "?expanded=global@global:landing,global@global:raw")
    for source in ("phone", "mail"):  # in both layers
        expect(page.locator("foreignObject", has_text=source)).to_have_count(2)
    picture(page, "graph", height=760)
    page.close()


def test_a_mart_shows_its_columns_and_a_preview(ui: Ui) -> None:
    page = ui.page("/assets/marts/yearly_totals")
    expect(page.get_by_text("All contacts of the year.").first).to_be_visible()
    picture(page, "mart")
    page.goto(page.url + "?view=events")
    expect(page.locator("table", has_text="contacts_growth_pct").first).to_be_visible()
    page.close()


def test_a_damaged_delivery_stops_the_night_and_its_check_says_what_to_do(ui: Ui) -> None:
    before = ui.settings.current_release.resolve()
    damaged = last_day(ui.settings).replace(";", "|")
    deliver(ui.settings, "oproepen_opnieuw_2020-12-31.csv", damaged)
    page, ended = ui.launch()
    assert ended == "Failure"
    assert ui.settings.current_release.resolve() == before
    page.goto(
        f"http://127.0.0.1:{ui.port}/assets/raw/phone?view=checks&checkDetail=refused_delivery"
    )
    expect(page.get_by_text("This is a blocking asset check.").first).to_be_visible()
    offending = page.locator("table", has_text="file_name")
    expect(offending.get_by_text("oproepen_opnieuw_2020-12-31.csv").first).to_be_visible()
    expect(offending.get_by_text("BAD_DIALECT").first).to_be_visible()
    expect(page.get_by_text("helpline check --accept refused_delivery").first).to_be_visible()
    picture(page, "check", height=690)
    page.close()


def test_no_page_asks_another_machine_and_nobody_else_can_ask_the_ui(ui: Ui) -> None:
    page = ui.page("/")
    page.wait_for_load_state("networkidle")
    own = (f"http://127.0.0.1:{ui.port}/", f"ws://127.0.0.1:{ui.port}/", "data:", "blob:")
    assert [url for url in sorted(ui.asked) if not url.startswith(own)] == []
    assert len(ui.asked) > 20
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", ui.port))  # any address but its own
    assert not (ui.settings.dagster_home / ".telemetry").exists()
    assert page.get_by_text("Join the Dagster community").count() == 0
    page.close()
