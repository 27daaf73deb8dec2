"""The report's tables as an accessible workbook: a cover, contents, a table per sheet, notes.

gptables lays the sheets out as the Analysis Function asks; numbers are numbers, rounded as on the
page.
"""

import datetime as dt
import tempfile
import warnings
from pathlib import Path
from typing import Any

from pipelines.report.document import Report, Table, Value
from pipelines.report.language import Language

SHORTHAND = "[z]"

FORMATS = {"count": "#,##0", "percent": '0"%"', "growth": '+0"%";-0"%";0"%"', "rate": "0.0"}


def render_workbook(report: Report, language: Language, day: dt.date) -> bytes:
    """The workbook of one report; `day` is the date that the file states as its own."""
    import gptables

    notes: list[str] = []
    tables: dict[str, Any] = {}
    for section in report.sections:
        for exhibit in section.exhibits:
            name = f"{language.say('workbook.table')} {len(tables) + 1}"
            tables[name] = _sheet(exhibit.table, section.headline, report, language, notes)
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # gptables warns of table elements that we leave out on purpose
        warnings.simplefilter("ignore")
        path = Path(folder) / "tables.xlsx"
        book = gptables.produce_workbook(
            str(path),
            _notes(notes, report, language) | tables,
            cover=gptables.Cover(
                title=_marked(f"{report.organisation} – {report.title}", report),
                cover_label=language.say("workbook.cover"),
            ),
            contentsheet_label=language.say("workbook.contents"),
            contentsheet_options={
                "title": _marked(language.say("workbook.contents"), report),
                "instructions": language.say("workbook.instructions"),
                "table_name": "contents_table",
                "column_names": [language.say("workbook.sheet"), language.say("workbook.table")],
            },
            workbook_options={"strings_to_formulas": False, "strings_to_urls": False},
        )
        _write_cover(book, report, language)
        book.set_properties(
            {
                "title": _marked(report.title, report),
                "author": report.organisation,
                "comments": report.subtitle,
                "created": dt.datetime.combine(day, dt.time()),
            }
        )
        book.close()
        return path.read_bytes()


def _write_cover(book: Any, report: Report, language: Language) -> None:
    """The words of the cover; gptables would put English headings over them."""
    lines = [
        report.subtitle,
        *report.mark_details,
        language.say("workbook.about_text"),
        language.say("workbook.small_note", minimum=report.smallest_count),
        language.say("workbook.shorthand", shorthand=SHORTHAND),
        report.made_on,
    ]
    if report.reach:
        lines += [report.reach.call, report.reach.danger]
    cover = book.worksheets()[0]
    words = book.add_format({"font_name": "Arial", "font_size": 12, "text_wrap": True})
    for row, line in enumerate(lines, start=1):
        cover.write_string(row, 0, line, words)


def _sheet(
    table: Table, headline: str, report: Report, language: Language, notes: list[str]
) -> Any:  # gptables has no types
    import gptables
    import pandas as pd

    frame = pd.DataFrame(
        {
            column: [_content(row[place], language) for row in table.rows]
            for place, column in enumerate(table.columns)
        },
        dtype=object,
    )
    kinds = {
        place: next(
            (row[place].kind for row in table.rows if row[place].number is not None), "text"
        )
        for place in range(len(table.columns))
    }
    references = []
    for note in table.notes:
        if note not in notes:
            notes.append(note)
        number = notes.index(note) + 1
        references.append(f" [{language.say('workbook.note')} {number}]")
    return gptables.GPTable(
        table=frame,
        table_name=f"table_{table.id.replace('-', '_')}",
        title=_marked(f"{table.title}, {report.year}", report) + "".join(references),
        subtitles=[headline],
        instructions=language.say("workbook.one_table"),
        scope=language.say("workbook.unit"),
        source=language.say("workbook.source"),
        additional_formatting=[
            {
                "column": {
                    "columns": [place],
                    "format": {"num_format": FORMATS[kind], "align": "right"},
                    "include_names": False,
                }
            }
            for place, kind in kinds.items()
            if kind in FORMATS
        ],
        index_columns={},
    )


def _content(cell: Value, language: Language) -> Any:
    """A number, a text, or the shorthand of the guidance for a cell that does not apply."""
    from gptables.core.gptable import FormatList

    if cell.number is not None:
        return cell.number
    if cell.text == language.say("none"):
        return SHORTHAND
    # rich text without a format of its own: in a mere string gptables looks for links
    return FormatList([{}, cell.text])


def _notes(notes: list[str], report: Report, language: Language) -> dict[str, Any]:
    """The sheet of notes, to which the titles of the tables refer by number; none without notes."""
    if not notes:
        return {}
    import gptables
    import pandas as pd

    frame = pd.DataFrame(
        {
            language.say("workbook.note_number"): range(1, len(notes) + 1),
            language.say("workbook.note_text"): notes,
        }
    )
    name = language.say("workbook.notes")
    sheet = gptables.GPTable(
        table=frame,
        table_name="notes_table",
        title=_marked(name, report),
        instructions=language.say("workbook.one_table"),
        index_columns={},
    )
    return {name: sheet}


def _marked(title: str, report: Report) -> str:
    """The title with what must be said of every file: fictional, provisional."""
    return " – ".join([title, *report.marks])
