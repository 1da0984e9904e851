"""The pipeline's steps as plain functions: what each Dagster asset calls, and what a test calls without Dagster.

Belongs here: the order of things inside a step, locks, evidence. Rules belong to the modules that the steps call.
"""
