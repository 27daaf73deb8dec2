"""What becomes of the rows of a delivery: lines, persons, times and labels."""

import json
from pathlib import Path

import pytest

from tests.integration.landing_world import World, call, phone_file

TEXT = '"regel een\r\nregel twee ""aangehaald""; en een puntkomma\r\n\r\nregel vier"'


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty home at the clock of the tests."""
    return World(tmp_path / "home")


def test_lines_are_those_of_the_file_around_quoted_newlines_and_rejected_rows(
    world: World,
) -> None:
    content = phone_file(
        call(Oproepnummer="A"),  # line 2
        call(Oproepnummer="B", Opmerkingen=TEXT),  # lines 3 to 6
        call(Oproepnummer="C") + ";x",  # line 7: a field too many
        call(Oproepnummer="D", Opmerkingen=TEXT),  # lines 8 to 11
        call(Oproepnummer="E", Duur_s="-1"),  # line 12
        call(Oproepnummer="F"),  # line 13
        call(Oproepnummer="F", Persoon="2", Opmerkingen=TEXT),  # lines 14 to 17
        call(Oproepnummer="G"),  # line 18
    )
    world.one("phone/oproepen_2026.csv", content)
    assert world.query("select line from raw.contacts order by 1") == [
        (2,), (3,), (8,), (13,), (18,),
    ]  # fmt: skip
    assert world.query("select line, contact_line, victim_number from raw.victims order by 1") == [
        (2, 2, 1), (3, 3, 1), (8, 8, 1), (13, 13, 1), (14, 13, 2), (18, 18, 1),
    ]  # fmt: skip
    assert world.rejects() == [(7, "FIELD_COUNT", None), (12, "RANGE", "Duur (s)")]


def test_blank_lines_and_quotes_inside_a_field_do_not_move_the_lines(world: World) -> None:
    inches = call(Oproepnummer="C", Opmerkingen='scherm van 5" of 6" breed')
    rows = ("", call(Oproepnummer="A"), "", "", call(Oproepnummer="B") + ";x", "", inches)
    blank = phone_file(*rows)
    delivery = world.one("phone/oproepen_2026.csv", blank)
    assert (delivery.rows_in, delivery.rows_loaded) == (3, 2)
    assert world.query("select line from raw.contacts order by 1") == [(3,), (8,)]
    assert world.rejects() == [(6, "FIELD_COUNT", None)]


def test_a_call_on_several_rows_is_one_contact_with_its_victims_and_distinct_outcomes(
    world: World,
) -> None:
    outcome = "Doorverwijzing politie|Informatie en advies|Doorverwijzing politie"
    nobody = {name.replace(" ", "_"): "" for name in
              ("Persoon", "Problematiek", "Hoofdvorm van geweld", "Leeftijd slachtoffer",
               "Geslacht slachtoffer", "Context")}  # fmt: skip
    world.one(
        "phone/oproepen_2026.csv",
        phone_file(
            call(Gevolg=outcome),
            call(Gevolg=outcome, Persoon="2", Problematiek=""),
            call(Oproepnummer="T2", Gevolg="", Soort_oproep="Stille oproep", **nobody),
        ),
    )
    assert world.query("select contact_kind, count(*) from raw.contacts group by 1 order by 1") == [
        ("contact", 1), ("silent", 1),
    ]  # fmt: skip
    assert world.query("select victim_number, category from raw.victims order by 1") == [
        (1, "intimate_partner_violence"), (2, "not_filled"),
    ]  # fmt: skip
    assert world.query("select line, outcome from raw.referrals order by 2") == [
        (2, "information_advice"), (2, "police"),
    ]  # fmt: skip


def test_rows_of_one_call_that_lie_apart_are_still_one_contact(world: World) -> None:
    content = phone_file(call(), call(Oproepnummer="T2"), call(Persoon="2"), call(Persoon="3"))
    world.one("phone/oproepen_2026.csv", content)
    assert world.query("select line from raw.contacts order by 1") == [(2,), (3,)]
    assert world.query(
        "select contact_line, line, victim_number from raw.victims order by 1, 2"
    ) == [(2, 2, 1), (2, 4, 3), (2, 5, 4), (3, 3, 1)]


def test_records_of_a_file_in_one_line_are_told_apart_by_their_number(world: World) -> None:
    def version(second: int, day: str, *categories: str) -> dict[str, object]:
        return {
            "id": "C1",
            "timeOfContact": f"2026-03-{day}T10:00:00.000Z",
            "updatedAt": f"2026-03-01T10:00:{second:02}.000Z",
            "rawJson": {"persons": [{"category": category} for category in categories]},
        }

    records: list[object] = [
        version(1, "01", "Elder abuse"),
        version(2, "99", "Elder abuse"),
        "no object",
        version(3, "01", "Elder abuse", "Elder abuse"),
    ]
    content = json.dumps(records).encode()
    assert b"\n" not in content
    delivery = world.one("chat/contacts_2026-03.json", content)
    assert (delivery.rows_loaded, delivery.rows_rejected) == (2, 2)
    assert world.rejects() == [(2, "INVALID_DATE", "timeOfContact"), (3, "BAD_DIALECT", None)]
    assert world.query(
        "select contacts.line, victim_number from raw.contacts inner join raw.victims "
        "on contacts.contact_key = victims.contact_key and contacts.line = contact_line "
        "order by all"
    ) == [(1, 1), (4, 1), (4, 2)]


def test_times_are_kept_as_instant_local_day_and_hour(world: World) -> None:
    winter = call(Oproepnummer="W", Begin="01/01/2026 00:30:00", Einde="01/01/2026 00:40:00")
    doubled = call(Oproepnummer="D", Begin="25/10/2026 02:30:00", Einde="25/10/2026 02:10:00")
    world.one("phone/oproepen_2026.csv", phone_file(winter, doubled))
    assert world.query(
        "select started_at::varchar, day::varchar, hour, is_ambiguous_hour "
        "from raw.contacts order by 1"
    ) == [
        ("2025-12-31 23:30:00", "2026-01-01", 0, False),
        ("2026-10-25 00:30:00", "2026-10-25", 2, True),
    ]
    world.one(
        "mail/tickets_2026.jsonl",
        b'{"id":1,"created_at":"2026-10-25T01:30:00.000Z",'
        b'"updated_at":"2026-10-26T09:00:00+01:00"}\n'
        b'{"id":2,"created_at":"2019-12-31 23:34:00+00",'
        b'"updated_at":"2020-01-01 08:00:00 UTC"}\n',
    )
    assert world.query(
        "select started_at::varchar, day::varchar, hour, is_ambiguous_hour, version_at::varchar "
        "from raw.contacts where source = 'mail' order by line"
    ) == [
        ("2026-10-25 01:30:00", "2026-10-25", 2, False, "2026-10-26 08:00:00"),
        ("2019-12-31 23:34:00", "2020-01-01", 0, False, "2020-01-01 08:00:00"),
    ]


def test_an_unknown_label_is_counted_as_unmapped_and_never_stored(world: World) -> None:
    world.one("phone/oproepen_2026.csv", phone_file(call(Problematiek="GEHEIM-99", Gevolg="X-98")))
    assert world.query("select category from raw.victims") == [("unmapped",)]
    assert world.query("select outcome from raw.referrals") == [("unmapped",)]
    assert b"GEHEIM-99" not in world.settings.warehouse.read_bytes()


def test_labels_match_after_trimming_case_and_composed_accents_but_never_nearly(
    world: World,
) -> None:
    labels = {
        "Oudermis(be)handeling": "child_to_parent_violence",
        "Ouderenmis(be)handeling": "elder_abuse",
        "\u00a0OUDERENMIS(BE)HANDELING ": "elder_abuse",
        "Ouderenmishandeling": "unmapped",
    }
    rows = [call(Oproepnummer=f"T{n}", Problematiek=label) for n, label in enumerate(labels)]
    decomposed = "Doorverwijzing advocatuur of justitie\u0308le instanties"
    world.one(
        "phone/oproepen_2026.csv", phone_file(*rows, call(Oproepnummer="N", Gevolg=decomposed))
    )
    found = world.query("select category from raw.victims order by line limit 4")
    assert [code for (code,) in found] == list(labels.values())
    assert ("legal",) in world.query("select outcome from raw.referrals")


def test_a_chat_that_stands_twice_in_a_file_is_loaded_twice_with_its_versions(world: World) -> None:
    one = '{"id":"7","timeOfContact":"2026-03-01T10:00:00Z","updatedAt":"2026-03-0%dT10:00:00Z"}'
    content = "[" + one % 1 + ",\n" + one % 2 + "]"
    world.one("chat/contacts_2026.json", content.encode())
    found = world.query("select line, version_at::date::varchar from raw.contacts order by 1")
    assert found == [(1, "2026-03-01"), (2, "2026-03-02")]
    assert world.query("select count(distinct contact_key) from raw.contacts") == [(1,)]


def test_the_currency_stands_in_the_header_and_the_sum_below_is_no_row(world: World) -> None:
    delivery = world.one(
        "ads/advertenties_2026-03.csv",
        b"Reporting starts,Reporting ends,Campaign name,Results,Reach,Impressions,Link clicks,"
        b"Amount spent (EUR)\n2026-03-01,2026-03-01,C2026-03 | x,1,2,3,4,5.5\n"
        b"2026-03-01,2026-03-31,,1,2,3,4,5.5\n",
    )
    assert (delivery.rows_in, delivery.rows_loaded, delivery.rows_rejected) == (1, 1, 0)
    assert world.query("select campaign_id, spend::varchar, currency from raw.ad_delivery") == [
        ("C2026-03", "5.50", "EUR")
    ]
