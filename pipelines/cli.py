"""`helpline`: thin verbs over the same job and functions that the Dagster UI uses.

A verb reads its arguments, calls one function and prints what came of it: results on stdout, logs
on stderr, exit codes as in `pipelines/errors.py`. What it needs is imported inside it, so that
`helpline query` does not pay for Dagster.
"""

import datetime as dt
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from pipelines.errors import CannotRun, DataNotPassed, HelplineError, WrongUse
from pipelines.settings import Settings, load_settings

if TYPE_CHECKING:
    from pipelines.ingest.repair import Selection

app = typer.Typer(
    help="The reporting warehouse of a helpline: nightly run, releases, report.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON, for scripts.")]


def main() -> None:
    """Run the command line; every foreseen error ends as one message and its exit code."""
    sys.excepthook = report_internal_error
    try:
        # not app(): it would put its own hook for unforeseen errors before ours
        status = typer.main.get_command(app)(standalone_mode=False)
    except HelplineError as error:
        typer.echo(f"helpline: {error}", err=True)
        sys.exit(error.exit_code)
    except TyperException as error:
        typer.echo(f"helpline: {error.format_message()} See helpline --help.", err=True)
        sys.exit(2)
    except (typer.Abort, KeyboardInterrupt):
        typer.echo(
            "helpline: stopped. Run the same command again: it goes on from there.", err=True
        )
        sys.exit(CannotRun.exit_code)
    sys.exit(status or 0)


def report_internal_error(
    kind: type[BaseException], error: BaseException, traceback: TracebackType | None
) -> None:
    """Say where a fault of ours happened; its text could quote a record, so it is not shown."""
    place = "an unknown place"
    while traceback:
        place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
        traceback = traceback.tb_next
    typer.echo(
        f"helpline: internal error, {kind.__name__} at {place}. Nothing was published; the current "
        "release stays. `helpline doctor` may know the cause.",
        err=True,
    )
    sys.stderr.flush()
    # an excepthook cannot set the exit code otherwise
    import os

    os._exit(CannotRun.exit_code)


def settings() -> Settings:
    """The settings of this command."""
    return load_settings()


@app.command()
def sample(
    seed: Annotated[int, typer.Option(help="The same seed gives the same files.")] = 1712,
    scale: Annotated[int, typer.Option(min=1, help="Multiply the volume, for load work.")] = 1,
    to: Annotated[Path | None, typer.Option(help="Another folder than the landing folder.")] = None,
    monthly: Annotated[bool, typer.Option(help="One file per month throughout.")] = False,
    if_new: Annotated[
        bool, typer.Option(help="Only where nothing landed yet and there is no warehouse.")
    ] = False,
) -> None:
    """Write fictional exports of 2012 to 2020 whose totals are the published ones."""
    from pipelines.sample import write_sample

    chosen = settings()
    if if_new and not is_new(chosen):
        return
    folder = to or chosen.landing
    written = write_sample(folder, seed=seed, scale=scale, monthly=monthly)
    typer.echo(f"{written.files} fictional files written to {folder}.", err=True)


def is_new(chosen: Settings) -> bool:
    """Whether nothing was ever delivered here: landing is empty and there is no warehouse."""
    landed = chosen.landing.is_dir() and any(chosen.landing.rglob("*"))
    return not landed and not chosen.warehouse.exists()


@app.command()
def run(
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Read every landing file again first.")
    ] = False,
    since: Annotated[
        dt.datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Read files of this day and later again."),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Read files of this source again.")] = None,
) -> None:
    """Run the night: take what came in, rebuild what it touches, check it, publish it."""
    from pipelines.ingest.repair import Selection

    repairs = full_refresh or since is not None or source is not None
    again = Selection(source=source, since=since.date() if since else None)
    run_and_tell(settings(), again if repairs else None)


@app.command()
def reload(
    delivery: Annotated[str, typer.Argument(help="Its delivery_id, or <source>/<file>.")],
) -> None:
    """Read one delivery again from landing, then run the night."""
    from pipelines.ingest.repair import Selection

    run_and_tell(settings(), Selection(delivery=delivery))


@app.command()
def forget(
    source: Annotated[str, typer.Argument(help="Source that the record came from.")],
    record_id: Annotated[
        str, typer.Argument(metavar="ID", help="The record's id there, or - to read it on stdin.")
    ] = "-",
) -> None:
    """Erase one record from raw, core and cubes, and keep it out for good."""
    from pipelines.erasure import erase

    erased = erase(settings(), source, sys.stdin.readline() if record_id == "-" else record_id)
    if erased.rows:
        typer.echo(
            f"Erased: {erased.rows} rows of {erased.deliveries} deliveries. The next night "
            "publishes figures without the record; sealed releases and vintages stay."
        )
    else:
        typer.echo(
            f"No record of {source} with that id is held. It stays out if it comes. Was the id "
            "right?"
        )


def run_and_tell(chosen: Settings, again: "Selection | None") -> None:
    """Run a night and print the yearly totals and where things are."""
    from pipelines.night import run_night
    from pipelines.publish import yearly_summary

    night = run_night(chosen, again)
    if not night.news:
        typer.echo("Nothing new came in: the marts are as they were.\n")
    print_yearly_totals(yearly_summary(chosen))
    typer.echo(f"\nRelease    {chosen.current_release}  ({night.release_id})")
    typer.echo(f"Warehouse  {chosen.warehouse}")
    typer.echo("Dagster    helpline ui")


def print_yearly_totals(rows: Sequence[tuple[int, int, int, float | None, bool]]) -> None:
    """A small table of year, contacts, victims and growth of the contacts."""
    typer.echo(f"{'year':<7}{'contacts':>10}{'victims':>10}{'growth':>9}")
    for year, contacts, victims, growth, is_complete in rows:
        shown = "" if growth is None else f"{growth:+.0f}%"
        part = "" if is_complete else "  part of the year"
        typer.echo(f"{year:<7}{contacts:>10,}{victims:>10,}{shown:>9}{part}")


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
    with run_query(settings(), text, release) as answer:
        write(answer.columns, answer.rows, sys.stdout)


@app.command()
def releases(json: Json = False) -> None:
    """List the releases, the newest first, each verified against its manifest."""
    from pipelines.publish import output
    from pipelines.publish import releases as list_releases

    found = list_releases(settings())
    if json:
        output.print_json([release.as_json() for release in found], sys.stdout)
    else:
        output.releases_table(found, sys.stdout)


@app.command()
def publish(json: Json = False) -> None:
    """Publish what the warehouse holds, reports included, if it passes its checks."""
    from expectations import check as run_checks
    from pipelines.publish import output
    from pipelines.publish import publish as publish_marts
    from pipelines.report import build_reports, years_to_report
    from pipelines.settings import code_version
    from pipelines.warehouse import open_warehouse

    chosen = settings()
    stopping = [result for result in run_checks(chosen) if result.stops_publication]
    if stopping:
        names = ", ".join(sorted({f"{result.rule} on {result.asset}" for result in stopping}))
        raise DataNotPassed(
            f"Nothing was published: {names}. `helpline check` says what was found."
        )
    folder = chosen.scratch / "reports"
    shutil.rmtree(folder, ignore_errors=True)
    with open_warehouse(chosen, read_only=True) as connection:
        years = years_to_report(connection, chosen)
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

    target = roll_back(settings(), release)
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
    from pipelines.publish import find_release, publish
    from pipelines.report import build_reports
    from pipelines.report import freeze as freeze_report
    from pipelines.settings import code_version

    chosen = settings()
    release = find_release(chosen).folder
    if freeze is not None:
        if year or to:
            raise WrongUse("--freeze stands alone: `helpline report --freeze 2020`.")
        typer.echo(freeze_report(chosen, freeze, release / "report" / str(freeze)))
        return
    languages = [code.strip() for code in lang.split(",") if code.strip()]
    folder = to or chosen.scratch / "reports-asked"
    if to is None:
        shutil.rmtree(folder, ignore_errors=True)
    files = build_reports(release / "helpline.duckdb", chosen, year, languages, folder)
    if to is None:
        made = publish(chosen, "report", code_version(), reports=folder)
        files = [made.folder / "report" / file.relative_to(folder) for file in files]
    for file in files:
        typer.echo(file)


@app.command()
def explain(
    words: Annotated[list[str], typer.Argument(help="A figure's id; or measure, year and filter.")],
    within: Annotated[str, typer.Option(help="Narrows the population: channel=chat.")] = "",
    known: Annotated[str, typer.Option(help="Dimension whose not-known do not count.")] = "",
    statistic: Annotated[str, typer.Option(help="count, share_pct, growth_pct, …")] = "count",
    compare_year: Annotated[int | None, typer.Option(help="Year to compare with.")] = None,
    json: Json = False,
) -> None:
    """Say where a figure comes from: meaning, SQL over marts and cubes, deliveries behind it."""
    from dataclasses import asdict

    from pipelines.explain import explain as explain_figure
    from pipelines.explain.text import lines_of
    from pipelines.publish import output

    explanation = explain_figure(
        settings(),
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


@app.command()
def check(
    select: Annotated[
        str | None, typer.Option(help="Only rules or assets that begin so: raw/phone, volume.")
    ] = None,
    accept: Annotated[str | None, typer.Option(help="Accept what this rule found.")] = None,
    scope: Annotated[str, typer.Option(help="Of what is accepted, as the check prints it.")] = "",
    reason: Annotated[str, typer.Option(help="Why it is right.")] = "",
    until: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Default: 90 days.")
    ] = None,
    json: Json = False,
) -> None:
    """Judge what came in and what was made of it, without a night; or accept an anomaly."""
    from expectations import BORDERS, rules_of
    from expectations import accept as accept_anomaly
    from expectations import check as run_checks
    from expectations.words import as_json, details, headline, summary
    from pipelines.publish import output

    if accept is not None:
        known = [rule.name for border in BORDERS for rule in rules_of(border)]
        ends = until.date() if until else None
        typer.echo(f"Accepted: {accept_anomaly(settings(), known, accept, scope, reason, ends)}")
        return
    results = run_checks(settings(), select)
    if json:
        output.print_json([as_json(result) for result in results], sys.stdout)
    else:
        for result in results:
            if not result.passed or result.accepted:
                verdict = "accepted" if result.passed else result.severity
                typer.echo(f"{verdict}: {headline(result)}\n\n{details(result)}\n")
        typer.echo(summary(results))
    if any(result.error for result in results):
        raise typer.Exit(CannotRun.exit_code)
    if any(result.stops_publication for result in results):
        raise typer.Exit(DataNotPassed.exit_code)


@app.command()
def doctor(json: Json = False) -> None:
    """Look for what could keep the next night or a reader from working, and say the remedy."""
    from pipelines.doctor import examine
    from pipelines.publish import output

    findings = examine(settings())
    if json:
        output.print_json([finding.as_json() for finding in findings], sys.stdout)
    else:
        for finding in findings:
            typer.echo(f"{finding.state:<9}{finding.subject:<11}{finding.what}")
            if finding.remedy:
                typer.echo(f"{'':<20}→ {finding.remedy}")
    if any(finding.state == "fault" for finding in findings):
        raise typer.Exit(CannotRun.exit_code)


@app.command()
def ui(
    port: Annotated[int, typer.Option(help="Port on this machine's own address.")] = 3000,
) -> None:
    """Start the Dagster UI and its schedule on 127.0.0.1 (it has no login: keep it there)."""
    from pipelines.night import serve_ui

    serve_ui(settings(), port)


if __name__ == "__main__":
    main()
