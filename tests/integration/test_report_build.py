"""Whole reports, from marts made by hand: exact, safe, the same every time, refused when wrong."""

import datetime as dt
import hashlib
import io
import json
import re
from html import unescape
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pypdf
import pytest

from pipelines.errors import CannotRun, DataNotPassed, WrongUse
from pipelines.report import build_reports, years_to_report
from pipelines.report.codes import code_lists
from pipelines.report.language import Language
from pipelines.settings import Settings

MARTS = Path(__file__).parents[1] / "data" / "report_marts.sql"
LANGUAGES = ["nl", "en"]
NUMBER = re.compile(r"(?<![\w.,])[+−-]?\d[\d.,]*\d%?|(?<![\w.,])[+−-]?\d%?")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("marts") / "helpline.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(MARTS.read_text(encoding="utf-8"))
    return path


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(home=tmp_path_factory.mktemp("home"), as_of="2021-01-01")


@pytest.fixture(scope="module")
def report(
    database: Path, settings: Settings, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    to = tmp_path_factory.mktemp("report")
    files = build_reports(database, settings, [2020], LANGUAGES, to)
    return {file.name: file.read_bytes() for file in files}


def figures_of(report: dict[str, bytes]) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(report["figures.json"])
    return document


def words_of_page(html: str) -> str:
    """What a reader reads of the page, axis ticks and cited facts apart."""
    for pattern in (
        r"<style.*?</style>",
        r'<text class="tick".*?</text>',
        r'<p class="cited">.*?</p>',
    ):
        html = re.sub(pattern, " ", html, flags=re.DOTALL)
    return unescape(re.sub(r"<[^>]+>", " ", html)).replace("\u00ad", "")


def words_of_pdf(content: bytes) -> str:
    """The text of the PDF without its list of contents and its page numbers."""
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages]
    words = "\n".join([pages[0], *pages[2:]])
    return re.sub(r"(Jaarverslag|Annual report) 2020\s*\d+", " ", words)


def numbers_in(words: str, language: Language) -> set[str]:
    """Numbers as printed: years, dates, code labels and the helpline's own numbers apart."""
    months = "|".join(language.month(number) for number in range(1, 13))
    words = re.sub(rf"\b\d{{1,2}}\s+({months})(\s+\d{{4}})?", " ", words)
    for entry in [code for codes in code_lists().values() for code in codes]:
        for label in (entry.label_nl, entry.label_en):
            if any(character.isdigit() for character in label):
                words = re.sub(re.escape(label).replace(r"\ ", r"\s+"), " ", words, flags=re.I)
    for label in ("12 jaar of jonger", "12 or younger", "jonger dan 6 jaar", "under 6"):
        words = words.replace(label, " ")
    words = re.sub(r"\b\d{1,2}(:00)?–\d{1,2}(:00)?( u\.)?", " ", words)
    words = re.sub(r"\b(20[12]\d|1712(\.be)?|112)\b", " ", words)
    return set(NUMBER.findall(words))


def printable(document: dict[str, Any], language: Language) -> set[str]:
    """Every number of figures.json in the forms in which the report may print it."""
    allowed = {language.number(document["smallest_count"]), "30%"}
    for name in ("published", "matching"):
        allowed.add(language.number(document["reconciliation"][name]))
    for entry in document["figures"].values():
        for name, value in entry.items():
            if name.endswith("_pct"):
                allowed |= {language.percent(abs(value)), language.growth(value)}
            elif isinstance(value, int) and not isinstance(value, bool):
                allowed.add(language.number(value))
            elif isinstance(value, float):
                allowed |= {language.number(value, 1), language.number(value, 2)}
    return allowed


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_number_on_the_page_is_one_of_figures_json(
    report: dict[str, bytes], code: str
) -> None:
    language = Language(code)
    found = numbers_in(words_of_page(report[f"report.{code}.html"].decode()), language)
    assert len(found) > 150
    assert found - printable(figures_of(report), language) == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_number_in_the_pdf_is_one_of_figures_json(
    report: dict[str, bytes], code: str
) -> None:
    language = Language(code)
    words = words_of_pdf(report[f"report.{code}.pdf"])
    # the one cited fact stands apart
    words = re.sub(r"30%: .*?\(Gen[eè]ve, 2021\)", " ", words, flags=re.DOTALL)
    ticks = re.findall(
        r'<text class="tick"[^>]*>(.*?)</text>', report[f"report.{code}.html"].decode()
    )
    found = numbers_in(words, language)
    assert len(found) > 150
    assert found - printable(figures_of(report), language) - set(ticks) == set()


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_number_in_the_workbook_is_one_of_figures_json(
    report: dict[str, bytes], code: str
) -> None:
    document, language = figures_of(report), Language(code)
    numbers = {
        abs(value)
        for entry in document["figures"].values()
        for value in entry.values()
        if isinstance(value, int | float)
    }
    book = openpyxl.load_workbook(io.BytesIO(report[f"tables.{code}.xlsx"]))
    cells = [cell.value for sheet in book.worksheets[3:] for row in sheet for cell in row]
    found = {abs(cell) for cell in cells if isinstance(cell, int | float)}
    assert len(found) > 150
    assert found - numbers == set()
    texts = " ".join(cell for cell in cells if isinstance(cell, str))
    words = re.sub(r"\[(note|opmerking) \d+\]", " ", texts)
    assert numbers_in(words, language) - printable(document, language) == set()


def test_the_published_figures_of_2020_appear_as_they_were_published(
    report: dict[str, bytes],
) -> None:
    words = " ".join(words_of_page(report["report.nl.html"].decode()).split())
    for printed in (
        "8.059 contacten, 49% meer dan in 2019",
        "11.305 gemelde slachtoffers, 53% meer dan in 2019",
        "meer dan 3 keer zoveel contacten als in 2012",
        "6.407 slachtoffers werden gemeld voor kindermishandeling: 57% van alle gemelde "
        "slachtoffers en 45% meer dan in 2019",
        "Partnergeweld 2.110 19% +85%",
        "Scheidingsproblematiek 428 4% +28%",
        "emotioneel geweld of emotionele verwaarlozing 49%",
        "seksueel geweld 11% en economisch geweld 1%",
        "In 18% van alle chatgesprekken",
        "6.853 gemelde slachtoffers zijn minderjarig: meer dan 60%",
        "4.433 kinderen zijn 12 jaar of jonger, onder wie 2.194 jonger dan 6 jaar",
        "Volwassen 4.452 39%",
        "Jonger dan 6 jaar 2.194 20%",
        "is 55% vrouwelijk en 45% mannelijk. Bij volwassenen is dat 72% en 28%",
        "5.739 contacten waren anoniem, 71% van alle contacten. In 2019 waren dat er 3.453, of 64%",
        "zelf het slachtoffer in één op de drie (2.708 contacten)",
        "een (stief)ouder in één op de vijf (1.650 contacten)",
        "een ander familielid in één op de zeven",
        "een buur in één op de tien (804 contacten)",
        "Dat zijn 100 contacten meer dan in 2019",
        "Meer dan 91% van de contacten komt van het slachtoffer",
        "240 keer nam een pleger",
        "is 5% minderjarig. In de chat is dat 19%: bijna één op de vijf contactnemers van wie "
        "de leeftijd bekend is",
        "5.869 contactnemers waren vrouwelijk, 73%",
        "Meer dan 91% van de slachtoffers van wie de context bekend is",
        "In de vrije tijd ging het om 192 slachtoffers, op school om 104",
        "telefoon 71%, e-mail 18% en chat 11%",
        "911 chatgesprekken, ongeveer 6 keer zoveel als in 2019",
        "April was de drukste maand: 967 contacten",
        "De drie drukste maanden waren april, mei en juni",
        "Op maandag waren er de meeste contacten",
        "2.876 doorverwijzingen naar de politie: 78% meer dan in 2019",
        "60.253 bezoekers op de website voor volwassenen: 72% meer dan in 2019",
    ):
        assert printed in words


def test_the_same_release_gives_the_same_bytes(
    database: Path, settings: Settings, report: dict[str, bytes], tmp_path: Path
) -> None:
    again = build_reports(database, settings, [2020], LANGUAGES, tmp_path)
    assert {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in again} == {
        name: hashlib.sha256(content).hexdigest() for name, content in report.items()
    }


def test_a_release_states_its_own_clock_so_that_a_later_day_changes_nothing(
    database: Path, report: dict[str, bytes], tmp_path: Path
) -> None:
    released = tmp_path / "released.duckdb"
    released.write_bytes(database.read_bytes())
    with duckdb.connect(str(released)) as connection:
        connection.execute(
            "create table publish_info as select timestamp '2020-12-31 23:00' as as_of, "
            "false as is_sample"
        )
    later = Settings(home=tmp_path, as_of="2023-05-05")
    files = build_reports(released, later, [2020], LANGUAGES, tmp_path / "to")
    for file in files:
        assert file.read_bytes() == report[file.name], file.name


def test_the_page_and_the_pdf_are_as_small_as_promised(report: dict[str, bytes]) -> None:
    assert len(report["report.nl.html"]) < 400_000
    assert len(report["report.nl.pdf"]) < 1_000_000


def test_every_table_of_the_page_has_a_caption_of_its_own(report: dict[str, bytes]) -> None:
    captions = re.findall("<caption>(.*?)</caption>", report["report.en.html"].decode())
    assert "The figures of this chart: Reported victims by category" in captions
    assert len(set(captions)) == len(captions) > 10


def test_names_of_campaigns_are_dutch_on_the_english_page_too(report: dict[str, bytes]) -> None:
    page = report["report.en.html"].decode()
    assert '<span lang="nl-BE">Spot over kindermishandeling</span> (campaign)' in page


def test_a_page_leads_to_the_other_language_only_if_that_is_made(
    database: Path, settings: Settings, report: dict[str, bytes], tmp_path: Path
) -> None:
    assert 'href="report.nl.html"' in report["report.en.html"].decode()
    files = build_reports(database, settings, [2020], ["en"], tmp_path)
    assert "report.nl.html" not in files[1].read_text(encoding="utf-8")


def test_the_pdf_is_tagged_named_and_has_bookmarks(report: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(report["report.nl.pdf"]))
    catalog: Any = reader.trailer["/Root"].get_object()
    assert catalog["/MarkInfo"]["/Marked"]
    assert str(catalog["/Lang"]) == "nl-BE"
    assert b"pdfuaid:part>1<" in catalog["/Metadata"].get_data()
    assert reader.metadata is not None
    assert str(reader.metadata.title) == "Hulplijn 1712 – Jaarverslag 2020"
    titles = [str(entry["/Title"]) for entry in reader.outline if not isinstance(entry, list)]
    assert "2.876 doorverwijzingen naar de politie: 78% meer dan in 2019" in titles


def test_the_pdf_reads_in_the_order_of_the_page(report: dict[str, bytes]) -> None:
    words = words_of_pdf(report["report.nl.pdf"])
    headings = ["Voorwoord", "8.059 contacten in", "April was de", "Bij meer dan de", "Wie zijn de"]
    places = [words.index(heading) for heading in headings]
    assert places == sorted(places)


def test_small_counts_stand_nowhere_and_the_page_says_so(report: dict[str, bytes]) -> None:
    # the hours 0 to 4 have 4, 3, 2, 2 and 3 contacts
    document = figures_of(report)
    counts = [entry["value"] for entry in document["figures"].values() if "value" in entry]
    derived = {"contacts.multiple_of_first_year", "victims_per_contact"}
    small = {
        key
        for key, entry in document["figures"].items()
        if 0 < entry.get("value", 0) < 5 and key not in derived
    }
    assert small == set()
    assert len(counts) > 150
    assert document["joined"] == ["contacts.hour"]
    page = report["report.nl.html"].decode()
    assert "samengevoegd of weggelaten in de tabellen voor uur van de dag" in page


def test_a_higher_smallest_count_joins_more_and_leaves_out_what_stays_small(
    database: Path, tmp_path: Path
) -> None:
    careful = Settings(home=tmp_path, as_of="2021-01-01", min_cell=300)
    files = build_reports(database, careful, [2020], LANGUAGES, tmp_path / "to")
    document = json.loads(files[0].read_text(encoding="utf-8"))
    assert "victims.category" in document["joined"]
    assert "contacts.week" in document["left_out"]
    people = ("contacts", "victims", "referrals")
    for key, entry in document["figures"].items():
        if key.startswith(people) and ".multiple" not in key and key != "victims_per_contact":
            assert not 0 < entry.get("value", 0) < 300, key


def test_an_incomplete_year_is_marked_on_every_file_and_names_its_missing_days(
    database: Path, tmp_path: Path
) -> None:
    patched = tmp_path / "patched.duckdb"
    patched.write_bytes(database.read_bytes())
    with duckdb.connect(str(patched)) as connection:
        connection.execute(
            "update marts.data_completeness set status = 'missing' "
            "where source = 'phone' and day between '2020-08-04' and '2020-08-06'"
        )
        connection.execute(
            "update marts.yearly_totals set is_complete = false, days_missing = 3 where year = 2020"
        )
    settings = Settings(home=tmp_path, as_of="2021-01-01")
    made = build_reports(patched, settings, [2020], ["nl"], tmp_path / "to")
    files = {file.name: file for file in made}
    page = files["report.nl.html"].read_text(encoding="utf-8")
    named = "Telefoon: geen gegevens van 4 augustus 2020 tot en met 6 augustus 2020"
    assert named in unescape(page)
    assert "Voorlopige cijfers" in page
    assert json.loads(files["figures.json"].read_text())["is_provisional"]
    pages = pypdf.PdfReader(files["report.nl.pdf"]).pages
    assert all("Voorlopige cijfers" in sheet.extract_text() for sheet in pages)
    book = openpyxl.load_workbook(files["tables.nl.xlsx"])
    assert all("Voorlopige cijfers" in str(sheet["A1"].value) for sheet in book.worksheets)


def test_a_year_that_is_not_over_is_compared_with_nothing(database: Path, tmp_path: Path) -> None:
    early = Settings(home=tmp_path, as_of="2020-12-01")
    files = build_reports(database, early, [2020], ["nl"], tmp_path / "to")
    document = json.loads(files[0].read_text(encoding="utf-8"))
    assert not any("growth_pct" in entry for entry in document["figures"].values())
    assert "Het jaar was nog niet om" in files[1].read_text(encoding="utf-8")


def test_a_report_of_the_sample_says_on_every_page_that_it_is_fictional(
    database: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path)
    settings.landing.mkdir(parents=True)
    settings.sample_file.write_text('{"seed": 1712, "scale": 1, "as_of": "2021-01-01"}')
    files = build_reports(database, settings, [2020], ["en"], tmp_path / "to")
    pages = pypdf.PdfReader(files[2]).pages
    assert all("Fictional data" in page.extract_text() for page in pages)
    assert "<strong>Fictional data</strong>" in files[1].read_text(encoding="utf-8")


def with_texts(tmp_path: Path, words: str) -> Settings:
    folder = tmp_path / "contracts" / "report"
    folder.mkdir(parents=True)
    (folder / "2020.nl.yaml").write_text(words, encoding="utf-8")
    return Settings(home=tmp_path, contracts=tmp_path / "contracts", as_of="2021-01-01")


def test_hostile_text_is_escaped_everywhere(database: Path, tmp_path: Path) -> None:
    hostile = "<script>alert</script> #panic() *vet* {% raw %} =SUM"
    settings = with_texts(tmp_path, f"thanks:\n  title: '{hostile}'\n  text: '{hostile}'\n")
    files = build_reports(database, settings, [2020], ["nl"], tmp_path / "to")
    page = files[1].read_text(encoding="utf-8")
    assert "<script" not in page
    assert "&lt;script&gt;alert&lt;/script&gt; #panic() *vet* {% raw %}" in page
    last = "".join(sheet.extract_text() for sheet in pypdf.PdfReader(files[2]).pages[-2:])
    assert "<script>alert</script> #panic() *vet*" in last


def test_a_report_without_words_of_the_helpline_names_nobody_elses_number(
    database: Path, tmp_path: Path
) -> None:
    settings = with_texts(tmp_path, "thanks:\n  text: Dank.\n")
    files = build_reports(database, settings, [2020], ["nl"], tmp_path / "to")
    assert "1712" not in words_of_page(files[1].read_text(encoding="utf-8"))


def test_what_no_source_asks_has_no_table_and_no_sentence(database: Path, tmp_path: Path) -> None:
    patched = tmp_path / "patched.duckdb"
    patched.write_bytes(database.read_bytes())
    with duckdb.connect(str(patched)) as connection:
        connection.execute(
            "update marts.figures set value = 0, share_pct = 0 where breakdown = 'anonymous'"
        )
    settings = Settings(home=tmp_path, as_of="2021-01-01")
    files = build_reports(patched, settings, [2020], ["nl"], tmp_path / "to")
    assert not any("anonymous" in key for key in json.loads(files[0].read_text())["figures"])
    page = files[1].read_text(encoding="utf-8")
    assert "blijft de contactnemer anoniem" not in page
    assert "Wie neemt contact op?" in page


@pytest.mark.parametrize(
    ("years", "languages", "reason"),
    [
        ([2013], ["nl"], "No report for 2013: the release holds contacts of 2012 to 2020"),
        ([2020], ["fr"], "no language 'fr'"),
        ([2020], [], "No language was asked for"),
    ],
)
def test_what_cannot_be_made_is_refused_before_anything_is_written(
    database: Path, settings: Settings, tmp_path: Path, years: list[int], languages: list[str],
    reason: str,
) -> None:  # fmt: skip
    with pytest.raises(WrongUse, match=reason):
        build_reports(database, settings, [2020, *years], languages, tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_text_with_a_digit_writes_nothing(database: Path, tmp_path: Path) -> None:
    settings = with_texts(tmp_path, "thanks:\n  text: Dank aan 12 mensen.\n")
    with pytest.raises(WrongUse, match=r"2020\.nl\.yaml, line 2: a digit"):
        build_reports(database, settings, [2020], ["nl"], tmp_path / "to")
    assert not (tmp_path / "to").exists()


def test_a_database_without_marts_or_no_database_says_what_to_do(
    settings: Settings, tmp_path: Path
) -> None:
    with duckdb.connect() as empty, pytest.raises(DataNotPassed, match="helpline run"):
        build_reports(empty, settings, [2020], ["nl"], tmp_path / "to")
    with pytest.raises(CannotRun, match="There is no database"):
        build_reports(tmp_path / "none.duckdb", settings, [2020], ["nl"], tmp_path / "to")


def test_only_years_whose_figures_changed_are_made_anew(database: Path, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path, as_of="2021-01-01")
    published = settings.current_release / "report"
    build_reports(database, settings, None, ["nl"], published)
    later = Settings(home=tmp_path, as_of="2021-02-01")
    with duckdb.connect(str(database), read_only=True) as connection:
        assert years_to_report(connection, later) == []
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(database.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update marts.yearly_totals set contacts = contacts + 1 where year = 2014"
        )
        # 2014 stands in the series of the reports of 2014 to 2020
        assert years_to_report(connection, later) == [2014, *range(2015, 2021)]


def test_a_first_release_gets_the_last_year_and_later_ones_what_changed(
    database: Path, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path, as_of="2021-01-01")
    with duckdb.connect(str(database), read_only=True) as connection:
        assert years_to_report(connection, settings) == [2020]
    settings.current_release.mkdir(parents=True)
    (settings.current_release / "helpline.duckdb").write_bytes(database.read_bytes())
    build_reports(database, settings, [2020], ["nl"], settings.current_release / "report")
    changed = tmp_path / "changed.duckdb"
    changed.write_bytes(database.read_bytes())
    with duckdb.connect(str(changed)) as connection:
        assert years_to_report(connection, settings) == []
        connection.execute("update marts.yearly_totals set victims = victims + 9 where year = 2019")
        assert years_to_report(connection, settings) == [2019, 2020]


def test_the_dates_of_the_files_are_those_of_the_clock(report: dict[str, bytes]) -> None:
    reader = pypdf.PdfReader(io.BytesIO(report["report.en.pdf"]))
    assert reader.metadata is not None
    assert reader.metadata.creation_date is not None
    assert reader.metadata.creation_date.date() == dt.date(2021, 1, 1)
    book = openpyxl.load_workbook(io.BytesIO(report["tables.en.xlsx"]))
    assert book.properties.created == dt.datetime(2021, 1, 1)  # noqa: DTZ001  # a workbook has no zone
