"""Editions as dynamic partitions: a folder in the deposits folder is an edition (the sensor adds it)."""

import dagster as dg

editions = dg.DynamicPartitionsDefinition(name="editions")
