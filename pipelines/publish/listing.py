"""The releases that stand, which of them is current, and the way back to an earlier one."""

import re
from dataclasses import replace

import duckdb

from pipelines.errors import CannotRun, WrongUse
from pipelines.publish import folder
from pipelines.publish.manifest import Release, read_release, release_files
from pipelines.settings import Settings


def releases(settings: Settings) -> list[Release]:
    """Every release, the newest first, each compared with its manifest."""
    current = folder.current_id(settings)
    return [
        read_release(
            folder.releases_folder(settings) / release_id, is_current=release_id == current
        )
        for release_id in folder.release_ids(settings)
    ]


def current_if_any(settings: Settings) -> Release | None:
    """The release that the pointer names, or None when it names none that stands."""
    release_id = folder.current_id(settings)
    if release_id is None or release_id not in folder.release_ids(settings):
        return None
    return read_release(folder.releases_folder(settings) / release_id, is_current=True)


def reports_of_damaged(settings: Settings) -> set[int] | None:
    """Years of which a current release that is damaged or gone held a report.

    None when nothing of the kind happened: the current release is whole, or there never was one.
    """
    if folder.current_id(settings) is None:
        return None
    current = current_if_any(settings)
    if current is None:
        return set()
    if not current.faults:
        return None
    there = (path.relative_to(current.folder).as_posix() for path in release_files(current.folder))
    # what is missing is named by a fault
    names = "\n".join((*there, *current.faults))
    return {int(year) for year in re.findall(r"\breport/(\d{4})/", names)}


def find_release(settings: Settings, release_id: str | None = None) -> Release:
    """The named release, or the current one; intact or not.

    Raises:
        WrongUse: there is no release of that name.
        CannotRun: there is no current release; the message says which command makes or restores it.
    """
    if release_id is not None:
        if release_id not in folder.release_ids(settings):
            raise WrongUse(
                f"There is no release {release_id}. `helpline releases` lists those that stand."
            )
        return read_release(folder.releases_folder(settings) / release_id)
    current = current_if_any(settings)
    if current is None:
        raise CannotRun(f"There is no current release. {way_back(settings)}")
    return current


def way_back(settings: Settings) -> str:
    """The command that gives readers a whole release again."""
    current = folder.current_id(settings)
    whole = (
        release
        for release in releases(settings)
        if not release.faults and release.release_id != current
    )
    newest = next(whole, None)
    if newest is None:
        return "`helpline publish` writes one from the warehouse, `helpline run` builds both."
    return f"`helpline rollback {newest.release_id}` restores the one of {newest.published_at}."


def rollback(settings: Settings, release_id: str | None = None) -> Release:
    """Make an earlier release the current one; without an id, the newest whole one before it.

    It holds until the next publication: a night whose figures differ publishes again.

    Raises:
        WrongUse: there is no such release, or it is no longer whole.
    """
    with folder.publishing(settings):
        target = (
            _before_current(settings) if release_id is None else find_release(settings, release_id)
        )
        if target.faults:
            raise WrongUse(
                f"Release {target.release_id} is not whole ({target.faults[0]}), so readers stay "
                "where they are. `helpline releases` shows which are verified."
            )
        folder.point_at(settings, target.release_id)
    return replace(target, is_current=True)


def _before_current(settings: Settings) -> Release:
    current = folder.current_id(settings)
    for release in releases(settings):
        if not release.faults and (current is None or release.release_id < current):
            return release
    raise WrongUse(
        "There is no earlier whole release to go back to. `helpline releases` lists what stands."
    )


def yearly_summary(settings: Settings) -> list[tuple[int, int, int, float | None, bool]]:
    """Year, contacts, victims, growth of the contacts (percent) and completeness, as published.

    Raises:
        CannotRun: there is no current release, or its database cannot be opened.
    """
    release = find_release(settings)
    try:
        with duckdb.connect(str(release.database.resolve()), read_only=True) as connection:
            rows: list[tuple[int, int, int, float | None, bool]] = connection.execute(
                "select year, contacts, victims, contacts_growth_pct, is_complete "
                "from marts.yearly_totals order by year"
            ).fetchall()
    except duckdb.Error as error:
        raise CannotRun(
            f"The database of release {release.release_id} cannot be read "
            f"({type(error).__name__}). {way_back(settings)}"
        ) from None
    return rows
