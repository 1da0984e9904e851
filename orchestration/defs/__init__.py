"""What Dagster sees: assets, checks, jobs, sensors. Declarations only; the work is in plain functions elsewhere."""
