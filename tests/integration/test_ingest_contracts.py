"""Contracts that change, come back, are broken or lose their source."""

import datetime as dt
import shutil
from pathlib import Path

import pytest

from pipelines.errors import WrongUse
from pipelines.settings import PROJECT
from tests.integration.landing_world import ARRIVED, World, call, phone_file


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty home at the clock of the tests."""
    return World(tmp_path / "home")


def own_contracts(world: World, tmp_path: Path) -> Path:
    """A copy of the contracts of 1712 that a test may change."""
    folder = tmp_path / "contracts"
    shutil.copytree(PROJECT / "pipelines" / "contracts", folder, dirs_exist_ok=True)
    world.contracts = folder
    return folder


def test_one_line_in_a_contract_mends_a_label_and_reads_its_files_again(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    world.one("phone/oproepen_2026.csv", phone_file(call(Problematiek="Ouderenmishandeling")))
    contract = folder / "phone.odcs.yaml"
    contract.write_text(
        contract.read_text().replace(
            "Ouderenmis(be)handeling: elder_abuse",
            "Ouderenmis(be)handeling: elder_abuse\n              Ouderenmishandeling: elder_abuse",
        )
    )
    assert [(d.source, d.status) for d in world.read()] == [("phone", "loaded")]
    assert world.query(
        "select superseded, category from raw.victims join raw.deliveries using (delivery_id) "
        "order by load_number"
    ) == [(True, "unmapped"), (False, "elder_abuse")]


def test_an_earlier_contract_that_comes_back_reads_its_files_as_it_did(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "phone.odcs.yaml"
    earlier = contract.read_text()
    file, content = "phone/oproepen_2026.csv", phone_file(call(), call(Oproepnummer="T2"))
    world.one(file, content)
    known = "select relation, count(*) from raw.contacts semi join (from raw.deliveries where "
    known += "status = 'loaded' and not superseded) using (delivery_id) group by all"
    before = world.query(known)
    contract.write_text(earlier.replace("Buur: neighbour", "Buur: friend"))
    assert [d.status for d in world.read()] == ["loaded"]
    assert world.query(known) != before

    contract.write_text(earlier)
    assert [d.status for d in world.read()] == ["loaded"]
    assert world.query(known) == before
    world.deliver(file, content, ARRIVED + dt.timedelta(days=1))
    assert [d.status for d in world.read()] == ["duplicate"]
    assert world.query(known) == before


def test_a_new_description_or_schedule_reads_nothing_again(world: World, tmp_path: Path) -> None:
    folder = own_contracts(world, tmp_path)
    world.one("phone/oproepen_2026.csv", phone_file(call()))
    contract = folder / "phone.odcs.yaml"
    text = contract.read_text().replace("value: 1, unit: d}", "value: 2, unit: d}", 2)
    text = text.replace("value: 2, unit: d}", "value: 1, unit: d}", 1)
    contract.write_text(text.replace("Registrations of the calls", "The calls"))
    assert world.read() == []


def test_a_source_that_lost_its_contract_is_told_every_night(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    folder = own_contracts(world, tmp_path)
    world.one("phone/oproepen_2026.csv", phone_file(call()))
    assert caplog.messages == []
    renamed = (folder / "phone.odcs.yaml").rename(folder / "line.odcs.yaml")
    text = renamed.read_text().replace("name: phone", "name: line", 1)
    renamed.write_text(text.replace(" phone/", " line/"))
    world.read()
    assert caplog.messages == [
        "phone has 1 loaded deliveries in the warehouse and no contract any more: they still "
        "count. Bring its contract back under the name phone; a source that ended keeps its "
        "contract."
    ]


def test_a_fault_in_a_contract_stops_before_anything_is_loaded(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "phone.odcs.yaml"
    contract.write_text(contract.read_text().replace("required: true", "requierd: true", 1))
    world.deliver("phone/oproepen_2026.csv", phone_file(call()))
    with pytest.raises(WrongUse, match=r"phone\.odcs\.yaml:\d+: unknown key 'requierd'.*required"):
        world.read()
    assert not world.settings.warehouse.exists()


def test_a_published_figure_that_nothing_could_compute_stops_the_run(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    path = folder / "published" / "1712_annual_report_2020.csv"
    path.write_text(path.read_text().replace("outcome=police", "outcome=polise", 1))
    with pytest.raises(WrongUse, match=r"figure 'out_police'.*'polise'.*police"):
        world.read()


def test_a_contract_may_declare_windows_text(world: World, tmp_path: Path) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "phone.odcs.yaml"
    contract.write_text(contract.read_text().replace("encoding: utf-8", "encoding: cp1252"))
    rows = phone_file(call(Gevolg="Overige", Opmerkingen="5 \u20ac"))[3:].decode().encode("cp1252")
    assert world.one("phone/oproepen_2026.csv", rows).rows_loaded == 1


def test_sql_of_a_contract_that_duckdb_does_not_understand_stops_before_reading(
    world: World, tmp_path: Path
) -> None:
    folder = own_contracts(world, tmp_path)
    contract = folder / "ads.odcs.yaml"
    contract.write_text(contract.read_text().replace("split_part(", "splitpart("))
    with pytest.raises(
        WrongUse, match=r"ads\.odcs\.yaml: campaign_id: transformLogic: .*splitpart"
    ):
        world.read()
