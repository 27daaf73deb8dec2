"""Contracts are read exactly or refused with file, line and what is valid there."""

import re
import shutil
from pathlib import Path

import pytest

from pipelines.contracts import load_contracts
from pipelines.contracts.model import FileName
from pipelines.errors import WrongUse
from pipelines.settings import PROJECT

CONTRACTS = PROJECT / "pipelines" / "contracts"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the contract of the phone source, to be changed."""
    shutil.copy(CONTRACTS / "phone.odcs.yaml", tmp_path)
    return tmp_path


def change(folder: Path, old: str, new: str) -> int:
    """Change the first place where `old` stands; returns the line of the change."""
    path = folder / "phone.odcs.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return text[: text.index(old)].count("\n") + 1


def test_the_six_contracts_of_1712_say_what_their_sources_are() -> None:
    contracts = {contract.source: contract for contract in load_contracts(CONTRACTS)}
    assert sorted(contracts) == ["ads", "campaigns", "chat", "mail", "phone", "web"]
    phone = contracts["phone"]
    assert phone.entities == ("contacts", "victims", "referrals")
    assert (phone.channel, phone.format, phone.replaces_period) == ("phone", "csv", True)
    assert [c.source for c in contracts.values() if c.is_contact_source] == [
        "chat", "mail", "phone",
    ]  # fmt: skip
    assert contracts["web"].sites == ("adults", "minors")
    assert (phone.schedule.rhythm, str(phone.schedule.due_from)) == ("day", "2012-03-01")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("required: true", "requierd: true", "unknown key 'requierd'. Valid keys: .*required"),
        ("status: active", "statsu: active", "unknown key 'statsu'. Valid keys: .*status"),
        ("name: relation", "name: relatoin", "unknown field 'relatoin' of contacts. .*relation"),
        ("name: victims", "name: victim", "unknown entity 'victim'. Entities: .*victims"),
        ("Buur: neighbour", "Buur: neighbor", "'neighbor' is no code of relation: .*neighbour"),
        ("Ja: 'true'", "Yes: 'true'", "label True is not text. Put it in quotes"),
        ("property: valueMap", "property: valuemap", "unknown key 'valuemap'. .*valueMap"),
        ("delimiter: ;", "delimeter: ;", "unknown key 'delimeter'. .*delimiter"),
        ("delimiter: ;", "delimiter: 1", "dialect.delimiter is a text"),
        ("Europe/Brussels", "Europe/Brussel", "no zone of the IANA database"),
        ("replacesPeriod, value: true", "replacesPeriod, value: 1", "replacesPeriod is true or"),
        ("path: phone/", "path: fone/", "the path begins with phone/"),
        ("format: csv", "format: xlsx", "Formats: csv, json"),
        ("encoding: utf-8", "encoding: utf-9", "valid encodings: utf-8"),
        ("value: phone}", "value: fone}", "'fone' is no code of channel"),
        ("unit: d}", "unit: h}", "frequency is 1 with unit d, w, m or y"),
        ("latency, value: 1", "latency, value: x", "latency is a whole number of days"),
        ("'2012-03-01'", "'1/3/2012'", "a day is written like 2012-03-01"),
        ("separator: '|'", "seperator: '|'", "unknown key 'seperator'. .*separator"),
        ("by: row", "by: rows", "by: row, list or cell"),
        ("by: row", "by: list, path: a.b", "unfold by list is for json"),
        ("Onbekend: unknown", "Buur: unknown", "key 'Buur' stands here a second time"),
        ("name: phone", "name: !!python/object/apply:os.system [ls]", "not safe YAML"),
        ("apiVersion: v3.1.0", "apiVersion: v9", "not as ODCS has it"),
        ("kind: DataContract\n", "", "missing key: kind"),
        ("logicalType: timestamp", "logicalType: integer", "started_at has the logicalType"),
    ],
)  # fmt: skip
def test_a_fault_is_refused_with_its_line(folder: Path, old: str, new: str, message: str) -> None:
    line = change(folder, old, new)
    with pytest.raises(WrongUse) as caught:
        load_contracts(folder)
    text = str(caught.value)
    assert re.search(message, text), text
    place = re.search(r"phone\.odcs\.yaml:(\d+): ", text)
    assert place, text
    assert abs(int(place.group(1)) - line) <= 12 or line < 12, text


@pytest.mark.parametrize(
    ("old", "new"),
    [("requierd", "requierd"), ("Buur: neighbour", "Buur: neighbor"), ("delimiter: ;", "delim: ;")],
)
def test_the_line_of_a_wrong_key_label_or_setting_is_exact(
    folder: Path, old: str, new: str
) -> None:
    if old == "requierd":
        old, new = "required: true", "requierd: true"
    line = change(folder, old, new)
    with pytest.raises(WrongUse, match=rf"phone\.odcs\.yaml:{line}: "):
        load_contracts(folder)


def test_a_folder_without_contracts_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongUse, match="HELPLINE_CONTRACTS"):
        load_contracts(tmp_path)


def test_only_what_changes_reading_changes_the_version(folder: Path) -> None:
    before = load_contracts(folder)[0].version
    change(folder, "Registrations of the calls", "The calls")
    change(folder, "latency, value: 1", "latency, value: 3")
    assert load_contracts(folder)[0].version == before
    change(folder, "Buur: neighbour", "Buurvrouw: neighbour")
    assert load_contracts(folder)[0].version != before


@pytest.mark.parametrize(
    ("pattern", "name", "stated"),
    [
        ("*_{period}.csv", "oproepen_2020.csv", {"period": "2020"}),
        ("*_{period}.csv", "oproepen_correctie_2020-03.csv", {"period": "2020-03"}),
        ("*_{period}.csv", "2019/oproepen_2020-12-31.csv", {"period": "2020-12-31"}),
        ("*_{period}.csv", "oproepen_2020-3.csv", None),
        ("*_{period}.csv", "oproepen_2020.CSV.txt", None),
        ("*_{site}_{period}.json", "matomo_adults_2020.json", {"site": "adults", "period": "2020"}),
    ],
)
def test_a_file_name_states_period_and_site(
    pattern: str, name: str, stated: dict[str, str] | None
) -> None:
    match = FileName(pattern).match(name)
    assert (match.groupdict() if match else None) == stated
