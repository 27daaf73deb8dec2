"""`helpline`: thin verbs over the same job and functions that the Dagster UI uses.

A verb reads its arguments, calls one function and prints what came of it: results on stdout, logs
on stderr, exit codes as in `pipelines/errors.py`. What it needs is imported inside it, so that
`helpline query` does not pay for Dagster.
"""

import contextlib
import datetime as dt
import gc
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Annotated

import typer
from typer.exceptions import TyperException

from pipelines.cli_releases import Json
from pipelines.cli_releases import app as releases_app
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

app.add_typer(releases_app)


def main() -> None:
    """Run the command line; every foreseen error ends as one message and its exit code."""
    sys.excepthook = report_internal_error
    logging.basicConfig(format="%(message)s")  # sentences for people, before an engine sets its own
    # engines load a million objects that stay: looking for garbage among them again and again
    # costs a night 5% of its CPU time
    gc.set_threshold(100_000, 50, 100)
    try:
        # not app(): it would put its own hook for unforeseen errors before ours
        status = typer.main.get_command(app)(standalone_mode=False)
        gc.freeze()  # at its end Python would look among all of them once more, for 1.4 CPU seconds
    except HelplineError as error:
        typer.echo(f"helpline: {error}", err=True)
        sys.exit(error.exit_code)
    except PermissionError as error:
        typer.echo(
            f"helpline: this user may not open {error.filename or 'what it needs'}. Run it as the "
            "user of the nights, to whom everything in HELPLINE_HOME belongs.",
            err=True,
        )
        sys.exit(CannotRun.exit_code)
    except TyperException as error:
        typer.echo(
            f"helpline: {error.format_message().rstrip('.')}. See helpline --help.", err=True
        )
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
        f"helpline: internal error, {kind.__name__} at {place}. `helpline releases` shows what "
        "readers see now; `helpline doctor` may know the cause.",
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
    profile: Annotated[
        bool, typer.Option("--profile", help="Say where its CPU time went, and keep that.")
    ] = False,
) -> None:
    """Run the night: take what came in, rebuild what it touches, check it, publish it."""
    from pipelines.ingest.repair import Selection
    from pipelines.profile import profiled

    repairs = full_refresh or since is not None or source is not None
    again = Selection(source=source, since=since.date() if since else None)
    with profiled() if profile else contextlib.nullcontext() as taken:
        run_and_tell(settings(), again if repairs else None)
    if taken is not None:
        typer.echo("\n" + "\n".join(taken.lines()), err=True)


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
    from pipelines.dagster_store import damaged_store_told
    from pipelines.night import run_night
    from pipelines.publish import yearly_summary

    with damaged_store_told(chosen):
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
        chosen = settings()
        if ends and ends < chosen.today:
            raise WrongUse(f"It would never count: --until lies before {chosen.today}.")
        typer.echo(f"Accepted: {accept_anomaly(chosen, known, accept, scope, reason, ends)}")
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
    port: Annotated[
        int, typer.Option(min=1024, max=65535, help="Port on this machine's own address.")
    ] = 3000,
) -> None:
    """Start the Dagster UI and its schedule on 127.0.0.1 (it has no login: keep it there)."""
    from pipelines.ui import serve_ui

    serve_ui(settings(), port)


if __name__ == "__main__":
    main()
