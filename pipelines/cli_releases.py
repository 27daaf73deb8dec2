"""The verbs of `helpline` about what was published: query, releases, publish, report, explain.

As thin as those in `cli.py`, which adds them to its own.
"""

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipelines.errors import DataNotPassed, WrongUse
from pipelines.settings import load_settings

app = typer.Typer()

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


@app.command()
def query(
    sql: Annotated[str, typer.Argument(help="One statement that reads, or - to read it on stdin.")],
    release: Annotated[str | None, typer.Option(help="Another release than the current.")] = None,
    csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    json: Json = False,
) -> None:
    """Query the current release: read-only, with nothing else in reach."""
    from pipelines.publish import output
    from pipelines.publish import query as run_query

    if csv and json:
        raise WrongUse("Choose one of --csv and --json.")
    text = sys.stdin.read() if sql == "-" else sql
    write = output.as_csv if csv else output.as_json if json else output.as_table
    with run_query(load_settings(), text, release) as answer:
        write(answer.columns, answer.rows, sys.stdout)


@app.command()
def releases(json: Json = False) -> None:
    """List the releases, the newest first, each verified against its manifest."""
    from pipelines.publish import output
    from pipelines.publish import releases as list_releases

    found = list_releases(load_settings())
    if json:
        output.print_json([release.as_json() for release in found], sys.stdout)
    else:
        output.releases_table(found, sys.stdout)


@app.command()
def publish(json: Json = False) -> None:
    """Publish what the warehouse holds, reports included, if it passes its checks."""
    from expectations import check as run_checks
    from pipelines.publish import output, reports_of_damaged
    from pipelines.publish import publish as publish_marts
    from pipelines.report import build_reports, years_to_report
    from pipelines.settings import code_version
    from pipelines.warehouse import open_warehouse
    from pipelines.writer import only_writer

    chosen = load_settings()
    with only_writer(chosen):
        stopping = [result for result in run_checks(chosen) if result.stops_publication]
        if stopping:
            names = ", ".join(sorted({f"{result.rule} on {result.asset}" for result in stopping}))
            raise DataNotPassed(
                f"Nothing was published: {names}. `helpline check` says what was found."
            )
        folder = chosen.scratch / "reports"
        shutil.rmtree(folder, ignore_errors=True)
        with open_warehouse(chosen, read_only=True) as connection:
            years = years_to_report(connection, chosen, reports_of_damaged(chosen))
            build_reports(connection, chosen, years, ["nl", "en"], folder)
        made = publish_marts(chosen, None, code_version(), folder if years else None)
    if json:
        output.print_json(made.as_json(), sys.stdout)
    elif made.is_new:
        typer.echo(f"Readers now see release {made.release_id}.")
    else:
        typer.echo(f"Nothing changed: readers keep release {made.release_id}.")


@app.command()
def rollback(
    release: Annotated[str | None, typer.Argument(help="Default: the whole one before.")] = None,
    json: Json = False,
) -> None:
    """Point readers at an earlier release, until the next publication."""
    from pipelines.publish import output
    from pipelines.publish import rollback as roll_back

    target = roll_back(load_settings(), release)
    if json:
        output.print_json(target.as_json(), sys.stdout)
    else:
        typer.echo(f"Readers now see release {target.release_id} of {target.published_at}.")


@app.command()
def report(
    year: Annotated[list[int] | None, typer.Option(help="Default: every year with data.")] = None,
    lang: Annotated[str, typer.Option(help="Languages, parted by commas.")] = "nl,en",
    to: Annotated[
        Path | None, typer.Option(help="Folder to write to; without it a new release holds them.")
    ] = None,
    freeze: Annotated[
        int | None, typer.Option(help="Make the published report of this year a vintage.")
    ] = None,
) -> None:
    """Make the annual report from the current release: page, PDF, workbook and figures.json."""
    from pipelines.publish import are_released, find_release, publish
    from pipelines.report import build_reports
    from pipelines.report import freeze as freeze_report
    from pipelines.settings import code_version
    from pipelines.warehouse import open_warehouse
    from pipelines.writer import only_writer

    chosen = load_settings()
    release = find_release(chosen).folder
    if freeze is not None:
        if year or to:
            raise WrongUse("--freeze stands alone: `helpline report --freeze 2020`.")
        typer.echo(freeze_report(chosen, freeze, release / "report" / str(freeze)))
        return
    languages = [code.strip() for code in lang.split(",") if code.strip()]
    database = release / "helpline.duckdb"
    if to is not None:
        files = build_reports(database, chosen, year, languages, to)
    else:
        folder = chosen.scratch / "reports-asked"
        with only_writer(chosen):
            # a release holds the marts of the warehouse: not unseen ones beside an older report
            with open_warehouse(chosen, read_only=True) as connection:
                if not are_released(connection, chosen):
                    raise DataNotPassed(
                        "The warehouse holds figures that readers do not have yet. Run `helpline "
                        "publish` first, or write the report into a folder with --to."
                    )
            shutil.rmtree(folder, ignore_errors=True)
            built = build_reports(database, chosen, year, languages, folder)
            made = publish(chosen, "report", code_version(), reports=folder)
        files = [made.folder / "report" / file.relative_to(folder) for file in built]
    for file in files:
        typer.echo(file)


@app.command()
def explain(
    words: Annotated[list[str], typer.Argument(help="A figure's id; or measure, year and filter.")],
    within: Annotated[str, typer.Option(help="Narrows the population: channel=chat.")] = "",
    known: Annotated[str, typer.Option(help="Dimension whose not-known do not count.")] = "",
    statistic: Annotated[str, typer.Option(help="count (default), share_pct, growth_pct, …")] = "",
    compare_year: Annotated[int | None, typer.Option(help="Year to compare with.")] = None,
    json: Json = False,
) -> None:
    """Say where a figure comes from: meaning, SQL over marts and cubes, deliveries behind it."""
    from dataclasses import asdict

    from pipelines.explain import explain as explain_figure
    from pipelines.explain.text import lines_of
    from pipelines.publish import output

    explanation = explain_figure(
        load_settings(),
        words,
        within=within,
        known=known,
        statistic=statistic,
        compare_year=compare_year,
    )
    if json:
        output.print_json(asdict(explanation), sys.stdout)
        return
    for line in lines_of(explanation):
        typer.echo(line)
