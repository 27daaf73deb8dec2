"""Every bad input of the list that concerns the six sources, as a real file, and its neighbours.

The ids are those of the list that the warehouse was built against. Expected: status and reason in
the ledger, and (line, reason, column) of the rejected rows; the good rows around are loaded.
"""

from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.integration.landing_world import PHONE, World, call, phone_file

GOOD = call(Oproepnummer="G1")
LATER = call(Oproepnummer="G2")
HEADER = ";".join(PHONE)


@dataclass(frozen=True)
class Case:
    """One file and what must become of it."""

    name: str
    place: str
    content: bytes
    status: str = "loaded"
    reason: str | None = None
    rejects: list[tuple[int, str, str | None]] = field(default_factory=list)
    loaded: int = 0


def row_case(name: str, reason: str, column: str | None, **changes: str) -> Case:
    """A phone file whose second row is bad, between two good ones."""
    bad = call(Oproepnummer="B1", **changes)
    content = phone_file(GOOD, bad, LATER)
    return Case(name, "phone/x_2026.csv", content, rejects=[(3, reason, column)], loaded=2)


def fine_case(name: str, content: bytes, loaded: int, place: str = "phone/x_2026.csv") -> Case:
    """A file that is taken whole."""
    return Case(name, place, content, loaded=loaded)


def refused(name: str, reason: str, content: bytes, place: str = "phone/x_2026.csv") -> Case:
    """A file of which nothing is loaded."""
    return Case(name, place, content, status="rejected", reason=reason)


def chats(*objects: str) -> bytes:
    """A chat export, one object a line."""
    return ("[\n" + ",\n".join(objects) + "\n]\n").encode()


def chat(number: int, more: str = "") -> str:
    """One chat as the platform writes it."""
    return (
        f'{{"id":"{number}","createdAt":"2026-03-01T10:00:00.000Z",'
        '"updatedAt":"2026-03-01T10:00:00.000Z","timeOfContact":"2026-03-01T10:00:00.000Z",'
        '"rawJson":{"callType":"Child calling about self","callerInformation":null,'
        '"persons":[{"category":"Elder abuse"}]},"referrals":[]' + more + "}"
    )


def ticket(number: int, more: str = "") -> str:
    """One mail ticket."""
    return (
        f'{{"id":{number},"created_at":"2026-03-01T10:00:00.000Z",'
        '"updated_at":"2026-03-01T10:00:00.000Z","registration":{"relation":"Buur",'
        '"persons":[{"category":"Partnergeweld"}],"outcomes":["Doorverwijzing politie"]}'
        + more
        + "}"
    )


LATIN = phone_file(GOOD).decode("utf-8-sig").encode("latin-1")
BROKEN_TEXT = call(Oproepnummer="B1", Opmerkingen='"hij zei')
TEXT = '"lijn een\r\nlijn ""twee""; met puntkomma\r\n\r\nna een lege regel"'
AD_HEADER = (
    "Reporting starts,Reporting ends,Campaign name,Results,Reach,Impressions,Link clicks,"
    "Amount spent (EUR)\n"
)
CASES = [
    Case("B01 empty file", "phone/x_2026-03.csv", b"", "held", "EMPTY_FILE"),
    fine_case("B02 header only, period stated", phone_file(), 0),
    Case("B02 header only, no period", "phone/x.csv", phone_file(), "held", "ZERO_ROWS"),
    refused("B07 unclosed quote", "BAD_QUOTING", phone_file(GOOD, BROKEN_TEXT, LATER)),
    refused(
        "B07 two unclosed quotes", "BAD_QUOTING",
        phone_file(GOOD, BROKEN_TEXT, LATER, call(Oproepnummer="B2", Opmerkingen='"x'), GOOD),
    ),
    fine_case("B08 quoted newline and delimiter", phone_file(call(Opmerkingen=TEXT), LATER), 2),
    Case("B09 extra field", "phone/x_2026.csv", phone_file(GOOD, GOOD + ";x", LATER),
         rejects=[(3, "FIELD_COUNT", None)], loaded=2),
    Case("B09 missing field", "phone/x_2026.csv", phone_file(GOOD, "T9;1", LATER),
         rejects=[(3, "FIELD_COUNT", None)], loaded=2),
    refused("B11 renamed column", "SCHEMA_DRIFT_MISSING",
            phone_file(GOOD, header=HEADER.replace("Problematiek", "Hoofdproblematiek"))),
    fine_case("B12 new column", phone_file(GOOD + ";vrije tekst", header=HEADER + ";Notitie"), 1),
    fine_case("B13 columns reordered",
              phone_file(";".join(GOOD.split(";")[::-1]), header=";".join([*PHONE][::-1])), 1),
    refused("B14 commas", "BAD_DIALECT", phone_file(GOOD.replace(";", ","),
                                                    header=HEADER.replace(";", ","))),
    refused("B14 tabs", "BAD_DIALECT", phone_file(GOOD.replace(";", "\t"),
                                                  header=HEADER.replace(";", "\t"))),
    fine_case("B15 mixed newlines", phone_file(GOOD, LATER) + GOOD.replace("G1", "G3").encode()
              + b"\n", 3),
    fine_case("B15 old newlines", phone_file(GOOD, LATER, newline="\r"), 2),
    fine_case("B16 byte-order mark", phone_file(GOOD), 1),
    fine_case("B16 no byte-order mark", phone_file(GOOD)[3:], 1),
    refused("B17 Latin-1", "BAD_ENCODING", LATIN),
    row_case("B19 double-encoded", "MOJIBAKE", "Context", Context="BÃ©guinage"),
    row_case("B19 double-encoded outcome", "MOJIBAKE", "Gevolg", Gevolg="Overige|justitiÃ«le"),
    refused("B20 UTF-16", "BAD_ENCODING", phone_file(GOOD).decode("utf-8-sig").encode("utf-16")),
    refused("B20 NUL bytes", "BAD_ENCODING", phone_file(GOOD + "\0")),
    refused("B22 a field without end", "OVERSIZE",
            phone_file(GOOD, call(Opmerkingen='"' + "a" * 9_000_000 + '"'))),
    refused("B22 the same over many lines", "OVERSIZE",
            phone_file(GOOD, call(Opmerkingen='"' + "aaaaaaaaa\n" * 900_000 + '"'))),
    row_case("B25 negative duration", "RANGE", "Duur (s)", Duur_s="-5"),
    row_case("B26 26 hours", "RANGE", "Duur (s)", Duur_s="93600"),
    row_case("a duration that is no number", "RANGE", "Duur (s)", Duur_s="tien"),
    row_case("a duration with decimals", "RANGE", "Duur (s)", Duur_s="12,7"),
    row_case("B29 hour that clocks skip", "NONEXISTENT_LOCAL_TIME", "Begin",
             Begin="29/03/2026 02:30:00", Einde="29/03/2026 03:30:00"),
    row_case("B32 end before start", "ORDER", "Einde", Einde="01/03/2026 09:59:00"),
    row_case("B33 future", "FUTURE", "Begin", Begin="01/01/2099 10:00:00",
             Einde="01/01/2099 10:10:00"),
    row_case("B34 epoch", "RANGE", "Begin", Begin="01/01/1970 00:00:00",
             Einde="01/01/1970 00:10:00"),
    row_case("year of two digits", "RANGE", "Begin", Begin="01/03/26 10:00:00",
             Einde="01/03/26 10:10:00"),
    row_case("B35 month first", "INVALID_DATE", "Begin", Begin="03/31/2026 10:00:00"),
    row_case("ISO where Dutch is declared", "INVALID_DATE", "Begin", Begin="2026-03-31 10:00:00"),
    row_case("B37 29 February 2026", "INVALID_DATE", "Begin", Begin="29/02/2026 10:00:00"),
    row_case("B39 serial date", "EXCEL_SERIAL", "Begin", Begin="46115"),
    row_case("B39 serial date and time", "EXCEL_SERIAL", "Begin", Begin="46115,4375"),
    row_case("no start", "SCHEMA_DRIFT_MISSING", "Begin", Begin=""),
    fine_case("B31 over New Year", phone_file(call(
        Begin="31/12/2026 23:50:00", Einde="01/01/2027 00:30:00", Duur_s="2400")), 1),
    fine_case("B38 29 February 2028", phone_file(call(
        Begin="29/02/2028 10:00:00", Einde="29/02/2028 10:10:00")), 1),
    fine_case("B51 words for nothing", phone_file(
        call(Relatie_contactnemer="n.v.t.", Context="-", Problematiek=" NULL ", Duur_s="-",
             Einde="n.v.t.")), 1),
    fine_case("B52 blanks, case and accents", phone_file(
        call(Gevolg=" DOORVERWIJZING ADVOCATUUR OF JUSTITIËLE INSTANTIES "),
        call(Oproepnummer="T2", Relatie_contactnemer=" buur ")), 2),
    fine_case("B54 free text beside the registration",
              (ticket(1, ',"title":"x","note":"\\"{["') + "\n").encode(), 1, "mail/t_2026.jsonl"),
    refused("B57 half an array", "TRUNCATED", chats(chat(1), chat(2))[:-3], "chat/c_2026.json"),
    refused("B57 cut inside an object", "TRUNCATED", chats(chat(1), chat(2))[:-40],
            "chat/c_2026.json"),
    refused("JSON lines cut inside an object", "TRUNCATED",
            (ticket(1) + "\n" + ticket(2)[:-20]).encode(), "mail/t_2026.jsonl"),
    Case("one broken chat among good ones", "chat/c_2026.json",
         chats(chat(1), '{"id":"2",,}', chat(3)), rejects=[(3, "BAD_DIALECT", None)], loaded=2),
    Case("one broken ticket among good ones", "mail/t_2026.jsonl",
         (ticket(1) + '\n{"id":2\n' + ticket(3) + "\n").encode(),
         rejects=[(2, "BAD_DIALECT", None)], loaded=2),
    Case("a registration that is no object", "mail/t_2026.jsonl",
         ('{"id":1,"registration":"x"}\n' + ticket(3) + "\n").encode(),
         rejects=[(1, "BAD_DIALECT", "registration")], loaded=1),
    Case("a ticket without a moment", "mail/t_2026.jsonl",
         ('{"id":1,"updated_at":"2026-03-01T10:00:00.000Z"}\n' + ticket(3) + "\n").encode(),
         rejects=[(1, "SCHEMA_DRIFT_MISSING", "created_at")], loaded=1),
    *(Case(f"a ticket whose time ends in {rest}", "mail/t_2026.jsonl",
           (ticket(1) + "\n" + ticket(2).replace("00.000Z", f"00{rest}") + "\n").encode(),
           rejects=[(2, "INVALID_DATE", "created_at")], loaded=1) for rest in (" CET", "+99")),
    *(Case(f"an id that is {what}", "chat/c_2026.json",
           chats(chat(1), chat(2).replace('"id":"2"', f'"id":{value}'), chat(3)),
           rejects=[(3, "SCHEMA_DRIFT_MISSING", "id")], loaded=2)
      for what, value in {"an object": '{"$oid":"2"}', "a list": "[2]"}.items()),
    Case("an id that is an object, read object by object", "chat/c_2026.json",
         chats(chat(1), chat(2).replace('"id":"2"', '"id":{"$oid":\n"2"}'), chat(3)),
         rejects=[(3, "SCHEMA_DRIFT_MISSING", "id")], loaded=2),
    fine_case("an id in braces", chats(chat(1).replace('"id":"1"', '"id":"{1-A}"')), 1,
              "chat/c_2026.json"),
    fine_case("half a character in a text that is not declared",
              (ticket(1, ',"note":"\\ud83d"') + "\n").encode(), 1, "mail/t_2026.jsonl"),
    fine_case("an array over many lines",
              ("[\n" + chat(1).replace(",", ",\n") + ",\n\n" + chat(2) + "]").encode(), 2,
              "chat/c_2026.json"),
    refused("deep JSON", "OVERSIZE", b"[" * 100_000 + b"]" * 100_000, "chat/c_2026.json"),
    refused("deep JSON behind brackets in texts", "OVERSIZE",
            (chat(1, ',"x":' + '["]",' * 30_000 + "1" + "]" * 30_000) + "\n").encode(),
            "chat/c_2026.json"),
    refused("an object instead of an array", "BAD_DIALECT", chat(1).encode(), "chat/c_2026.json"),
    refused("B75 workbook", "BAD_DIALECT", b"PK\x03\x04" + b"x" * 100),
    refused("B75 workbook as chats", "BAD_DIALECT", b"PK\x03\x04" + b"x" * 100, "chat/c_2026.json"),
    Case("B76 two starts", "phone/x_2026.csv",
         phone_file(GOOD, call(), call(Persoon="2", Begin="01/03/2026 10:01:00"), LATER),
         rejects=[(3, "CONFLICTING_REPEAT", "Oproepnummer"),
                  (4, "CONFLICTING_REPEAT", "Oproepnummer")], loaded=2),
    Case("B76 two relations, apart from each other", "phone/x_2026.csv",
         phone_file(call(), GOOD, call(Persoon="2", Relatie_contactnemer="Pleger")),
         rejects=[(2, "CONFLICTING_REPEAT", "Oproepnummer"),
                  (4, "CONFLICTING_REPEAT", "Oproepnummer")], loaded=1),
    fine_case("B63 B64 script and formula in a name", (
        b"id,naam,thema,soort,medium,start,einde\n"
        b'C1,<script>alert(1)</script>,"=HYPERLINK(""http://x"")",Campagne,tv,2026-03-01,\n'
    ), 1, "campaigns/c_2026.csv"),
    Case("a campaign that ends before it starts", "campaigns/c_2026.csv", (
        b"id,naam,thema,soort,medium,start,einde\n"
        b"C1,a,b,Campagne,tv,2026-03-02,2026-03-01\nC2,a,b,Media,tv,2026-03-02,2026-03-02\n"),
        rejects=[(2, "ORDER", "einde")], loaded=1),
    Case("advertisements over several days", "ads/a_2026.csv", (
        AD_HEADER + "2026-03-01,2026-03-07,C1 | a,1,2,3,4,5.10\n"
        "2026-03-01,2026-03-01,C1 | a,1,2,3,4,5.10\n2026-03-01,2026-03-07,,1,2,3,4,5.10\n"
    ).encode(), rejects=[(2, "RANGE", "Reporting ends")], loaded=1),
    Case("one campaign on two platforms, and once more", "ads/a_2026.csv", (
        AD_HEADER + "2026-03-01,2026-03-01,C1 | Facebook,1,2,3,4,5.10\n"
        "2026-03-01,2026-03-01,C1 | Instagram,1,2,3,4,5.10\n"
        "2026-03-02,2026-03-02,C1 | Facebook,1,2,3,4,5.10\n"
        "2026-03-01,2026-03-01,C2 | x,1,2,3,4,5.10\n"
        "2026-03-01,2026-03-01,C1 | Facebook,1,2,3,4,5.10\n"
    ).encode(), rejects=[(3, "CONFLICTING_REPEAT", "campaign_id"),
                         (6, "CONFLICTING_REPEAT", "campaign_id")], loaded=3),
    Case("a bad row before one of the same key", "ads/a_2026.csv", (
        AD_HEADER + "2026-03-01,2026-03-01,C1 | a,1,2,-3,4,5.10\n"
        "2026-03-01,2026-03-01,C1 | a,1,2,3,4,5.10\n"
    ).encode(), rejects=[(2, "RANGE", "Impressions")], loaded=1),
    Case("a campaign that stands twice", "campaigns/c_2026.csv", (
        b"id,naam,thema,soort,medium,start,einde\n"
        b"C1,a,b,Campagne,tv,2026-03-02,\nC1,a,b,Campagne,tv,2026-04-02,\n"),
        rejects=[(3, "CONFLICTING_REPEAT", "id")], loaded=1),
    Case("a day that stands twice", "web/matomo_adults_2026-03.json", (
        b'{"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":4},\n'
        b'"2026-03-01":{"nb_uniq_visitors":5,"nb_visits":6}}'),
        rejects=[(2, "CONFLICTING_REPEAT", "{key}")], loaded=1),
    fine_case("visits as numbers, texts and nothing", (
        b'{"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":"4"},\n"2026-03-02":[]}'
    ), 2, "web/matomo_adults_2026-03.json"),
    Case("a day that is none", "web/matomo_adults_2026.json", (
        b'{"2026-02-29":{"nb_uniq_visitors":3,"nb_visits":4},\n'
        b'"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":4}}'),
        rejects=[(1, "INVALID_DATE", "{key}")], loaded=1),
    refused("B11 renamed key in the persons of a chat", "SCHEMA_DRIFT_MISSING",
            chats(chat(1).replace('"category"', '"hoofdcategorie"')), "chat/c_2026.json"),
    refused("B11 renamed key in every ticket", "SCHEMA_DRIFT_MISSING",
            "".join(ticket(n).replace('"registration"', '"registratie"') + "\n"
                    for n in range(20)).encode(), "mail/t_2026.jsonl"),
    fine_case("B47 a row of a year long closed", phone_file(
        call(Begin="01/03/2014 10:00:00", Einde="01/03/2014 10:10:00")), 1),
    fine_case("no chats", b"[]", 0, "chat/c_2026-03-01.json"),
    fine_case("no tickets", b"\n", 0, "mail/t_2026-03-01.jsonl"),
    fine_case("a carriage return inside a line",
              phone_file(call(Opmerkingen="links\rrechts"), LATER), 2),
    Case("money beyond what can be", "ads/a_2026.csv", (
        AD_HEADER + "2026-03-01,2026-03-01,C1 | a,1,2,3,4,9999999999.999\n"
        '2026-03-01,2026-03-01,C1 | a,1,2,3,4,"5,10"\n'
        "2026-03-01,2026-03-01,C1 | a,1,2,3,4,5.10\n"
    ).encode(), rejects=[(2, "RANGE", "Amount spent ({currency})"),
                         (3, "RANGE", "Amount spent ({currency})")], loaded=1),
    refused("a site that nobody knows", "SCHEMA_DRIFT_MISSING",
            b'{"2026-03-01":{"nb_uniq_visitors":3,"nb_visits":4}}', "web/matomo_x_2026.json"),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_bad_input_gets_what_the_list_says(tmp_path: Path, case: Case) -> None:
    world = World(tmp_path)
    delivery = world.one(case.place, case.content)
    whole = case.status == "rejected"
    assert (delivery.status, delivery.reason) == (case.status, case.reason)
    assert delivery.rows_loaded == case.loaded
    assert delivery.rows_in == delivery.rows_loaded + delivery.rows_rejected
    if not whole:
        assert world.rejects() == case.rejects
        assert delivery.rows_rejected == len(case.rejects)
    assert world.read() == [], "a file of the past is judged once"
