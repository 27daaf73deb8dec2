"""`helpline explain`: what it says of a figure agrees with the marts, the cubes and the ledger."""

from pathlib import Path

import pytest

from pipelines.errors import CannotRun, WrongUse
from pipelines.explain import explain
from pipelines.explain.text import lines_of
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse
from tests.integration.marts_night import rows


def test_sql_over_marts_and_over_cubes_give_every_published_figure_the_same_counts(
    night_home: Path,
) -> None:
    settings = Settings(home=night_home)
    figures = [name for (name,) in rows(settings, "select figure_id from core.published_figures")]
    explained = {name: explain(settings, [name]) for name in figures}
    assert len(explained) == 100
    for name, explanation in explained.items():
        assert explanation.status == "match", name
        for step in explanation.steps:
            assert step.marts is not None, name
            assert step.cube is not None, name
            if step.value is not None:
                assert rows(settings, step.cube) == [(step.value,)], name


def test_a_published_figure_is_traced_to_the_files_that_its_records_came_in(
    night_home: Path,
) -> None:
    explanation = explain(Settings(home=night_home), ["peak_april"])
    assert (explanation.value, explanation.unit) == ("967", "contact")
    assert explanation.records == 967
    by_source = {source: 0 for source, _, _ in explanation.deliveries}
    for source, _, records in explanation.deliveries:
        by_source[source] += records
    assert set(by_source) == {"phone", "mail", "chat"}
    assert ("phone", "oproepen_2020-04.csv") in {row[:2] for row in explanation.deliveries}


def test_any_other_figure_is_explained_by_measure_year_and_filter(night_home: Path) -> None:
    settings = Settings(home=night_home)
    share = explain(
        settings,
        ["contacts", "2020", "relation=self"],
        within="channel=chat",
        statistic="share_pct",
    )
    assert share.value == "54.9945"  # 501 of 911
    assert (share.unit, share.denominator) == ("per cent", "contacts of 2020 with channel=chat")
    assert [step.value for step in share.steps] == [501, 911]


def test_contacts_with_victims_of_a_form_are_counted_once(night_home: Path) -> None:
    explanation = explain(
        Settings(home=night_home), ["contacts", "2020", "violence_form=sexual;channel=chat"]
    )
    assert (explanation.value, explanation.records) == ("160", 160)
    assert "several_per_contact" in explanation.caveats


def test_what_no_mart_holds_is_said_and_not_guessed(night_home: Path) -> None:
    explanation = explain(Settings(home=night_home), ["contacts", "2020", "relation=self;hour=9"])
    assert explanation.value == "cannot be computed"
    assert explanation.steps[0].marts is None


def test_the_text_has_counts_and_names_of_files_and_no_key_of_a_record(night_home: Path) -> None:
    settings = Settings(home=night_home)
    text = "\n".join(lines_of(explain(settings, ["peak_april"])))
    keys = rows(settings, "select contact_key from core.contacts where month(day) = 4 limit 50")
    assert "967" in text
    assert "sum(contacts) from core.contacts_by_channel_daily" in text
    assert not any(str(key) in text for (key,) in keys)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["contacts_2021"], "no published figure 'contacts_2021'"),
        (["contcts", "2020"], "unknown measure 'contcts'. Valid: contacts, victims"),
        (["contacts", "2020", "chanel=chat"], "unknown dimension in filter 'chanel'"),
        (["contacts", "2020", "channel=fax"], "unknown code of channel 'fax'. Valid: phone, mail"),
        (["contacts", "2020", "month=1) or (1=1"], "month takes whole numbers"),
        (["contacts", "april"], "measure, year and filter"),
    ],
)
def test_a_wrong_question_is_answered_with_the_valid_names(
    words: list[str], says: str, night_home: Path
) -> None:
    with pytest.raises(WrongUse) as error:
        explain(Settings(home=night_home), words)
    assert says in str(error.value)


@pytest.mark.parametrize(
    "parts", [{"within": "channel=chat"}, {"statistic": "count"}, {"compare_year": 2019}]
)
def test_a_published_figure_takes_no_part_beside_its_id(
    parts: dict[str, str | int], night_home: Path
) -> None:
    with pytest.raises(WrongUse, match="takes no option beside it"):
        explain(Settings(home=night_home), ["contacts_2020"], **parts)


def test_without_a_warehouse_the_next_command_is_named(tmp_path: Path) -> None:
    with pytest.raises(CannotRun, match="helpline run"):
        explain(Settings(home=tmp_path), ["contacts_2020"])


def test_a_warehouse_without_marts_says_so(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path / "new")
    with open_warehouse(settings) as connection:
        connection.execute("create schema core")
    with pytest.raises(CannotRun, match="no marts yet"):
        explain(settings, ["contacts_2020"])
