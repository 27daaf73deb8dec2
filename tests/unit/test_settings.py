"""Settings: one clock, absolute paths, and messages that name the variable."""

import datetime as dt
import json
from pathlib import Path

import pytest

from pipelines.errors import WrongUse
from pipelines.settings import Settings, load_settings


def test_a_date_as_clock_means_its_midnight_in_brussels(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, as_of="2020-07-01")
    assert settings.clock == dt.datetime(2020, 6, 30, 22, tzinfo=dt.UTC)
    assert settings.today == dt.date(2020, 7, 1)


def test_the_sample_sets_the_clock_until_somebody_else_does(tmp_path: Path) -> None:
    (tmp_path / "landing").mkdir()
    (tmp_path / "landing" / "SAMPLE.json").write_text(json.dumps({"as_of": "2021-01-01"}))
    assert Settings(home=tmp_path).today == dt.date(2021, 1, 1)
    assert Settings(home=tmp_path, as_of="2020-03-01").today == dt.date(2020, 3, 1)


def test_without_either_the_clock_is_now(tmp_path: Path) -> None:
    age = dt.datetime.now(dt.UTC) - Settings(home=tmp_path).clock
    assert abs(age) < dt.timedelta(minutes=1)


@pytest.mark.parametrize("text", ["yesterday", "0001-01-01", "9999-12-31"])
def test_a_clock_that_no_night_can_have_is_refused_with_an_example(
    tmp_path: Path, text: str
) -> None:
    with pytest.raises(WrongUse, match=r"HELPLINE_AS_OF .* 2021-01-01"):
        _ = Settings(home=tmp_path, as_of=text).clock


def test_a_relative_home_is_meant_from_the_folder_of_the_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HELPLINE_HOME", "here")
    settings = load_settings()
    monkeypatch.chdir("/")
    assert settings.warehouse == tmp_path / "here" / "warehouse.duckdb"


def test_a_home_that_dagster_could_not_store_in_is_refused(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HELPLINE_HOME", "a?b")
    with pytest.raises(WrongUse, match=r"HELPLINE_HOME: no folder .* may have \? in its name"):
        load_settings()


def test_an_empty_variable_is_as_good_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_HOME", "")
    assert load_settings().home.name == "data"


def test_a_setting_with_a_wrong_value_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPLINE_KEEP_RELEASES", "0")
    with pytest.raises(WrongUse, match="HELPLINE_KEEP_RELEASES"):
        load_settings()
