"""Spark for real: a master and two workers, the shipped edition's rows, the same models and tests, the same digest.

The cluster is started once, as `make spark` starts it; what it left is then judged as a run judges it.
"""

import json
import os
import shutil
import subprocess
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from jinja2 import Environment

from benchmarks.inprocess import Line, Marks
from deploy.spark import compare, suites
from orchestration.assurance.gathering import said_by_dbt
from orchestration.errors import PalmaresError
from orchestration.evidence import CheckResult, scored_by
from orchestration.release import compute_digest
from orchestration.run import Now
from orchestration.scoring import DBT_DIR, DUCKDB, SPARK, ensure_manifest, noted
from orchestration.scoring.engine import ENVIRONMENT, PYTHON
from orchestration.scoring.spark import score, tables
from orchestration.settings import PROJECT_DIR, Settings
from orchestration.status import freshness
from orchestration.storage import connect
from tests.fixtures.each_expectation import EXPECTATIONS, ROWS, UNIQUE, file_of, make_small
from tests.fixtures.spark_environment import needs_spark

pytestmark = [pytest.mark.server, pytest.mark.slow, needs_spark]

STRAY = "INSERT INTO intake.rating SELECT * REPLACE ('nowhere' AS test_id) FROM intake.rating LIMIT 2"
"""Ratings of a test that there is not: a data test sees them, and they reach no mark."""


@dataclass(frozen=True)
class Both:
    """The shipped edition, scored and judged by DuckDB's line, and the folder that Spark left."""

    line: Line
    folder: Path
    judged: list[CheckResult]

    @property
    def copy(self) -> Path:
        """The copy of the working warehouse into which Spark's tables were taken."""
        return self.folder / "marks.duckdb"


@pytest.fixture(scope="module")
def both(marks: Marks, tmp_path_factory: pytest.TempPathFactory) -> Both:
    """Scored by DuckDB and then by Spark; each type of expectation is tried on each of its rows, too."""
    home = tmp_path_factory.mktemp("spark")
    line = Line(Settings(home=home / "var", raw=PROJECT_DIR / "raw"), "2026", marks)
    line.read()
    with connect(line.work) as con:
        con.execute(STRAY)
        make_small(con)
    line.build()
    line.test()
    line.judge_intake()
    judged = line.judge_scoring()
    each = file_of([*EXPECTATIONS, *UNIQUE], ["true"])
    with patch.dict(os.environ, PALMARES_THREADS="2"):  # as many workers
        assert compare.compared(line.run, home / "scored", [each])
    return Both(line, home / "scored", judged)


def test_the_results_are_those_of_duckdb_to_the_last_byte(both: Both) -> None:
    """The digest of SPEC 8 over the tables that Spark made, and the one that the shipped edition is known by."""
    with connect(both.copy, read_only=True) as con:
        found = compute_digest(con, both.line.run.rulebook_path)
        assert con.execute("SELECT count(*) FROM marts.fct_test_mark").fetchone() != (0,)
        assert noted(con) == told(both)["packages"] and noted(con).keys() == {"dbt-spark", "java", "pyspark"}
    assert f"--fingerprint {found[:8]}" in (PROJECT_DIR / "README.md").read_text("utf-8")
    assert (told(both)["workers"], told(both)["executors"]) == (2, 2)


def told(both: Both) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((both.folder / "on-spark" / "home" / "told.json").read_bytes())
    return found


def test_the_rows_between_are_the_same_too(both: Both) -> None:
    """Every table that dbt makes, of all layers, cell by cell; and every column's type and description."""
    columns = "SELECT schema_name, table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
    with connect(both.copy) as con:
        con.execute(f"ATTACH '{both.line.work}' AS duck (READ_ONLY)")
        for schema, table in tables(json.loads(ensure_manifest().read_bytes())):
            sql = "SELECT * FROM {}{}.{} EXCEPT ALL SELECT * FROM {}{}.{}"
            for one, other in (("", "duck."), ("duck.", "")):
                rows = con.execute(sql.format(one, schema, table, other, schema, table)).fetchall()
                assert not rows, (schema, table, rows[:3])
        made = con.execute(f"{columns} WHERE database_name = 'marks' AND schema_name = 'marts' ORDER BY ALL").fetchall()
        assert ("marts", "fct_ranking", "edition", "VARCHAR", False) in [row[:5] for row in made]
        assert all(row[5] for row in made), "each column is described"


def test_every_model_and_every_test_ran_there(both: Both, marks: Marks) -> None:
    """Data tests and the unit tests of the formulas, as many as the project has; what one finds, it only warns of."""
    ran = json.loads((both.folder / "dbt" / "run_results.json").read_bytes())["results"]
    found = {one["unique_id"].split(".")[2]: one["status"] for one in ran if one["status"] not in ("success", "pass")}
    assert found == {"stg_rating_test_id_is_known": "warn"}
    assert Counter(one["unique_id"].split(".")[0] for one in ran) == _due(marks)


def _due(marks: Marks) -> Counter[str]:
    manifest: dict[str, Any] = json.loads(marks.manifest.read_bytes())
    nodes = [*manifest["nodes"], *manifest["unit_tests"]]
    return Counter(kind for kind in (name.split(".")[0] for name in nodes) if kind != "seed")


def test_what_data_tests_found_there_reaches_the_checks_as_duckdbs_does(both: Both) -> None:
    on_spark, on_duckdb = said_by_dbt(both.folder / "dbt" / "run_results.json"), said_by_dbt(both.line.run_results)
    assert on_spark == on_duckdb
    [failed] = [one for one in on_spark if one.outcome != "passed"]
    assert (failed.check_id, failed.failing_keys) == (
        "scoring.references_resolved",
        ("stg_rating_test_id_is_known [2]",),
    )


def test_great_expectations_judges_there_as_here(both: Both) -> None:
    """Its own engine for Spark: the gates that judge marks, and each type on a table whose rows fail and pass."""
    verdicts = both.folder / compare.VERDICTS
    found, where = suites.of_spark(verdicts), suites.places(verdicts)
    assert where["table"] > 5 and where["query"] > 15, "asked of Spark itself"
    assert {one.outcome for one in found.values()} == {"passed", "failed"}
    for number, (type_, _, failing) in enumerate(EXPECTATIONS):
        one = found[f"intake.e{number}_p0", 0, 0]
        counted = len(ROWS) if one.failing is None else one.failing
        assert (one.outcome, counted) == ("failed", len(failing)), type_
    for number, (type_, _, outcome) in enumerate(UNIQUE, len(EXPECTATIONS)):
        assert found[f"intake.e{number}_p0", 0, 0].outcome == outcome, type_


def test_a_verdict_that_differs_is_named(both: Both) -> None:
    found = suites.of_spark(both.folder / compare.VERDICTS)
    (key, one), *_ = found.items()
    other = replace(one, outcome="error")
    assert suites.differences(found, found) == []
    assert suites.differences(found, {**found, key: other}) == [
        f"{' '.join(map(str, key))}: DuckDB {one}, Spark {other}"
    ]
    assert len(suites.differences(found, {})) == len(found)
    assert suites.differences({key: replace(one, failing=1)}, {key: replace(one, failing=2)})


def test_checks_and_recount_judge_those_tables_and_the_evidence_says_who_made_them(
    both: Both, marks: Marks, tmp_path: Path
) -> None:
    """What a run does after scoring: the same results of every check, and nothing fresh for the other engine."""
    line = Line(replace(both.line.settings, home=tmp_path / "var"), "2026", marks)
    line.work.parent.mkdir(parents=True)
    shutil.copyfile(both.copy, line.work)
    shutil.copytree(both.folder / "dbt", line.run_results.parent)
    line.judge_intake()
    assert line.judge_scoring() == both.judged
    assert scored_by(line.records()) == told(both)["packages"] and scored_by(both.line.records()) == {}
    asked = "spark (dbt-spark 1.11.0, java"
    assert freshness(Now(line.run), DUCKDB).lines[0].startswith(asked)
    assert not freshness(Now(line.run), SPARK).lines[0].startswith(asked), "what is due is due for another reason"


def test_what_spark_cannot_do_is_said_with_the_end_of_its_log(tmp_path: Path) -> None:
    with pytest.raises(PalmaresError, match="Spark could not make the marks") as wrong:
        score(tmp_path, ["--no-such-option"])
    assert "--no-such-option" in str(wrong.value) and str(tmp_path / "spark.log") in str(wrong.value)


def test_a_quotient_is_exact_beyond_64_bits_or_an_error() -> None:
    """Spark's own `div` makes a negative number of 10^25 div 2."""
    engine: Any = Environment(autoescape=False).from_string((DBT_DIR / "macros" / "engine.sql").read_text("utf-8"))
    pairs = [(10**25, 2), (10**25 + 7, 3), (10**36 - 1, 1), (-(10**25) - 7, 3), (-7, 2), (2**63, 1), (7, 10**20 - 1)]
    pairs += [(10**18 * n + m, n) for n in (1, 7, 10**17) for m in (-1, 0, 1)]
    due: list[str | None] = [str(abs(one) // by * (1 if one > 0 else -1)) for one, by in pairs]
    asked = [engine.module.spark__quotient(*map(str, pair)) for pair in [*pairs, (7, 0), (10**36, 2), (7, 10**20)]]
    process = subprocess.run(
        [ENVIRONMENT / PYTHON, "-m", "tests.fixtures.spark_sql"],
        input=json.dumps(asked),
        cwd=PROJECT_DIR,
        capture_output=True,
        text=True,
        check=True,
    )
    assert json.loads(process.stdout) == [*due, None, "error", "error"]
