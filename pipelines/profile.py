"""Where a night's CPU time went: by step and by dbt node, and how much of each was DuckDB's.

Off unless `helpline run --profile` starts one, for a second look at every statement is not free.
CPU seconds are those of the whole process, all threads. What lies between steps is Dagster's own;
what lies before the first is start-up. Not here: how fast the warehouse is beside the bound, which
`benchmarks/` measures from outside.
"""

import datetime as dt
import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipelines.settings import Settings

if TYPE_CHECKING:
    import duckdb
    from dbt_common.events.base_types import EventMsg

START_UP, BETWEEN = "start-up", "between steps"


@dataclass
class Part:
    """CPU seconds of one part of a night, and those of them that DuckDB's statements took."""

    name: str
    cpu_s: float = 0.0
    duckdb_s: float = 0.0


@dataclass
class Profile:
    """One night, as it runs in this process."""

    parts: dict[str, Part] = field(default_factory=dict)
    nodes: dict[str, float] = field(default_factory=dict)
    """CPU seconds of each dbt node."""
    _now: str = START_UP
    _since: float = 0.0
    _node_since: float = 0.0
    _query_since: float = 0.0

    def enter(self, name: str) -> None:
        """What follows belongs to that part; what came before to the last one."""
        now = time.process_time()
        self._part().cpu_s += now - self._since
        self._now, self._since = name, now

    def spent_in_duckdb(self, seconds: float) -> None:
        """A statement ran."""
        self._part().duckdb_s += seconds

    def follow_dbt(self, event: "EventMsg") -> None:
        """Note when nodes and their statements begin and end: dbt runs one at a time."""
        now, name = time.process_time(), event.info.name
        if name == "NodeStart":
            self._node_since = now
        elif name == "NodeFinished":
            node = event.data.node_info.node_name
            self.nodes[node] = self.nodes.get(node, 0.0) + now - self._node_since
        elif name == "SQLQuery":
            self._query_since = now
        elif name == "SQLQueryStatus":
            self.spent_in_duckdb(now - self._query_since)

    def _part(self) -> Part:
        return self.parts.setdefault(self._now, Part(self._now))

    def keep(self, settings: Settings, run_id: str) -> Path:
        """Write the profile of a run below the logs; returns where."""
        self.enter(BETWEEN)
        path = settings.logs / "profiles" / f"{run_id}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = {
            "run_id": run_id,
            "ended_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
            "parts": [asdict(part) for part in self.parts.values()],
            "nodes": dict(sorted(self.nodes.items(), key=lambda node: -node[1])),
        }
        path.write_text(json.dumps(content, indent=2) + "\n")
        return path

    def lines(self, nodes: int = 10) -> Iterator[str]:
        """The profile as a table: every part, then the dearest dbt nodes."""
        yield f"{'CPU seconds':<34}{'all':>8}{'DuckDB':>8}"
        for part in self.parts.values():
            yield f"{part.name:<34}{part.cpu_s:>8.2f}{part.duckdb_s:>8.2f}"
        yield f"{'whole process':<34}{sum(part.cpu_s for part in self.parts.values()):>8.2f}"
        for node, spent in sorted(self.nodes.items(), key=lambda node: -node[1])[:nodes]:
            yield f"  dbt {node:<28}{spent:>8.2f}"


class Timed:
    """A connection whose statements are counted; everything else it passes on."""

    def __init__(self, connection: "duckdb.DuckDBPyConnection", profile: Profile) -> None:
        self._connection, self._profile = connection, profile

    def execute(self, *given: Any) -> Any:
        """One statement."""
        return self._counted(self._connection.execute, given)

    def executemany(self, *given: Any) -> Any:
        """One statement, many times."""
        return self._counted(self._connection.executemany, given)

    def _counted(self, run: Any, given: tuple[Any, ...]) -> Any:
        begun = time.process_time()
        try:
            return run(*given)
        finally:
            self._profile.spent_in_duckdb(time.process_time() - begun)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)


_running: list[Profile] = []


@contextmanager
def profiled() -> Iterator[Profile]:
    """Profile what this process does from here on, and what it did before as start-up."""
    _running.append(Profile())
    try:
        yield _running[-1]
    finally:
        _running.pop()


def running() -> Profile | None:
    """The profile that is being taken, if one is."""
    return _running[-1] if _running else None


def timed(connection: "duckdb.DuckDBPyConnection") -> "duckdb.DuckDBPyConnection":
    """The connection, its statements counted while a profile is taken."""
    profile = running()
    return cast("Any", Timed(connection, profile)) if profile else connection
