"""A figure made of two rows tells nothing that the tables were made coarser to hide."""

from pipelines.report.source import Cell, Key, Marts
from tests.unit.few_marts import cell, document, marts, table

MONTHS = {str(month): 20 + month for month in range(1, 13)}
MAIL = {(month, "mail"): 4 + month % 3 for month in range(1, 13)}


def by_channel(**counts: int) -> Marts:
    cells = table("contacts", "channel", counts) | table("contacts", "month", MONTHS)
    return marts(cells, contacts=sum(MONTHS.values()), month_by_channel=MAIL)


def test_mail_in_the_busiest_months_is_told_while_mail_has_a_row_of_its_own() -> None:
    told = document(by_channel(phone=208, mail=60, chat=50))["figures"]
    assert told["contacts.channel.mail.in_busiest_months"]["value"] == 15


def test_mail_that_was_joined_with_the_chat_does_not_follow_from_the_busiest_months() -> None:
    told = document(by_channel(phone=255, mail=60, chat=3))["figures"]
    assert "contacts.channel.chat+mail" in told or "contacts.channel.mail+chat" in told
    assert not [key for key in told if "busiest" in key or "in_other_months" in key]


def test_contacts_about_someone_else_leave_the_not_known_out() -> None:
    relations = {"self": 40, "parent": 30, "other": 10, "unknown": 20}
    told = document(marts(table("contacts", "relation", relations), contacts=100))["figures"]
    assert told["contacts.about_someone_else"]["value"] == 40


def test_contacts_about_someone_else_are_not_told_where_the_not_known_was_joined() -> None:
    relations = {"self": 40, "parent": 38, "other": 20, "unknown": 2}
    told = document(marts(table("contacts", "relation", relations), contacts=100))["figures"]
    assert "contacts.about_someone_else" not in told


CHILDREN, PEERS, ELDERS = "child_maltreatment", "violence_between_minors", "elder_abuse"


def victims(
    within: dict[tuple[str, str], Cell], peers: int = 50, before: int | None = None
) -> dict[str, object]:
    """The figures of 1,000 victims: 700 children, 50 peers, 30 elders; of 900 the form is known."""
    counts = {CHILDREN: 700, PEERS: peers, ELDERS: 30, "other": 220}
    cells: dict[Key, Cell] = table("victims", "category", counts)
    for form, count, of_before in (
        ("sexual", 100, before),
        ("economic", 40, 0),
        ("physical", 760, 0),
    ):
        cells["victims", "violence_form", form, "all", "all"] = cell(count, 900, of_before)
    cells |= table("victims", "violence_form", {"unknown": 100})
    for (form, category), part in within.items():
        cells["victims", "violence_form", form, "category", category] = part
    figures: dict[str, object] = document(marts(cells, victims=730 + peers + 220))["figures"]
    return figures


def told(figures: dict[str, object]) -> set[str]:
    return {key.removeprefix("victims.violence_form.") for key in figures if ".in.category." in key}


def test_a_form_within_a_category_is_told_where_nothing_small_remains() -> None:
    parts = {("sexual", CHILDREN): cell(60, 650), ("sexual", PEERS): cell(16, 40)}
    assert told(victims(parts)) == {
        f"sexual.in.category.{CHILDREN}",
        f"sexual.in.category.{PEERS}",
    }


def test_few_victims_of_unknown_form_in_a_category_do_not_follow_from_a_share() -> None:
    # 16 of 46 is 35%, more than 34%: no other whole number below 50 gives both
    assert told(victims({("sexual", PEERS): cell(16, 46)})) == set()


def test_few_victims_of_other_forms_in_a_category_do_not_follow() -> None:
    assert told(victims({("sexual", PEERS): cell(37, 40)})) == set()


def test_few_victims_of_a_form_in_all_other_categories_do_not_follow() -> None:
    parts = {("sexual", CHILDREN): cell(81, 650), ("sexual", PEERS): cell(16, 40)}
    assert told(victims(parts)) == {f"sexual.in.category.{CHILDREN}"}


def test_few_victims_of_unknown_form_in_all_other_categories_do_not_follow() -> None:
    # 100 in all, 90 of the children, 8 of the peers
    parts = {("sexual", CHILDREN): cell(60, 610), ("sexual", PEERS): cell(16, 42)}
    assert told(victims(parts)) == {f"sexual.in.category.{CHILDREN}"}


def test_a_form_is_told_within_no_category_that_was_joined() -> None:
    assert told(victims({("sexual", PEERS): cell(16, 40)}, peers=4)) == set()


def test_a_form_that_was_joined_is_told_within_no_category() -> None:
    # 3 in the year before, so that its row was joined
    assert told(victims({("sexual", CHILDREN): cell(60, 650)}, before=3)) == set()
