"""A printed total does not tell what the rows of a table leave over of it."""

from pipelines.report.codes import members_of
from tests.unit.few_marts import document, marts, table

HOURS = {str(hour): 10 for hour in range(24)}
MINOR, ADULT = ("age_group", "minor"), ("age_group", "adult")


def shown(of: dict[str, object], name: str) -> list[str]:
    rows = of["tables"][name]  # type: ignore[index]
    return [row["member"] for row in rows]


def test_few_contacts_of_unknown_hour_do_not_follow_from_the_total() -> None:
    told = document(marts(table("contacts", "hour", HOURS), contacts=243))
    assert shown(told, "contacts.hour") == [str(hour) for hour in range(23)]
    assert told["joined"] == ["contacts.hour"]


def test_hours_stay_as_they_are_where_none_or_many_are_not_known() -> None:
    for contacts in (240, 245):
        told = document(marts(table("contacts", "hour", HOURS), contacts=contacts))
        assert len(shown(told, "contacts.hour")) == 24


def test_few_victims_of_unknown_age_do_not_follow_from_minors_and_adults() -> None:
    cells = table("victims", "sex", {"female": 40, "male": 30, "unknown": 8}, MINOR)
    cells |= table("victims", "sex", {"female": 60, "male": 20, "unknown": 9}, ADULT)
    told = document(marts(cells, victims=78 + 89 + 3))
    figures = told["figures"]
    # adults of unknown sex and victims of unknown age are together 12
    assert "victims.sex.not_known.in.age_group.adult" not in figures
    assert figures["victims.sex.female.in.age_group.adult"]["value"] == 60
    whole = document(marts(cells, victims=78 + 89))
    assert whole["figures"]["victims.sex.not_known.in.age_group.adult"]["value"] == 9


def forms(**counts: int) -> dict[str, int]:
    return {code.code: counts.get(code.code, 0) for code in members_of("violence_form")}


def test_forms_that_one_contact_can_tell_together_are_never_added_up() -> None:
    cells = table(
        "contacts", "violence_form", forms(emotional=70, physical=60, sexual=9, economic=3)
    )
    told = document(marts(cells, contacts=100))
    assert shown(told, "contacts.violence_form") == ["emotional", "physical", "sexual"]


def test_the_not_known_of_several_codes_has_no_row_where_rows_overlap() -> None:
    cells = table(
        "contacts", "violence_form", forms(emotional=70, physical=60, unknown=8, unclear=9)
    )
    told = document(marts(cells, contacts=100))
    assert "not_known" not in shown(told, "contacts.violence_form")


def test_a_form_left_out_does_not_follow_where_hardly_any_contact_tells_of_two() -> None:
    # 100 contacts, 97 of them in the rows shown: the other 3 could only be of the form left out
    cells = table(
        "contacts", "violence_form", forms(emotional=60, physical=28, sexual=9, economic=4)
    )
    told = document(marts(cells, contacts=100))
    assert shown(told, "contacts.violence_form") == ["emotional", "physical"]
