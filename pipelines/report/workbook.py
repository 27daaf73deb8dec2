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

    sheets: dict[str, Any] = {}
    notes: list[str] = []
    for section in report.sections:
        for exhibit in section.exhibits:
            name = f"{language.say('workbook.table')} {len(sheets) + 1}"
            sheets[name] = _sheet(exhibit.table, section.headline, report, language, notes)
    cover = gptables.Cover(
        title=_marked(f"{report.organisation} – {report.title}", report),
        intro=[report.subtitle, *report.mark_details],
        about=[
            language.say("workbook.about_text"),
            language.say("workbook.small_note", minimum=report.smallest_count),
            language.say("workbook.shorthand", shorthand=SHORTHAND),
            report.made_on,
        ],
        contact=[report.reach.call, report.reach.danger] if report.reach else [],
        cover_label=language.say("workbook.cover"),
    )
    with tempfile.TemporaryDirectory() as folder, warnings.catch_warnings():
        # gptables warns of empty captions that we leave out on purpose
        warnings.simplefilter("ignore")
        path = Path(folder) / "tables.xlsx"
        book = gptables.produce_workbook(
            str(path),
            sheets,
            cover=cover,
            contentsheet_label=language.say("workbook.contents"),
            contentsheet_options={
                "title": language.say("workbook.contents"),
                "instructions": language.say("workbook.instructions"),
                "table_name": "contents_table",
                "column_names": [language.say("workbook.sheet"), language.say("workbook.table")],
            },
            notes_table=_notes_table(notes, language) if notes else None,
            notesheet_label=language.say("workbook.notes"),
            notesheet_options={
                "title": language.say("workbook.notes"),
                "table_name": "notes_table",
                "instructions": "",
            },
        )
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
        references.append(f"$$note_{notes.index(note) + 1}$$")
    return gptables.GPTable(
        table=frame,
        table_name=f"table_{table.id.replace('-', '_')}",
        title=_marked(f"{table.title}, {report.year}", report) + "".join(references),
        subtitles=[headline],
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


def _content(cell: Value, language: Language) -> float | str:
    """A number, a text, or the shorthand of the guidance for a cell that does not apply."""
    if cell.number is not None:
        return cell.number
    return SHORTHAND if cell.text == language.say("none") else cell.text


def _notes_table(notes: list[str], language: Language) -> Any:
    import pandas as pd

    return pd.DataFrame(
        {
            language.say("workbook.note_reference"): [
                f"note_{number}" for number in range(1, len(notes) + 1)
            ],
            language.say("workbook.note_text"): notes,
        }
    )


def _marked(title: str, report: Report) -> str:
    """The title with what must be said of every file: fictional, provisional."""
    return " – ".join([title, *report.marks])
