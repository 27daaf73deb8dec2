"""`helpline forget`: erase one record and rebuild what was counted with it, in one go.

Nothing is published here: the next night does that, after its checks.
"""

from pipelines.contracts import load_contracts
from pipelines.ingest.forget import Erasure, forget
from pipelines.journal import note
from pipelines.ready import ready
from pipelines.settings import Settings
from pipelines.transform import NOT_AT_NIGHT, run_dbt
from pipelines.warehouse import open_warehouse


def erase(settings: Settings, source: str, record_id: str) -> Erasure:
    """Take the record out of raw, core, cubes and marts, and write down that it happened.

    Raises:
        WrongUse: no such source, or its records have no id.
        CannotRun: another process writes, or the key is missing; the next night goes on with an
            erasure that had begun.
    """
    contracts = load_contracts(settings.contracts)
    with ready(settings, "helpline forget"):
        with open_warehouse(settings) as connection:
            erased = forget(connection, settings, contracts, source, record_id)
        note(
            settings,
            f"forget: {erased.rows} rows of {erased.deliveries} deliveries of {source} left raw",
        )
        if erased.rows:
            run_dbt(settings, ["build", "--exclude", NOT_AT_NIGHT])
    return erased
