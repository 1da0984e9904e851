"""Verification by a stranger: a release on its own, offline, without Dagster, dbt, DuckDB or a network."""
