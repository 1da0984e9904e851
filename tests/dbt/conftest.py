"""The compiled dbt project, once for all tests of it, and an edition scored by it."""

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from benchmarks.compiled import Compiled
from benchmarks.inprocess import Marks
from orchestration.storage.warehouse import connect
from tests.dbt import warehouse
from tests.dbt.worlds import World

Score = Callable[..., duckdb.DuckDBPyConnection]
"""Computes a world's marks, with that many threads: (world, threads) -> a connection."""


@pytest.fixture(scope="session")
def manifest(marks: Marks) -> Path:
    """The manifest of the dbt project, with compiled SQL."""
    return marks.manifest


@pytest.fixture(scope="session")
def compiled(marks: Marks) -> Compiled:
    """The SQL that dbt would run."""
    return marks.compiled


@pytest.fixture
def score(compiled: Compiled) -> Score:
    """Compute a world's marks in memory; the connection that is returned holds all layers."""

    def compute(world: World, threads: int = 2) -> duckdb.DuckDBPyConnection:
        con = connect(":memory:", threads=threads)
        warehouse.fill(con, world)
        compiled.run(con)
        return con

    return compute
