"""The checks of the two borders: what a delivery, and what a mart, must be before readers see it.

Belongs here: rules as data (`raw_suite`, `marts_suite`), the SQL that measures them in DuckDB
(`profiles/<border>/<rule>.sql`), Great Expectations as the judge (`runner`), what an operator
accepted (`accepted`). Not here: the shape of a file (contracts, ingest), keys and relationships
(dbt tests), and Dagster, to which `pipelines/checks.py` translates.

Importing this package does not import Great Expectations; judging a border does.
"""

from expectations.accepted import accept
from expectations.border import BORDERS, check, rules_of, run_border
from expectations.rule import Border, Rule, RuleResult, Severity

__all__ = [
    "BORDERS",
    "Border",
    "Rule",
    "RuleResult",
    "Severity",
    "accept",
    "check",
    "rules_of",
    "run_border",
]
