"""A landing folder with real files, read by the contracts of 1712 (or others) into a warehouse.

Files are dated in the past, so that nothing counts as still arriving.
"""

import datetime as dt
import os
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from pipelines.contracts import Contract, load_contracts
from pipelines.ingest import Delivery, begin_run, ingest_source
from pipelines.settings import Settings, load_settings
from pipelines.warehouse import open_warehouse

AS_OF = "2029-01-01T04:00:00+01:00"
ARRIVED = dt.datetime(2028, 12, 1, 2, 0, tzinfo=dt.UTC)

PHONE = {
    "Oproepnummer": "T1",
    "Persoon": "1",
    "Begin": "01/03/2026 10:00:00",
    "Einde": "01/03/2026 10:10:00",
    "Duur (s)": "600",
    "Soort oproep": "Oproep",
    "Relatie contactnemer": "Buur",
    "Leeftijd contactnemer": "Volwassen",
    "Geslacht contactnemer": "Vrouwelijk",
    "Anoniem": "Ja",
    "Problematiek": "Partnergeweld",
    "Hoofdvorm van geweld": "Seksueel geweld",
    "Leeftijd slachtoffer": "Volwassen",
    "Geslacht slachtoffer": "Mannelijk",
    "Context": "Gezin",
    "Gevolg": "Doorverwijzing politie",
    "Opmerkingen": "",
    "Geëxporteerd op": "02/03/2026 02:00:00",
}


def call(**changes: str) -> str:
    """One row of a phone export; keys of `changes` are column names, blanks as underscores."""
    row = dict(PHONE)
    for key, value in changes.items():
        name = next(n for n in PHONE if n.replace(" ", "_").replace("(s)", "s") == key)
        row[name] = value
    return ";".join(row.values())


def phone_file(*rows: str, newline: str = "\r\n", header: str | None = None) -> bytes:
    """A phone export of some rows, as the office system writes it."""
    lines = [header or ";".join(PHONE), *rows]
    return b"\xef\xbb\xbf" + "".join(line + newline for line in lines).encode()


@cache
def own_contracts() -> tuple[Contract, ...]:
    """The contracts of 1712, read once."""
    return load_contracts(load_settings().contracts)


@dataclass
class World:
    """One home; `deliver` puts a file into landing, `read` runs the ingest of every source."""

    home: Path
    as_of: str = AS_OF
    contracts: Path | None = None
    runs: int = 0
    changes: dict[str, Any] = field(default_factory=dict)

    @property
    def settings(self) -> Settings:
        """The settings of this home."""
        given: dict[str, Any] = {"home": self.home, "as_of": self.as_of, "settle_seconds": 1}
        if self.contracts:
            given["contracts"] = self.contracts
        return load_settings(**{**given, **self.changes})

    def deliver(self, place: str, content: bytes, arrived: dt.datetime = ARRIVED) -> Path:
        """Write `landing/<place>` and date it."""
        path = self.settings.landing / place
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (arrived.timestamp(), arrived.timestamp()))
        return path

    def read(self, *sources: str) -> list[Delivery]:
        """One run over the named sources, or all."""
        self.runs += 1
        settings = self.settings
        contracts = load_contracts(settings.contracts) if self.contracts else own_contracts()
        taken: list[Delivery] = []
        with open_warehouse(settings) as connection:
            begin_run(connection, settings, contracts, f"run {self.runs}", "test")
            for contract in contracts:
                if not sources or contract.source in sources:
                    taken += ingest_source(connection, settings, contract, f"run {self.runs}")
        return taken

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows of a query on the warehouse."""
        with open_warehouse(self.settings, read_only=True) as connection:
            return connection.execute(sql).fetchall()

    def one(self, place: str, content: bytes) -> Delivery:
        """Deliver one file, read it, and return its ledger line."""
        self.deliver(place, content)
        taken = self.read(place.split("/")[0])
        assert len(taken) == 1, [(d.file_name, d.status, d.reason) for d in taken]
        return taken[0]

    def rejects(self) -> list[tuple[int, str, str | None]]:
        """Line, reason and column of every reject."""
        return [
            (line, reason, column)
            for line, reason, column in self.query(
                "select line, reason_code, column_name from raw.rejects order by 1, 2"
            )
        ]
