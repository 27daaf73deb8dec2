"""Files that were judged by their bytes and wait to be read together with others of their kind."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipelines.ingest.landing import LandingFile
from pipelines.ingest.ledger import Delivery
from pipelines.ingest.reading import Reading

TOGETHER = 64_000_000
"""Bytes of files that are read together: their rows then fit into memory, coded."""

MUCH = 16_000_000
"""Bytes of new files of one source, from which on several threads read them sooner than one: each
prepares every expression anew."""


@dataclass(frozen=True)
class Waiting:
    """One file, its line in the ledger so far, and how it is to be read."""

    delivery: Delivery
    file: LandingFile
    reading: Reading


@dataclass
class Queue:
    """The files of one source that wait, by kind, each kind in the order in which they came."""

    _by_kind: dict[tuple[object, ...], list[Waiting]] = field(default_factory=dict)

    def add(self, waiting: Waiting) -> Sequence[Waiting]:
        """Let a file wait; returns those of its kind once they are enough to be read."""
        kind = waiting.reading.kind
        like = self._by_kind.setdefault(kind, [])
        like.append(waiting)
        enough = sum(each.file.bytes for each in like) >= TOGETHER
        return self._by_kind.pop(kind) if enough else ()

    def next(self) -> Sequence[Waiting]:
        """Take the files of one kind; none once nothing waits."""
        return self._by_kind.pop(next(iter(self._by_kind))) if self._by_kind else ()

    def holds(self, delivery_id: int) -> bool:
        """Whether that content waits."""
        return any(
            each.delivery.delivery_id == delivery_id
            for like in self._by_kind.values()
            for each in like
        )
