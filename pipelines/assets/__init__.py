"""Dagster assets, one file per layer; the work itself is done by plain functions elsewhere."""
