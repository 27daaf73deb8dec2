"""Raw layer: one asset per source, all made by one factory from the contracts.

What a source looks like stands in its contract; how a delivery is read stands in
`pipelines.ingest`. Here is only what Dagster shows of it.
"""

import datetime as dt
from collections.abc import Sequence

import dagster as dg
import duckdb

from pipelines.assets.landing import arrival, landing_assets, landing_key
from pipelines.contracts import Contract
from pipelines.guard import WRITER
from pipelines.ingest import Delivery, begin_run, ingest_source
from pipelines.settings import Settings, code_version
from pipelines.warehouse import open_warehouse

DELIVERIES = dg.TableSchema(
    columns=[
        dg.TableColumn("file", "string", "path below landing/<source>/"),
        dg.TableColumn("status", "string", "loaded, rejected, duplicate or held, and why"),
        dg.TableColumn("rows", "int", "rows that the file holds"),
        dg.TableColumn("rejected", "int", "rows that were refused"),
        dg.TableColumn("rejects", "string", "refused rows by reason code"),
    ]
)
EVERY_NIGHT = dg.FreshnessPolicy.cron(
    deadline_cron="0 6 * * *",
    lower_bound_delta=dt.timedelta(hours=2),  # the schedule starts at 04:00
    timezone="Europe/Brussels",
)
IN_ORDER = ("loaded", "duplicate")
SHOWN = 60
"""Deliveries listed in one run; the ledger raw.deliveries has them all."""


def raw_assets(
    settings: Settings, contracts: Sequence[Contract]
) -> list[dg.AssetsDefinition | dg.AssetSpec]:
    """Per contract what came, and the asset that takes every new delivery into the raw tables."""
    taken = [raw_asset(settings, contract, contracts) for contract in contracts]
    return [*landing_assets(settings, contracts), *taken]


def raw_asset(
    settings: Settings, contract: Contract, contracts: Sequence[Contract]
) -> dg.AssetsDefinition:
    """The asset `raw/<source>` of one contract."""

    @dg.asset(
        key=["raw", contract.source],
        deps=[landing_key(contract)],
        group_name="raw",
        description=contract.description,
        kinds={"duckdb", contract.format},
        owners=["team:data-engineering"],
        pool="warehouse",
        required_resource_keys={WRITER},
        code_version=contract.version,
        freshness_policy=EVERY_NIGHT,
        metadata={
            "contract": dg.MetadataValue.path(str(contract.path)),
            "entities": ", ".join(contract.entities),
            "dagster/column_schema": column_schema(contract),
            "dagster/code_references": dg.CodeReferencesMetadataValue(
                code_references=[dg.LocalFileCodeReference(file_path=str(contract.path))]
            ),
        },
    )
    def take_deliveries(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        run_id = context.run.run_id
        with open_warehouse(settings) as connection:
            begin_run(connection, settings, contracts, run_id, code_version())
            deliveries = ingest_source(connection, settings, contract, run_id)
            rows = rows_of(connection, contract)
            came = arrival(connection, contract, run_id, deliveries)
        if came is not None:
            context.log_event(came)
        return dg.MaterializeResult(
            metadata={"dagster/row_count": rows, **delivery_metadata(deliveries)}
        )

    return take_deliveries


def column_schema(contract: Contract) -> dg.TableSchema:
    """The columns that a contract declares, by entity; nothing else is ever stored."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                f"{entity.name}.{field.name}",
                field.kind.type,
                f"always {field.constant}"
                if field.constant is not None
                else f"from {' or '.join(field.names) or 'an expression'}",
            )
            for entity in contract.objects.values()
            for field in entity.fields
        ]
    )


def rows_of(connection: duckdb.DuckDBPyConnection, contract: Contract) -> int:
    """Rows of the source's own records in raw, all versions of them."""
    return int(
        connection.execute(
            f"select count(*) from raw.{contract.record.name} where source = '{contract.source}'"
        ).fetchall()[0][0]
    )


def delivery_metadata(deliveries: Sequence[Delivery]) -> dict[str, dg.MetadataValue | int]:
    """What the UI shows and plots of one run's deliveries: file names, days, counts and codes."""
    return {
        "deliveries_loaded": sum(delivery.status == "loaded" for delivery in deliveries),
        "deliveries_refused": sum(delivery.status == "rejected" for delivery in deliveries),
        "deliveries_held": sum(delivery.status == "held" for delivery in deliveries),
        "rows_loaded": sum(delivery.rows_loaded for delivery in deliveries),
        "rows_rejected": sum(delivery.rows_rejected for delivery in deliveries),
        "bytes": sum(delivery.bytes for delivery in deliveries),
        "deliveries": dg.MetadataValue.table(
            [delivery_record(delivery) for delivery in worst_first(deliveries)[:SHOWN]], DELIVERIES
        ),
    }


def worst_first(deliveries: Sequence[Delivery]) -> list[Delivery]:
    """What was refused or waits before what lost rows before the rest, the newest first."""
    newest_first = sorted(deliveries, key=lambda delivery: str(delivery.last_day), reverse=True)
    return sorted(newest_first, key=lambda d: (d.status in IN_ORDER, d.rows_rejected == 0))


def delivery_record(delivery: Delivery) -> dg.TableRecord:
    """One line of the deliveries table, narrow enough for the UI; the days are in the ledger."""
    rejects = ", ".join(f"{code} {n}" for code, n in sorted(delivery.rejects_by_reason.items()))
    return dg.TableRecord(
        {
            "file": delivery.file_name,
            "status": " ".join(filter(None, [delivery.status, delivery.reason])),
            "rows": delivery.rows_in,
            "rejected": delivery.rows_rejected,
            "rejects": rejects,
        }
    )
