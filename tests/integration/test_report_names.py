"""Names that a source gave, as they stand in a report: nothing is lost, no night is stopped."""

import io
import sys
from html import unescape
from pathlib import Path

import duckdb
import openpyxl
import pypdf
import pytest

from pipelines.report import build_reports
from pipelines.report.pdf import REPLACEMENT, UNPRINTED, printed
from pipelines.settings import Settings

MARTS = Path(__file__).parents[1] / "data" / "report_marts.sql"


def report_of(name: str, tmp_path: Path) -> dict[str, bytes]:
    """The report of a year with one campaign of that name."""
    with duckdb.connect() as connection:
        connection.execute(MARTS.read_text(encoding="utf-8"))
        connection.execute(
            "update marts.contacts_around_campaigns set name = ? where campaign_id = 'C2020-01'",
            [name],
        )
        settings = Settings(home=tmp_path, as_of="2021-01-01")
        files = build_reports(connection, settings, [2020], ["nl"], tmp_path / "to")
    return {file.name: file.read_bytes() for file in files}


def words_of(pdf: bytes) -> str:
    pages = pypdf.PdfReader(io.BytesIO(pdf)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_what_the_fonts_of_the_pdf_lack_is_replaced_and_stays_on_the_page(tmp_path: Path) -> None:
    name = "Praat \x07erover \U0001f4ac 日本 1\ufe0f\u20e3 ❤\ufe0f cafe\u0301"
    files = report_of(name, tmp_path)
    sign = REPLACEMENT
    assert f"Praat erover {sign} {sign} 1{sign} {sign} café" in words_of(files["report.nl.pdf"])
    assert "erover \U0001f4ac 日本" in files["report.nl.html"].decode()


def test_the_fonts_of_the_pdf_have_every_character_that_is_not_replaced() -> None:
    import typst

    kept = "".join(
        character
        for character in map(chr, range(sys.maxunicode + 1))
        if character.isprintable() and not UNPRINTED.match(character)
    )
    assert len(kept) > 900
    typst.compile(
        b'#set document(title: " ")\n#set text(font: "Libertinus Serif")\n'
        b"#sys.inputs.kept #strong(sys.inputs.kept)",
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
        sys_inputs={"kept": kept + REPLACEMENT},
    )


@pytest.mark.parametrize("text", ["Łódź – “’t Huis” • 50 € → ½", "Привет, Ελλάδα", "a\tb\nc"])
def test_what_the_fonts_have_is_printed_as_it_is(text: str) -> None:
    assert printed([{"text": text, "number": 1.5}]) == [{"text": text, "number": 1.5}]


@pytest.mark.parametrize(
    "name",
    [
        '=HYPERLINK("http://x.be","klik")',
        "{=1+1}",
        "http://x.be",
        "[klik](http://x.be)",
        "een ](nul) [twee](drie",
        "日本 \U0001f4ac",
    ],
)
def test_a_name_is_a_text_in_the_workbook_whatever_it_looks_like(name: str, tmp_path: Path) -> None:
    files = report_of(name, tmp_path)
    book = openpyxl.load_workbook(io.BytesIO(files["tables.nl.xlsx"]))
    cells = [cell for sheet in book.worksheets for row in sheet for cell in row]
    named = [cell for cell in cells if cell.value == f"{name} (campagne)"]
    assert [(cell.data_type, cell.hyperlink) for cell in named] == [("s", None)]
    assert f'<span lang="nl-BE">{name}</span> (campagne)' in unescape(
        files["report.nl.html"].decode()
    )
