"""The annual report: figures of a year → page, PDF, workbook, in Dutch and in English.

Belongs here: everything between the marts and the files of `report/<year>/`. Not here: what a
figure means (dbt's marts), and where a release keeps its reports (`pipelines.publish`).

    source       rows of the marts            rounding     which wording a number allows
    tables       which breakdowns are printed small_cells  the one place that joins small counts
    wholes       what a total tells of a table stretches   what sums over days tell of other days
    figures      figures.json                 texts        the editor's YAML, and its references
    sections/    findings and exhibits        charts/      SVG
    page · pdf · workbook                     the three forms
    build        all files of the years       vintages     freezing
"""

from pipelines.report.build import build_reports, years_to_report
from pipelines.report.vintages import freeze

__all__ = ["build_reports", "freeze", "years_to_report"]
