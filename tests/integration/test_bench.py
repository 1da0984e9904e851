"""The benchmark asks Spark for real, in Spark's own environment: it counts as DuckDB does, and its Java is counted."""

import subprocess
from pathlib import Path

import pytest

from benchmarks.bare import ENGINES, SPARK
from benchmarks.bench import EDITION, command, measured_by
from orchestration.settings import PROJECT_DIR
from tests.fixtures.spark_environment import needs_spark

pytestmark = [pytest.mark.server, pytest.mark.slow, needs_spark]


def test_spark_counts_the_shipped_votes_as_duckdb_does(tmp_path: Path) -> None:
    shipped = PROJECT_DIR / "raw" / "2026"
    for name in ("tiny", "large"):
        (tmp_path / name).mkdir()
        (tmp_path / name / EDITION).symlink_to(shipped)
    words = command(SPARK, tmp_path / "large", 2)
    run = subprocess.run(words, cwd=PROJECT_DIR, capture_output=True, text=True, check=False)
    told = measured_by(SPARK, run.returncode, run.stdout, run.stderr)
    base = ENGINES["DuckDB"](shipped / "votes", 2)
    assert sum(base.values()) > 100_000
    assert all(abs(told["counts"][name] - votes) <= 2 for name, votes in base.items())
    step = told["steps"][SPARK]
    assert told["start"] > step["cpu"] > 0.5 and step["peak"] > 300, "less than Java needs to start"
