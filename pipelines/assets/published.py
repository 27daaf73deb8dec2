"""Published layer: the annual reports and the release that readers open.

How a report looks stands in `pipelines.report`, how a release is written in `pipelines.publish`.
"""

import shutil
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from pipelines.guard import WRITER
from pipelines.ingest.archive import retire_landing
from pipelines.publish import Release, are_released, publish, reports_of_damaged
from pipelines.report import build_reports, years_to_report
from pipelines.settings import Settings, code_version
from pipelines.warehouse import open_warehouse

LANGUAGES = ["nl", "en"]


def published_assets(settings: Settings, marts: list[dg.AssetKey]) -> list[dg.AssetsDefinition]:
    """The report of every year whose figures changed, then the release that holds them."""
    reports_folder = settings.scratch / "reports"

    @dg.asset(
        key=["published", "annual_report"],
        group_name="published",
        description="Annual report of every year whose figures changed: page, PDF, workbook and "
        "figures.json, in Dutch and in English.",
        deps=marts,
        kinds={"html", "pdf", "excel"},
        owners=["team:data-engineering"],
        pool="warehouse",
        required_resource_keys={WRITER},
    )
    def annual_report(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        shutil.rmtree(reports_folder, ignore_errors=True)
        with open_warehouse(settings) as connection:
            # looking at every year costs more than a night without news
            unchanged = are_released(connection, settings)
            lost = None if unchanged else reports_of_damaged(settings)
            years = [] if unchanged else years_to_report(connection, settings, lost)
            files = build_reports(connection, settings, years, LANGUAGES, reports_folder)
        return dg.MaterializeResult(
            metadata={
                "years": ", ".join(str(year) for year in years) or "no figure changed",
                "files": len(files),
                "bytes": sum(file.stat().st_size for file in files),
                **report_paths(settings, [file.relative_to(reports_folder) for file in files]),
            }
        )

    @dg.asset(
        key=["published", "release"],
        group_name="published",
        description="The sealed folder that readers use: helpline.duckdb, Parquet, CSV, report and "
        "manifest. Written only when every blocking check passed.",
        deps=[*marts, annual_report],
        kinds={"duckdb", "parquet", "csv"},
        owners=["team:data-engineering"],
        pool="warehouse",
        required_resource_keys={WRITER},
    )
    def release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[None]:
        reports = reports_folder if reports_folder.is_dir() else None
        made = publish(settings, context.run.run_id, code_version(), reports=reports)
        with open_warehouse(settings, read_only=True) as connection:
            retired = retire_landing(settings, connection)
        return dg.MaterializeResult(
            metadata={
                **release_metadata(made),
                **report_paths(settings, published_reports(made.folder)),
                "landing_files_removed": retired,
            }
        )

    return [annual_report, release]


def published_reports(release: Path) -> list[Path]:
    """Report files of a release, as paths below its report folder."""
    folder = release / "report"
    return sorted(path.relative_to(folder) for path in folder.rglob("*") if path.is_file())


def report_paths(settings: Settings, files: Sequence[Path]) -> dict[str, dg.MetadataValue]:
    """Where readers find the reports, and the newest one's files by name.

    Paths with a button that copies them: a browser opens no `file:` link from the UI's pages.
    """
    folder = settings.current_release / "report"
    newest = max((path.parts[0] for path in files), default=None)
    return {
        "reports": dg.MetadataValue.path(str(folder)),
        **{
            path.name: dg.MetadataValue.path(str(folder / path))
            for path in files
            if path.parts[0] == newest
        },
    }


def release_metadata(made: Release) -> dict[str, dg.MetadataValue | int | bool]:
    """What the UI shows and plots of a release."""
    return {
        "release": dg.MetadataValue.text(made.release_id),
        "is_new": made.is_new,
        "folder": dg.MetadataValue.path(str(made.folder)),
        "dagster/row_count": made.rows,
        "bytes": made.bytes,
    }
