"""What readers use: the pointer and the releases."""

from collections.abc import Iterator
from typing import Literal

from pipelines.doctor.finding import Finding
from pipelines.errors import CannotRun
from pipelines.publish import find_release, releases
from pipelines.publish.folder import leftovers, releases_folder
from pipelines.settings import Settings


def pointer(settings: Settings) -> Iterator[Finding]:
    """Readers are pointed at a release."""
    if not releases(settings) and not settings.current_release.is_symlink():
        yield Finding("pointer", "warning", "nothing is published yet", "`helpline run`")
        return
    try:
        yield Finding("pointer", "ok", f"current is {find_release(settings).release_id}")
    except CannotRun as error:
        yield Finding("pointer", "fault", str(error), "The command named there.")


def whole_releases(settings: Settings) -> Iterator[Finding]:
    """Releases agree with their manifests, and old ones can be deleted."""
    found = releases(settings)
    for release in found:
        if release.faults:
            state: Literal["warning", "fault"] = "fault" if release.is_current else "warning"
            remedy = "`helpline publish` writes a whole one, `helpline rollback` goes back to one."
            what = f"{release.release_id}: {'; '.join(release.faults)}"
            yield Finding("releases", state, what, remedy)
    yield from _kept_releases(settings)
    whole = sum(not release.faults for release in found)
    if found:
        yield Finding("releases", "ok", f"{whole} of {len(found)} agree with their manifest")


def _kept_releases(settings: Settings) -> Iterator[Finding]:
    """Folders that a night cannot delete, or could not."""
    folder = releases_folder(settings)
    if not folder.is_dir():
        return
    owner = folder.stat().st_uid
    foreign = [path for path in folder.iterdir() if path.lstat().st_uid != owner]
    if foreign:
        what = f"{len(foreign)} folders belong to another user, first {min(foreign)}"
        remedy = f"`sudo chown -R {owner} {folder}`, or they are never deleted."
        yield Finding("releases", "warning", what, remedy)
    elif left := leftovers(settings):
        what = f"{len(left)} folders wait to be deleted, first {min(left)}"
        yield Finding(
            "releases", "warning", what, "The next publication deletes them, or says why."
        )
