"""Publishing: from the schema `marts` of the warehouse to a sealed release that readers use.

The order is what makes it safe: everything is written and synced under a hidden name, renamed,
and only then does the pointer flip. Whoever kills the process leaves the current release current.
"""

import datetime as dt
import shutil
from dataclasses import replace
from pathlib import Path

import duckdb

from pipelines.errors import CannotRun
from pipelines.publish import folder
from pipelines.publish.datapackage import write_datapackage
from pipelines.publish.listing import current_if_any
from pipelines.publish.manifest import (
    Provenance,
    Release,
    read_release,
    release_files,
    sha256_of,
    utc_text,
    write_manifest,
)
from pipelines.publish.marts import content_hash, read_marts
from pipelines.publish.writer import write_database
from pipelines.room import is_full_disk
from pipelines.settings import Settings
from pipelines.warehouse import open_warehouse


def publish(
    settings: Settings, run_id: str | None, code_version: str, reports: Path | None = None
) -> Release:
    """Publish the marts of the warehouse as a new release, unless it would equal the current one.

    Args:
        run_id: run of the night, for the manifest; None means the last that `raw.runs` knows.
        code_version: version of the code that built the marts, for the manifest.
        reports: folder of `<year>/…` whose reports are new; other years are carried over from
            the current release.

    Returns:
        The current release; its `is_new` says whether this call made it.

    Raises:
        CannotRun: no marts, no room on the disk, another publication under way.
    """
    if not settings.warehouse.exists():
        raise CannotRun("There is no warehouse yet to publish from. Run `helpline run` first.")
    try:
        with folder.publishing(settings), open_warehouse(settings, read_only=True) as connection:
            try:
                return _publish(settings, connection, run_id, code_version, reports)
            except duckdb.Error as error:  # its text may quote data
                full = is_full_disk(str(error))
                raise _not_written("No space left" if full else type(error).__name__) from None
    except OSError as error:
        raise _not_written(error.strerror or type(error).__name__) from None


def _publish(
    settings: Settings,
    connection: duckdb.DuckDBPyConnection,
    run_id: str | None,
    code_version: str,
    reports: Path | None,
) -> Release:
    marts = read_marts(connection)
    if not marts:
        raise CannotRun("The warehouse holds no marts yet. Run `helpline run` first.")
    provenance = _provenance(connection, run_id, code_version)
    content = content_hash(connection, marts, is_sample=provenance.is_sample)
    current = current_if_any(settings)
    if (
        current
        and not current.faults
        and current.content_hash == content
        and _are_published(reports, current)
    ):
        return current
    release_id, published_at = _next_id(settings, content)
    with folder.incoming_folder(settings, release_id) as incoming:
        rows = write_database(connection, marts, incoming, release_id, published_at, provenance)
        write_datapackage(connection, marts, incoming / "csv", is_sample=provenance.is_sample)
        _write_reports(reports, current, incoming / "report")
        write_manifest(incoming, release_id, published_at, provenance, content, rows)
        path = folder.seal(settings, incoming, release_id)
    folder.point_at(settings, release_id)
    folder.remove_old(settings)
    return replace(read_release(path, is_current=True, verify=False), is_new=True)


def are_released(connection: duckdb.DuckDBPyConnection, settings: Settings) -> bool:
    """Whether the marts of the warehouse are, to the last cell, those of the current release."""
    current = current_if_any(settings)
    if current is None or current.faults:
        return False
    is_sample = _provenance(connection, None, "").is_sample
    content = content_hash(connection, read_marts(connection), is_sample=is_sample)
    return current.content_hash == content


def _provenance(
    connection: duckdb.DuckDBPyConnection, run_id: str | None, code_version: str
) -> Provenance:
    run = connection.execute(
        "select as_of, is_sample, run_id from raw.runs order by started_at desc limit 1"
    ).fetchone()
    last = connection.execute(
        "select load_number, loaded_at from raw.deliveries order by load_number desc limit 1"
    ).fetchone()
    as_of, is_sample, last_run = run or (None, False, "")
    load_number, loaded_at = last or (None, None)
    return Provenance(
        run_id=last_run if run_id is None else run_id,
        code_version=code_version,
        as_of=utc_text(as_of),
        is_sample=is_sample,
        last_load_number=load_number,
        last_delivery_loaded_at=utc_text(loaded_at),
    )


def _next_id(settings: Settings, content: str) -> tuple[str, str]:
    """An id that sorts after every other, also when the machine's clock was set back."""
    now = dt.datetime.now(dt.UTC)
    newest = next(iter(folder.release_ids(settings)), "")
    while (stamp := f"{now:%Y%m%dT%H%M%S}{now.microsecond // 1000:03d}Z") <= newest[: len(stamp)]:
        now = _moment_of(newest) + dt.timedelta(milliseconds=1)
    return f"{stamp}-{content[:6]}", utc_text(now) or ""


def _moment_of(release_id: str) -> dt.datetime:
    stamp = release_id.split("Z")[0]
    return dt.datetime.strptime(f"{stamp}000+0000", "%Y%m%dT%H%M%S%f%z")


def _are_published(reports: Path | None, current: Release) -> bool:
    return reports is None or all(
        (published := current.folder / "report" / path.relative_to(reports)).is_file()
        and sha256_of(published) == sha256_of(path)
        for path in release_files(reports)
    )


def _write_reports(reports: Path | None, current: Release | None, to: Path) -> None:
    new = sorted(path for path in reports.iterdir()) if reports else []
    for path in new:
        if path.is_dir():
            shutil.copytree(path, to / path.name)
        else:
            to.mkdir(exist_ok=True)
            shutil.copyfile(path, to / path.name)
    before = current.folder / "report" if current and not current.faults else None
    if before and before.is_dir():
        for path in before.iterdir():
            if path.is_dir() and not (to / path.name).exists():
                folder.link_or_copy(path, to / path.name)


def _not_written(reason: str) -> CannotRun:
    return CannotRun(
        f"The release could not be written ({reason}); the current release stays as it is. "
        "`helpline doctor` says what is wrong, `helpline publish` tries again."
    )
