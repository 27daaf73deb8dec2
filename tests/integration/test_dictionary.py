"""The data dictionary is what the dbt project says, and says something of every column."""

import json
from pathlib import Path

import pytest

from pipelines.dictionary import PAGE, dbt_docs, write_dictionary
from pipelines.settings import Settings
from pipelines.transform import ensure_manifest
from tests.integration.test_marts import INTERFACE


@pytest.fixture(scope="module")
def page() -> str:
    manifest = ensure_manifest()
    return write_dictionary(json.loads(manifest.read_text()))


def test_the_page_in_docs_is_the_generated_one(page: str) -> None:
    assert PAGE.read_text() == page, "run `make docs`"


@pytest.mark.parametrize("mart", INTERFACE)
def test_every_column_of_every_mart_is_explained(mart: str, page: str) -> None:
    chapter = page.split(f"\n## {mart}\n")[1].split("\n## ")[0]
    table = [line for line in chapter.splitlines() if line.startswith("| `")]
    explained = {line.split("`")[1]: line.split(" | ") for line in table}
    assert list(explained) == INTERFACE[mart].replace(";", ",").split(", ")
    assert all(cells[4].strip() for cells in explained.values())


def test_shares_and_growth_name_their_unit_and_denominator(page: str) -> None:
    for line in page.split("## Measures")[0].splitlines():
        if line.startswith("| `") and "_pct" in line.split("`")[1]:
            _, unit, denominator = (cell.strip() for cell in line.split(" | ")[1:4])
            assert unit == "per cent"
            assert denominator != ""


def test_dbts_own_docs_leave_no_warehouse_behind(tmp_path: Path) -> None:
    """`make run` writes the sample only where there is no warehouse yet."""
    settings = Settings(home=tmp_path)
    page = dbt_docs(settings)
    assert "contacts_around_campaigns" in page.read_text()
    assert not settings.warehouse.exists()


def test_a_unit_written_beside_the_contract_reaches_the_page() -> None:
    column = {
        "name": "visitors",
        "data_type": "bigint",
        "description": "People | bots",
        "config": {"meta": {"unit": "visitor", "caveat": "bots count"}},
    }
    node = {
        "resource_type": "model",
        "schema": "marts",
        "name": "website",
        "description": "Visitors.",
        "constraints": [{"type": "primary_key", "columns": ["year"]}],
        "columns": {"visitors": column},
    }
    page = write_dictionary({"nodes": {"website": node, "other": {**node, "schema": "core"}}})
    assert "| `visitors` | bigint | visitor |  | People \\| bots | bots count |" in page
    assert page.count("## website") == 1
