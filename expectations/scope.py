"""What a night judges: the deliveries that no release includes yet, and the marts beside those
that readers have now.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb

from expectations.frames import quoted
from expectations.marts_suite import MART_KEYS
from pipelines.errors import CannotRun
from pipelines.settings import Settings


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
        raise CannotRun("There is nothing to check yet: `helpline run` takes in what came.")
    run_id, night, last_load = row
    return Scope(
        run_id=run_id,
        night=night,
        released_load=released_load(current_release, last_load),
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


@contextmanager
def beside_release(
    connection: duckdb.DuckDBPyConnection, current_release: Path | None
) -> Iterator[None]:
    """Lay the marts of the current release beside those of this night while they are compared.

    Leaves `released_figures`, `released_yearly_totals`, and the keys of all marts in
    `released_keys` and `present_keys`. Without a release, or where it has no such mart, they are
    empty: nothing can have been lost.
    """
    database = current_release / "helpline.duckdb" if current_release else None
    if database is None or not database.exists():
        lay_beside(connection, None)
        yield
        return
    connection.execute(f"attach {quoted(database)} as released (read_only)")
    try:
        lay_beside(connection, "released")
        yield
    finally:
        connection.execute("detach released")


def lay_beside(connection: duckdb.DuckDBPyConnection, release: str | None) -> None:
    """Copy what is compared from an attached release into temporary tables."""
    present = _tables(connection, _own_name(connection))
    released = _tables(connection, release) if release else set()
    for mart in ("figures", "yearly_totals"):
        if mart in released:
            rows = f"select * from {release}.marts.{mart}"
        elif mart in present:
            rows = f"select * from marts.{mart} where false"
        else:
            continue  # the rules that need it say so
        connection.execute(f"create or replace temp table released_{mart} as {rows}")
    for name, schema, marts in (
        ("released_keys", f"{release}.marts", released),
        ("present_keys", "marts", present),
    ):
        connection.execute(f"create or replace temp table {name} as {_keys(schema, marts)}")


def _keys(schema: str, tables: set[str]) -> str:
    rows = ["select '' as mart, null::integer as year, '' as item where false"]
    for mart, keys in MART_KEYS.items():
        if mart in tables:
            year = "year(starts_on)" if mart == "contacts_around_campaigns" else "year"
            item = ", ".join(key for key in keys if key != "year") or "''"
            rows.append(
                f"select '{mart}' as mart, {year}::integer as year, "
                f"concat_ws(', ', {item}) as item from {schema}.{mart}"
            )
    return " union all ".join(rows)


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> set[str]:
    found = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = 'marts'",
        [database],
    ).fetchall()
    return {name for (name,) in found}


def _own_name(connection: duckdb.DuckDBPyConnection) -> str:
    row = connection.execute("select current_database()").fetchone()
    return str(row[0]) if row else ""
