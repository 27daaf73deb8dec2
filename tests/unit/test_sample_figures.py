"""The sample's files hold the published figures, read by SQL that knows only their shapes."""

from pathlib import Path

import duckdb
import pytest

from pipelines.sample import margins, write_sample
from tests.unit.sample_figures import Figures, Row, read_figures
from tests.unit.sample_reading import ROOT, open_landing

PUBLISHED = ROOT / "pipelines" / "contracts" / "published"


@pytest.fixture(scope="module")
def figures() -> list[Row]:
    return [row for path in sorted(PUBLISHED.glob("*.csv")) for row in read_figures(path)]


@pytest.fixture(scope="module")
def landing(sample_home: Path) -> Path:
    return sample_home / "landing"


@pytest.fixture(scope="module")
def records(landing: Path) -> duckdb.DuckDBPyConnection:
    return open_landing(landing)


def test_all_hundred_figures_hold(records: duckdb.DuckDBPyConnection, figures: list[Row]) -> None:
    assert len(figures) == 100
    assert Figures(records).differing(figures) == []


def test_all_hundred_figures_hold_in_monthly_files(tmp_path: Path, figures: list[Row]) -> None:
    write_sample(tmp_path / "landing", monthly=True)
    assert Figures(open_landing(tmp_path / "landing")).differing(figures) == []


@pytest.mark.parametrize("year", [2013, 2018, 2020])
def test_years_not_published_have_their_agreed_totals(
    records: duckdb.DuckDBPyConnection, year: int
) -> None:
    agreed = {2013: (3250, 3290), 2018: (5126, 7218), 2020: (8059, 11305)}
    found = tuple(
        records.execute(f"select count(*) from {table} where year(day) = {year}").fetchall()[0][0]
        for table in ("contacts", "victims")
    )
    assert found == agreed[year]


ONE_RECORD_LESS = "delete from {0} where id = (select min(id) from {0} where {1}) and {1}"
CHANGED = "update {0} set {2} where id = (select min(id) from {0} where {1}) and {1}"


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        (
            ONE_RECORD_LESS.format("contacts", "year(day) = 2016"),
            "contacts_2016",
        ),
        (
            ONE_RECORD_LESS.format(
                "contacts", "year(day) = 2020 and channel = 'chat' and day > '2020-09-01'"
            ),
            "ch_chat",
        ),
        (
            CHANGED.format(
                "contacts",
                "year(day) = 2019 and anonymous = 'true'",
                "anonymous = 'false'",
            ),
            "anonymous_2019",
        ),
        (
            CHANGED.format(
                "contacts", "year(day) = 2020 and relation = 'neighbour'", "relation = 'self'"
            ),
            "rel_neighbour",
        ),
        (
            CHANGED.format(
                "contacts",
                "year(day) = 2020 and contact_sex = 'female'",
                "contact_sex = 'unknown'",
            ),
            "contact_female",
        ),
        (
            CHANGED.format("contacts", "month(day) = 4 and year(day) = 2020", "day = '2020-03-30'"),
            "peak_april",
        ),
        (
            "delete from victims where rowid = (select min(rowid) from victims "
            "where year(day) = 2020 and category = 'separation_conflict')",
            "cat_separation_conflict",
        ),
        (
            "update victims set age_band = 'adult' where rowid = (select min(rowid) from victims "
            "where year(day) = 2020 and age_band = 'under_6')",
            "age_under_6",
        ),
        (
            "update victims set context = 'school' where rowid = (select min(rowid) from victims "
            "where year(day) = 2020 and context = 'leisure')",
            "ctx_school",
        ),
        (
            "delete from referrals where rowid = (select min(rowid) from referrals "
            "where year(day) = 2020 and outcome = 'police')",
            "out_police",
        ),
        (
            "update web_visitors set visitors = visitors + 1 where rowid = (select max(rowid) "
            "from web_visitors where year(day) = 2020 and site = 'adults')",
            "web_adults_2020",
        ),
        ("delete from campaigns where id = 'C2020-03'", "campaigns_2020"),
    ],
)
def test_one_record_off_is_seen(
    records: duckdb.DuckDBPyConnection, figures: list[Row], change: str, figure: str
) -> None:
    records.execute("begin")
    try:
        records.execute(change)
        assert figure in Figures(records).differing(figures)
    finally:
        records.execute("rollback")


def test_separation_conflict_of_the_year_before_leaves_no_room(
    records: duckdb.DuckDBPyConnection, figures: list[Row]
) -> None:
    records.execute("begin")
    try:
        records.execute(
            "delete from victims where rowid = (select min(rowid) from victims "
            "where year(day) = 2019 and category = 'separation_conflict')"
        )
        differing = Figures(records).differing(figures)
        assert "cat_separation_conflict_growth" in differing
    finally:
        records.execute("rollback")


def test_every_label_is_in_a_code_list(records: duckdb.DuckDBPyConnection) -> None:
    for table, columns in {
        "contacts": ("relation", "contact_age_group", "contact_sex"),
        "victims": ("category", "violence_form", "age_band", "sex", "context"),
        "referrals": ("outcome",),
    }.items():
        missing = " + ".join(f"count(*) filter ({column} is null)" for column in columns)
        assert records.execute(f"select {missing} from {table}").fetchall() == [(0,)]


@pytest.mark.parametrize(
    ("claim", "against"),
    [
        (
            "child maltreatment and violence between minors concern minors",
            "category in ('child_maltreatment', 'violence_between_minors') "
            "and age_band not in ('under_6', '6_to_12', '13_to_17', 'minor_unknown')",
        ),
        (
            "partner violence, violence against adults, elder abuse and violence by one's child "
            "concern adults",
            "category in ('intimate_partner_violence', 'violence_against_adults', 'elder_abuse', "
            "'child_to_parent_violence', 'past_abuse') and age_band <> 'adult'",
        ),
        (
            "a care home is no setting for children",
            "context = 'elderly_care' and age_band <> 'adult'",
        ),
    ],
)
def test_records_are_plausible(
    records: duckdb.DuckDBPyConnection, claim: str, against: str
) -> None:
    found = records.execute(f"select count(*) from victims where {against}").fetchall()
    assert found == [(0,)], claim


def test_nobody_is_called_an_adult_who_speaks_as_a_child_victim(
    records: duckdb.DuckDBPyConnection,
) -> None:
    found = records.execute("""
        select count(*) from contacts
        where relation = 'self' and contact_age_group = 'adult'
          and id in (select id from victims group by id
                     having bool_and(category = 'child_maltreatment'))""").fetchall()
    assert found == [(0,)]


def test_contacts_about_nobody_and_about_several_occur_every_year(
    records: duckdb.DuckDBPyConnection,
) -> None:
    rows = records.execute("""
        select count(*) filter (victims = 0), count(*) filter (victims > 1), max(victims)
        from (select year(contacts.day) as year, count(victims.id) as victims
              from contacts left join victims using (id) group by contacts.id, 1)
        group by year""").fetchall()
    assert len(rows) == 9
    assert all(none > 300 and several > 300 and most >= 4 for none, several, most in rows)


def test_a_margin_off_by_one_is_seen(
    tmp_path: Path, figures: list[Row], monkeypatch: pytest.MonkeyPatch
) -> None:
    category = list(margins.MARGINS["category"][2020])
    category[1], category[2] = category[1] - 1, category[2] + 1
    changed = margins.MARGINS["category"] | {2020: tuple(category)}
    monkeypatch.setitem(margins.MARGINS, "category", changed)
    write_sample(tmp_path / "landing", years=(2012, 2019, 2020))
    asked = [row for row in figures if row["year"] in ("2019", "2020")]
    differing = Figures(open_landing(tmp_path / "landing")).differing(asked)
    assert differing == ["cat_intimate_partner_violence", "cat_violence_against_adults"]
