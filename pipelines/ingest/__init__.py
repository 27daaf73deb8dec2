"""Ingest: contract + file → raw tables, rejects, ledger.

Belongs here: bytes, dialects, typing, coding, ids, the accounting of rows. Does not belong here:
anything about one source (its contract says it), anything that compares deliveries with each
other (staging does), anything of Dagster (assets do).
"""

import duckdb

from pipelines.contracts import Contract
from pipelines.ingest.deliveries import SourceIngest
from pipelines.ingest.keys import ensure_key, set_key_variables
from pipelines.ingest.ledger import Delivery
from pipelines.ingest.proof import prove
from pipelines.ingest.run import begin_run
from pipelines.settings import Settings

__all__ = ["Delivery", "begin_run", "ingest_source"]


def ingest_source(
    connection: duckdb.DuckDBPyConnection, settings: Settings, contract: Contract, run_id: str
) -> list[Delivery]:
    """Take every new file of one source; `begin_run` has been called for this run.

    Returns the ledger lines that this run wrote: loaded, rejected, duplicate or held.

    Raises:
        CannotRun: the key is missing or wrong.
        WrongUse: DuckDB does not understand an expression or a format of the contract.
    """
    prove(connection, contract)
    set_key_variables(connection, ensure_key(connection, settings), contract.source)
    return SourceIngest(connection, settings, contract, run_id).run()
