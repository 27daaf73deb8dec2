"""What a night judges: the deliveries that no release includes yet, and the marts beside those
that readers have now.
"""

import json
from dataclasses import dataclass
from pathlib import Path

import duckdb

from pipelines.errors import CannotRun
from pipelines.settings import Settings

NOTHING_YET = "There is nothing to check yet: `helpline run` takes in what came."


@dataclass(frozen=True)
class Scope:
    """What a night is about.

    `released_load` is the last delivery that readers have (0 where all are news), `last_load` the
    last that there is. `night` is when the night began, as text that sorts by time.
    """

    run_id: str
    night: str
    released_load: int
    last_load: int
    sources: dict[str, set[str]]
    frozen_years: list[int]


def scope_of(
    connection: duckdb.DuckDBPyConnection, settings: Settings, current_release: Path | None
) -> Scope:
    """Read what the latest night is about.

    Raises:
        CannotRun: no night has begun yet in this warehouse.
    """
    try:
        row = connection.execute(
            """
            select
                runs.run_id,
                strftime(runs.started_at, '%Y-%m-%dT%H-%M-%S'),
                (select coalesce(max(load_number), 0) from raw.deliveries)
            from raw.runs as runs
            order by runs.started_at desc
            limit 1
            """
        ).fetchone()
    except duckdb.CatalogException:
        row = None
    if row is None:
        raise CannotRun(NOTHING_YET)
    run_id, night, last_load = row
    released = released_load(current_release, last_load)
    return Scope(
        run_id=run_id,
        night=night,
        released_load=released,
        last_load=last_load,
        sources=source_entities(connection),
        frozen_years=frozen_years(settings),
    )


def released_load(current_release: Path | None, last_load: int) -> int:
    """The last delivery that the current release includes; 0 where there is none.

    A warehouse that was rebuilt numbers its deliveries anew. One that holds fewer than the release
    says was, and is judged from the beginning.
    """
    if current_release is None:
        return 0
    try:
        manifest = json.loads((current_release / "MANIFEST.json").read_text(encoding="utf-8"))
        released = int(manifest["last_load_number"] or 0)
    except (OSError, ValueError, KeyError, TypeError):
        # a release that cannot say what it includes is compared with, but includes nothing
        return 0
    return released if last_load >= released else 0


def source_entities(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    """Every source with the entities that it fills, as the contracts of this night say."""
    found = connection.execute(
        "select source, flatten(list(entity_list)) from raw.sources group by source order by source"
    ).fetchall()
    return {source: set(entities) for source, entities in found}


def frozen_years(settings: Settings) -> list[int]:
    """The years whose report was frozen: their figures are history and no longer corrected."""
    if not settings.vintages.is_dir():
        return []
    return sorted(int(path.name) for path in settings.vintages.iterdir() if path.name.isdigit())
