"""Spark for real: a master and two workers, the shipped edition's rows, the same models and tests, the same digest."""

import json
import os
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from jinja2 import Environment

from benchmarks.inprocess import Line, Marks
from deploy.spark import compare
from orchestration.release import compute_digest
from orchestration.scoring import DBT_DIR, ensure_manifest
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.storage import connect

pytestmark = [
    pytest.mark.alone,
    pytest.mark.slow,
    pytest.mark.skipif(
        not compare.PYTHON.exists() and not os.environ.get("CI"),
        reason="needs Spark's environment and Java 17 (make deploy/spark/.venv/.ready)",
    ),
]


@pytest.fixture(scope="module")
def scored(marks: Marks, tmp_path_factory: pytest.TempPathFactory) -> tuple[Line, Path]:
    """The shipped edition, scored by DuckDB and then by Spark: the line, and the folder that Spark left."""
    home = tmp_path_factory.mktemp("spark")
    line = Line(Settings(home=home / "var", raw=PROJECT_DIR / "raw", threads=2), "2026", marks)
    line.read()
    line.build()
    assert compare.compared(line.run, home / "scored")
    return line, home / "scored"


def test_the_results_are_those_of_duckdb_to_the_last_byte(scored: tuple[Line, Path]) -> None:
    """The digest of SPEC 8 over the tables that Spark made, and the one that the shipped edition is known by."""
    line, folder = scored
    with connect(folder / "marks.duckdb", read_only=True) as con:
        found = compute_digest(con, line.run.rulebook_path)
        assert con.execute("SELECT count(*) FROM marts.fct_test_mark").fetchone() != (0,)
    assert f"--fingerprint {found[:8]}" in (PROJECT_DIR / "README.md").read_text("utf-8")
    told = json.loads((folder / "home" / "told.json").read_bytes())
    assert (told["workers"], told["executors"]) == (2, 2)


def test_the_rows_between_are_the_same_too(scored: tuple[Line, Path]) -> None:
    """Every table that dbt makes, of all layers, cell by cell."""
    line, folder = scored
    with connect(folder / "marks.duckdb") as con:
        con.execute(f"ATTACH '{line.work}' AS duck (READ_ONLY)")
        for schema, table in compare.tables(json.loads(ensure_manifest().read_bytes())):
            sql = "SELECT * FROM {}{}.{} EXCEPT ALL SELECT * FROM {}{}.{}"
            for one, other in (("", "duck."), ("duck.", "")):
                rows = con.execute(sql.format(one, schema, table, other, schema, table)).fetchall()
                assert not rows, (schema, table, rows[:3])


def test_every_model_and_every_test_ran_there_and_passed(scored: tuple[Line, Path], marks: Marks) -> None:
    """Data tests and the unit tests of the formulas, as many as the project has."""
    ran = json.loads((scored[1] / "dbt" / "run_results.json").read_bytes())["results"]
    assert {one["status"] for one in ran} == {"success", "pass"}
    assert Counter(one["unique_id"].split(".")[0] for one in ran) == _due(marks)


def _due(marks: Marks) -> Counter[str]:
    manifest: dict[str, Any] = json.loads(marks.manifest.read_bytes())
    nodes = [*manifest["nodes"], *manifest["unit_tests"]]
    return Counter(kind for kind in (name.split(".")[0] for name in nodes) if kind != "seed")


def test_rows_that_break_the_contract_are_not_taken_back(scored: tuple[Line, Path], tmp_path: Path) -> None:
    """An empty cell where the contract has none: nothing of the working warehouse is changed."""
    files = tmp_path / "marts.db" / "fct_ranking"
    files.mkdir(parents=True)
    manifest = {"nodes": {"one": {"resource_type": "model", "schema": "marts", "name": "fct_ranking"}}}
    manifest["nodes"]["one"]["config"] = {"materialized": "table"}  # type: ignore[assignment]
    with connect(":memory:") as con:
        con.execute("CREATE SCHEMA marts; CREATE TABLE marts.fct_ranking (edition VARCHAR NOT NULL, rank INTEGER)")
        con.execute("INSERT INTO marts.fct_ranking VALUES ('2026', 1)")
        con.execute(f"COPY (SELECT NULL::VARCHAR AS edition, 2 AS rank) TO '{files}/a.parquet'")
        with pytest.raises(Exception, match="NOT NULL"):
            compare.take_back(con, manifest, tmp_path)
        con.execute("ROLLBACK")
        assert con.execute("SELECT * FROM marts.fct_ranking").fetchall() == [("2026", 1)]


def test_a_quotient_is_exact_beyond_64_bits_or_an_error() -> None:
    """Spark's own `div` makes a negative number of 10^25 div 2."""
    engine: Any = Environment(autoescape=False).from_string((DBT_DIR / "macros" / "engine.sql").read_text("utf-8"))
    pairs = [(10**25, 2), (10**25 + 7, 3), (10**36 - 1, 1), (-(10**25) - 7, 3), (-7, 2), (2**63, 1), (7, 10**20 - 1)]
    pairs += [(10**18 * n + m, n) for n in (1, 7, 10**17) for m in (-1, 0, 1)]
    due: list[str | None] = [str(abs(one) // by * (1 if one > 0 else -1)) for one, by in pairs]
    asked = [engine.module.spark__quotient(*map(str, pair)) for pair in [*pairs, (7, 0), (10**36, 2), (7, 10**20)]]
    process = subprocess.run(
        [compare.PYTHON, "-m", "tests.fixtures.spark_sql"],
        input=json.dumps(asked),
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(process.stdout) == [*due, None, "error", "error"]
