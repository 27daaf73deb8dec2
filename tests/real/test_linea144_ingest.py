"""A second, real helpline by contract alone: the four published files of Línea 144 (Argentina).

The files stay where they are published beside this project and are only read; without them these
tests are skipped. Counts are compared with counts made here without DuckDB.
"""

import csv
import datetime as dt
import shutil
from collections import Counter
from pathlib import Path

import pytest

from pipelines.settings import PROJECT
from tests.integration.landing_world import World

PUBLISHED = PROJECT.parent / "shared" / "real" / "linea144"
CONTRACTS = PROJECT / "tests" / "real" / "linea144"
BROKEN_FILE, BROKEN_LINE = "linea144-enero-junio-2023.csv", 1265
TICKED = 5  # columns of types of violence, from the sixth on

pytestmark = pytest.mark.skipif(
    not PUBLISHED.is_dir(), reason="the published files of Línea 144 are not beside the project"
)


def records() -> dict[str, list[list[str]]]:
    """Whole records of every file, read with Python's own parser."""
    found = {}
    for path in sorted(PUBLISHED.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as lines:
            header, *rows = csv.reader(lines)
            found[path.name] = [row for row in rows if len(row) == len(header)]
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """The four files, read."""
    world = World(tmp_path_factory.mktemp("linea144"), contracts=CONTRACTS)
    for path in PUBLISHED.glob("*.csv"):
        world.deliver(f"linea144/{path.name}", path.read_bytes())
    world.read()
    return world


def test_exactly_one_row_is_rejected_and_its_line_is_named(world: World) -> None:
    assert world.query(
        "select file_name, line, reason_code from raw.rejects join raw.deliveries "
        "using (delivery_id)"
    ) == [(BROKEN_FILE, BROKEN_LINE, "FIELD_COUNT")]


def test_rows_in_are_rows_loaded_and_rejected_for_each_file(world: World) -> None:
    ledger = world.query(
        "select file_name, rows_in, rows_loaded, rows_rejected from raw.deliveries"
    )
    assert sum(rows_in for _, rows_in, _, _ in ledger) == 89_541
    whole = {name: len(rows) for name, rows in records().items()}
    for name, rows_in, loaded, rejected in ledger:
        assert rows_in == loaded + rejected
        assert loaded == whole[name]


def test_contacts_per_year_are_those_of_an_independent_count(world: World) -> None:
    years = Counter(row[0][:4] for rows in records().values() for row in rows)
    counted = world.query(
        "select year(day)::varchar, count(distinct contact_key) from raw.contacts group by 1"
    )
    assert dict(counted) == dict(years)


def test_the_main_form_is_not_recorded_where_several_types_are_ticked(world: World) -> None:
    several = sum(
        sum(cell.lower() == "si" for cell in row[5 : 5 + TICKED]) > 1
        for rows in records().values()
        for row in rows
    )
    counted = dict(world.query("select violence_form, count(*) from raw.victims group by 1"))
    assert counted["not_recorded"] == several
    assert round(100 * several / 89_541) == 85  # 75,755 of them


def test_an_age_of_127_is_unknown_and_its_record_counts(world: World) -> None:
    assert world.query("select count(*) from raw.victims where age_band = 'unknown'") == [(1,)]
    assert world.query("select count(*) from raw.victims where age_band = 'unmapped'") == [(0,)]
    assert world.query("select count(*) from raw.victims where sex = 'unmapped'") == [(0,)]


def test_a_half_year_covers_the_days_that_its_rows_show(world: World) -> None:
    assert world.query(
        "select first_day, last_day from raw.deliveries where file_name like '%junio-2023.csv'"
    ) == [(dt.date(2023, 1, 1), dt.date(2023, 6, 30))]


def test_what_the_source_does_not_ask_is_not_recorded(world: World) -> None:
    assert world.query(
        "select distinct channel, relation, contact_sex, anonymous, hour from raw.contacts"
    ) == [("not_recorded", "not_recorded", "not_recorded", "not_recorded", None)]
    assert world.query("select outcome, count(*) from raw.referrals group by 1") == [
        ("not_recorded", 89_540)
    ]


def test_the_same_rows_in_another_order_and_file_are_the_same_records(
    world: World, tmp_path: Path
) -> None:
    again = World(tmp_path / "home", contracts=CONTRACTS)
    again.home.mkdir()
    shutil.copy(world.settings.key_file, again.settings.key_file)
    header, *rows = (PUBLISHED / "linea144-2020.csv").read_bytes().splitlines()
    content = b"\r\n".join([header, *rows[::-1]]) + b"\r\n"
    again.deliver("linea144/linea144-enero-diciembre-2020.csv", content)
    again.read()
    keys = "select contact_key from raw.contacts where year(day) = 2020 order by 1"
    assert again.query(keys) == world.query(keys)
