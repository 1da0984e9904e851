"""Editions as dynamic partitions: a folder in the deposits folder is an edition (start of UI, sensor)."""

import warnings
from typing import Any

import dagster as dg

editions = dg.DynamicPartitionsDefinition(name="editions")

POOL = "computing"
"""The pool of all that computes on a working warehouse: so many runs as it has slots are let from the queue at once."""


def check_by_edition(name: str, **properties: Any) -> dg.AssetCheckSpec:
    """An asset check that keeps one result for each edition, so that one edition's never stands for another's.

    Dagster 1.13 calls this a preview, and would say so whenever a command starts.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.PreviewWarning)
        return dg.AssetCheckSpec(name, partitions_def=editions, **properties)
