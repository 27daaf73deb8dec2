"""All files of the reports asked for: everything is made in memory before anything is written."""

import datetime as dt
import json
from collections.abc import Sequence, Set
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import duckdb

from pipelines.errors import CannotRun, WrongUse
from pipelines.report.figures import Edition, build_figures
from pipelines.report.helpline import load_helpline
from pipelines.report.language import Language
from pipelines.report.page import render_page
from pipelines.report.pdf import render_pdf
from pipelines.report.references import load_facts
from pipelines.report.sections import write_report
from pipelines.report.source import first_year_that_differs, read_marts, years_with_data
from pipelines.report.texts import has_texts, load_texts
from pipelines.report.vintages import frozen_files, frozen_years, is_frozen
from pipelines.report.workbook import render_workbook
from pipelines.settings import ZONE, Settings

FIGURES = "figures.json"


def build_reports(
    database: Path | duckdb.DuckDBPyConnection,
    settings: Settings,
    years: Sequence[int] | None,
    languages: Sequence[str],
    to: Path,
) -> list[Path]:
    """Write the reports of some years into `<to>/<year>/`, and return the files.

    Args:
        database: a DuckDB file with the schema `marts` (a release or the warehouse), or an open
            connection to one.
        settings: for the clock, the smallest count and the editor's texts; a release states its own
            clock, so that the same release gives the same bytes.
        years: calendar years; None for every year that has data enough.
        languages: of `nl` and `en`.
        to: folder that receives a folder per year.

    Raises:
        WrongUse: a year without data or with too few, an unknown language, a raw digit or an
            unknown reference in a text; nothing is written.
        DataNotPassed: the database does not hold the marts.
    """
    if isinstance(database, Path):
        with closing(_opened(database)) as connection:
            return build_reports(connection, settings, years, languages, to)
    tellable = years_with_data(database, settings.min_cell)
    chosen = tellable if years is None else list(dict.fromkeys(years))
    if not chosen:
        return []
    spoken = [Language(code) for code in dict.fromkeys(languages)]
    if not spoken:
        raise WrongUse("No language was asked for. Write for instance --lang nl,en.")
    made: dict[Path, bytes] = {}
    for year in chosen:
        files = frozen_files(settings, year) if is_frozen(settings, year) else None
        files = files or _files_of_year(database, settings, year, spoken)
        made |= {to / str(year) / name: content for name, content in files.items()}
    for path, content in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return list(made)


def years_to_report(
    connection: duckdb.DuckDBPyConnection, settings: Settings, lost: Set[int] | None = None
) -> list[int]:
    """The years whose figures differ from those of the current release, frozen years apart.

    A first release has nothing to differ from. It gets the report of the last year, and of every
    year for which an editor wrote texts; any other is one `helpline report --year` away, and made
    by the night once its figures change.

    Args:
        lost: years that a damaged current release reported, None if it is whole. Nothing of it is
            carried over: they are made anew, the frozen years from their vintages.
    """
    tellable = years_with_data(connection, settings.min_cell)
    years = [year for year in tellable if not is_frozen(settings, year)]
    wanted = {year for year in years if has_texts(settings.report_texts, year)} | {*years[-1:]}
    if lost is not None:
        return sorted(wanted | lost & set(years) | frozen_years(settings))
    edition = edition_of(connection, settings)
    changed = []
    with ExitStack() as stack:
        release = _opened_release(settings, stack)
        first = first_year_that_differs(connection, release) if release else None
        for year in years:
            published = _read_published(settings.current_release / "report" / str(year) / FIGURES)
            if published is None and year not in wanted:
                if release is None or first is None or year < first:
                    continue
                if year not in years_with_data(release, settings.min_cell):
                    continue
                published = _without_clock(build_figures(read_marts(release, year), edition))
            if published != _without_clock(build_figures(read_marts(connection, year), edition)):
                changed.append(year)
    return changed


def _opened_release(settings: Settings, stack: ExitStack) -> duckdb.DuckDBPyConnection | None:
    database = settings.current_release / "helpline.duckdb"
    return stack.enter_context(closing(_opened(database))) if database.exists() else None


def edition_of(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Edition:
    """Clock and sample mark: those that a release states, else those of the settings."""
    as_of, is_sample = settings.today, settings.sample_file.exists()
    stated = connection.execute(
        """select count(*) from information_schema.tables
        where table_name = 'publish_info' and table_schema <> 'marts'"""
    ).fetchone()
    if stated and stated[0]:
        row = connection.execute("select as_of, is_sample from publish_info").fetchone()
        if row and row[0]:
            instant: dt.datetime = row[0].replace(tzinfo=dt.UTC)
            as_of, is_sample = instant.astimezone(ZONE).date(), bool(row[1])
    return Edition(as_of=as_of, is_sample=is_sample, minimum=settings.min_cell)


def _files_of_year(
    connection: duckdb.DuckDBPyConnection,
    settings: Settings,
    year: int,
    languages: Sequence[Language],
) -> dict[str, bytes]:
    edition = edition_of(connection, settings)
    marts = read_marts(connection, year)
    if not marts.total.is_tellable(edition.minimum):
        raise WrongUse(
            f"No report for {year}: fewer than {edition.minimum} contacts or victims could point "
            "at somebody. It can be made once there are more."
        )
    text = as_text(build_figures(marts, edition))
    # what is printed is what stands in the file, nothing beside it
    document = json.loads(text)
    files = {FIGURES: text.encode()}
    for language in languages:
        report = write_report(
            document,
            language,
            load_texts(settings.report_texts, year, language.code),
            load_facts(settings.report_texts, language.code),
            load_helpline(settings.report_texts),
        )
        other = next((other for other in languages if other is not language), None)
        files[f"report.{language.code}.html"] = render_page(report, language, other).encode()
        files[f"report.{language.code}.pdf"] = render_pdf(report, language, edition.as_of)
        files[f"tables.{language.code}.xlsx"] = render_workbook(report, language, edition.as_of)
    return files


def as_text(document: dict[str, Any]) -> str:
    """figures.json as it is written."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def _without_clock(document: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(as_text(document))
    plain.pop("as_of", None)
    return plain


def _read_published(path: Path) -> dict[str, Any] | None:
    try:
        document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        # no report yet, or one that cannot be read: it is made anew
        return None
    document.pop("as_of", None)
    return document


def _opened(database: Path) -> duckdb.DuckDBPyConnection:
    if not database.exists():
        raise CannotRun(f"There is no database {database}. `helpline run` makes a release.")
    try:
        return duckdb.connect(str(database), read_only=True)
    except duckdb.IOException:
        raise CannotRun(
            f"{database} cannot be opened for reading. `helpline doctor` says what is wrong."
        ) from None
