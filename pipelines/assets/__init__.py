"""Dagster assets, one file per layer; the work itself is done by plain functions elsewhere."""

import warnings

from dagster import BetaWarning

# links to source files are beta in Dagster; a night is not the place to be told
warnings.filterwarnings("ignore", category=BetaWarning)
