"""Releases: what readers open, written by the night and never changed afterwards (DESIGN §10).

Belongs here: everything below `published/`. Not here: what a figure means (dbt's marts) and how
the report looks (`pipelines.report`).

    release      publish(): the order of the steps
    marts        what the schema `marts` holds
    writer       helpline.duckdb, Parquet, CSV
    datapackage  the description of the CSV files
    manifest     MANIFEST.json, and whether a release still agrees with it
    folder       temporary names, syncing, the pointer, retention
    listing      releases(), rollback()
    reader       query(): hardened reading of one release
    output       rows as a table, CSV or JSON
"""

from pipelines.publish.listing import (
    find_release,
    releases,
    reports_of_damaged,
    rollback,
    yearly_summary,
)
from pipelines.publish.manifest import Provenance, Release
from pipelines.publish.reader import Answer, query
from pipelines.publish.release import are_released, publish
from pipelines.publish.writer import storage_version

__all__ = [
    "Answer",
    "Provenance",
    "Release",
    "are_released",
    "find_release",
    "publish",
    "query",
    "releases",
    "reports_of_damaged",
    "rollback",
    "storage_version",
    "yearly_summary",
]
