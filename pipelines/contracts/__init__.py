"""Contracts: one `<source>.odcs.yaml` per source, and the reader that makes typed objects of them.

What a source looks like belongs into its YAML and nowhere else. How bytes become rows belongs
into `pipelines.ingest`; what rows mean together belongs into the dbt project.
"""

from pipelines.contracts.model import Contract
from pipelines.contracts.reader import load_contracts

__all__ = ["Contract", "load_contracts"]
