"""A writer of sections over a figures document made by hand."""

from typing import Any

from pipelines.report.helpline import Helpline
from pipelines.report.language import Language
from pipelines.report.references import References
from pipelines.report.sections.writer import Writer


def writer(
    figures: dict[str, Any], tables: dict[str, list[str]] | None = None, language: str = "nl"
) -> Writer:
    """A writer of 2020 whose tables hold one row per code, in the order given."""
    rows = {
        name: [
            {"member": code, "codes": [code], "figures": {"all": f"{name}.{code}"}}
            for code in codes
        ]
        for name, codes in (tables or {}).items()
    }
    document = {
        "year": 2020,
        "figures": figures,
        "tables": rows,
        "reconciliation": {
            "published": 0,
            "matching": 0,
            "differing": [],
            "differing_unnamed": 0,
        },
        "joined": [],
        "left_out": [],
        "missing_days": [],
        "is_provisional": False,
        "is_over": True,
        "months_with_contacts": 12,
        "smallest_count": 5,
    }
    spoken = Language(language)
    return Writer(document, spoken, {}, References(figures, {}, 2020, spoken, Helpline()))
