"""The semantic layer: MetricFlow answers every metric on a published file as plain SQL does, and no mean of marks."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import duckdb
import pytest
from metricflow.engine.metricflow_engine import MetricFlowEngine, MetricFlowQueryRequest
from metricflow.protocols.sql_client import SqlClient, SqlEngine
from metricflow.sql.render.duckdb_renderer import DuckDbSqlPlanRenderer
from metricflow_semantic_interfaces.implementations.semantic_manifest import PydanticSemanticManifest
from metricflow_semantics.model.dbt_manifest_parser import parse_manifest_from_dbt_generated_manifest
from metricflow_semantics.model.semantic_manifest_lookup import SemanticManifestLookup

from orchestration.publication.analytics import declared, fill_analytics
from orchestration.scoring import DBT_DIR, write_manifest
from orchestration.settings import PROJECT_DIR

Rows = list[tuple[Any, ...]]
Ask = Callable[..., Rows]
pytestmark = pytest.mark.slow
CANDIDATE = "edition || '/' || candidate_id"
CATEGORY = "edition || '/' || category_id"
NOT_ADDITIVE = {
    "final_micro": ("fct_ranking", "final_micro", ["candidate"], CANDIDATE),
    "final_mark": ("fct_ranking", "final", ["candidate"], CANDIDATE),
    "margin_micro": ("fct_ranking", "margin_micro", ["candidate"], CANDIDATE),
    "nps": ("fct_effort", "nps", ["candidate"], CANDIDATE),
    "csat": ("fct_effort", "csat", ["candidate"], CANDIDATE),
    "ces": ("fct_effort", "ces", ["candidate"], CANDIDATE),
    "lead_micro": ("analytics.close_title", "lead_micro", ["category"], CATEGORY),
    "component_mark": (
        "fct_component_mark", "mark", ["candidate", "candidate_component__component"], f"{CANDIDATE}, component",
    ),
    "channel_mark": ("fct_channel_mark", "mark", ["candidate", "channel"], f"{CANDIDATE}, channel"),
}  # fmt: skip
"""Metric: its table and column, what it is asked by, and the same in SQL."""
COUNTS = {
    "ranked_candidates": ("fct_ranking", "count(*)"),
    "surveyed_candidates": ("fct_effort", "count(*)"),
    "responses": ("fct_effort", "sum(responses)"),
    "categories": ("analytics.close_title", "count(*)"),
    "categories_compared": ("analytics.close_title", "count(clear)"),
    "categories_within_noise": ("analytics.close_title", "count(*) FILTER (NOT clear)"),
    "smallest_lead_micro": ("analytics.close_title", "min(lead_micro)"),
    "component_marks": ("fct_component_mark", "count(*)"),
    "channel_marks": ("fct_channel_mark", "count(*)"),
    "planned_tests": ("fct_channel_mark", "sum(planned_tests)"),
    "counted_tests": ("fct_channel_mark", "sum(counted_tests)"),
    "tests": ("fct_test_mark", "count(*)"),
    "contests": ("fct_contest", "count(*)"),
    "completion_share": ("fct_channel_mark", "sum(counted_tests) / sum(planned_tests)"),
    "within_noise_share": ("analytics.close_title", "count(*) FILTER (NOT clear) / count(clear)"),
    "contest_rate": (
        "fct_test_mark LEFT JOIN fct_contest USING (edition, test_id)", "count(contest_id) / count(*)",
    ),
    "highest_final_micro": ("fct_ranking", "max(final_micro)"),
    "highest_final_mark": ("fct_ranking", "max(final)"),
    "highest_margin_micro": ("fct_ranking", "max(margin_micro)"),
    "highest_nps": ("fct_effort", "max(nps)"),
    "highest_csat": ("fct_effort", "max(csat)"),
    "highest_ces": ("fct_effort", "max(ces)"),
    "highest_component_mark": ("fct_component_mark", "max(mark)"),
    "highest_channel_mark": ("fct_channel_mark", "max(mark)"),
}  # fmt: skip
"""Metric: where from, and by what expression for an edition."""
EXPORTS = {
    "metrics_by_candidate": (CANDIDATE,), "metrics_by_channel": ("channel",), "metrics_by_edition": (),
    "metrics_by_field_firm": ("field_firm",),
}  # fmt: skip


@pytest.fixture(scope="module")
def con(two_editions: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """The published file with figures that differ from candidate to candidate, and `analytics` made of them."""
    path = tmp_path_factory.mktemp("semantic") / "copy.duckdb"
    shutil.copyfile(two_editions, path)
    path.chmod(0o644)
    with duckdb.connect(str(path)) as opened:
        opened.execute("DROP SCHEMA analytics CASCADE")
        place = "cast(substr(candidate_id, 3, 1) as integer) + cast(right(edition, 1) as integer)"
        opened.execute(
            f"UPDATE main.fct_effort SET responses = 10 + {place}, nps = 20 - 7 * ({place}), csat = 60 + {place}, "
            f"ces = 3 + 0.25 * ({place})"
        )
        opened.execute(f"UPDATE main.fct_channel_mark SET planned_tests = counted_tests + ({place}) % 3")
        fill_analytics(opened)
        yield opened


@pytest.fixture(scope="module")
def parsed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The semantic layer as dbt writes it down for MetricFlow."""
    folder = tmp_path_factory.mktemp("parse")
    write_manifest(["parse", "--no-partial-parse", "--target", "published"], DBT_DIR, folder)
    return folder / "semantic_manifest.json"


@pytest.fixture(scope="module")
def layer(parsed: Path) -> PydanticSemanticManifest:
    return parse_manifest_from_dbt_generated_manifest(parsed.read_text("utf-8"))


@pytest.fixture(scope="module")
def ask(layer: PydanticSemanticManifest, con: duckdb.DuckDBPyConnection) -> Ask:
    """What MetricFlow answers: the rows of the SQL that it writes, in order."""
    client = SimpleNamespace(sql_engine_type=SqlEngine.DUCKDB, sql_plan_renderer=DuckDbSqlPlanRenderer())
    engine = MetricFlowEngine(SemanticManifestLookup(layer), cast("SqlClient", client))

    def answer(**request: Any) -> Rows:
        sql = engine.explain(MetricFlowQueryRequest.create(**request)).sql_statement.sql
        here = sql.replace('"memory".', "")  # dbt read its project on no warehouse
        return con.execute(f"SELECT * FROM ({here}) ORDER BY ALL").fetchall()

    return answer


@pytest.fixture(scope="module")
def sql(con: duckdb.DuckDBPyConnection) -> Ask:
    return lambda query: con.execute(query).fetchall()


@pytest.mark.parametrize("metric", NOT_ADDITIVE)
def test_a_metric_of_one_candidate_or_category_is_its_column(metric: str, ask: Ask, sql: Ask) -> None:
    table, column, groups, key = NOT_ADDITIVE[metric]
    plain = sql(f"SELECT {key}, {column} FROM {table} ORDER BY ALL")
    assert ask(metric_names=[metric], group_by_names=groups) == plain
    assert len({row[-1] for row in plain}) > 1


@pytest.mark.parametrize("metric", NOT_ADDITIVE)
def test_over_several_it_answers_nothing(metric: str, ask: Ask) -> None:
    assert ask(metric_names=[metric]) == [(None,)]
    assert ask(metric_names=[metric], group_by_names=["edition"]) == [("2030", None), ("2031", None)]


@pytest.mark.parametrize("metric", COUNTS)
def test_a_count_or_a_share_of_counts_is_that_of_plain_sql(metric: str, ask: Ask, sql: Ask) -> None:
    table, expression = COUNTS[metric]
    assert ask(metric_names=[metric], group_by_names=["edition"]) == sql(
        f"SELECT edition, {expression} FROM {table} GROUP BY edition ORDER BY edition"
    )


def test_every_metric_is_answered_here(layer: PydanticSemanticManifest) -> None:
    assert {one.name for one in layer.metrics} == {*NOT_ADDITIVE, *COUNTS}


def test_marks_are_declared_non_additive(layer: PydanticSemanticManifest) -> None:
    told = {one.name: one.config.meta.get("additive") for one in layer.metrics if one.config}
    assert {name for name, additive in told.items() if additive is False} == set(NOT_ADDITIVE)


def test_categories_give_a_sector_to_marks(ask: Ask, sql: Ask) -> None:
    assert ask(metric_names=["ranked_candidates"], group_by_names=["edition", "category__sector"]) == sql(
        "SELECT edition, sector, count(*) FROM fct_ranking JOIN dim_category USING (edition, category_id) "
        "GROUP BY ALL ORDER BY ALL"
    )


def _rounded(value: Any) -> Any:
    return Decimal(str(value)).quantize(Decimal("0.0001"), ROUND_HALF_UP) if isinstance(value, float) else value


@pytest.mark.parametrize("name", EXPORTS)
def test_a_saved_query_is_the_table_of_its_name(name: str, ask: Ask, sql: Ask, layer: PydanticSemanticManifest) -> None:
    (query,) = (one for one in layer.saved_queries if one.name == name)
    keys = ["edition", *EXPORTS[name]]
    asked = [[_rounded(value) for value in row] for row in ask(saved_query_name=name)]
    assert asked == [list(row) for row in sql(
        f"SELECT {', '.join([*keys, *query.query_params.metrics])} FROM analytics.{name} ORDER BY ALL"
    )] and asked  # fmt: skip


def test_each_table_of_metrics_is_a_saved_query(layer: PydanticSemanticManifest) -> None:
    tables = {model.name for model in declared() if re.match("metrics_by_", model.name)}
    assert tables == set(EXPORTS) == {one.name for one in layer.saved_queries}


def test_its_own_command_line_answers_as_the_page_says(two_editions: Path, parsed: Path, tmp_path: Path) -> None:
    """`mf` on a copy of project and file: the command of docs/analyst.md, without parsing once more."""
    page = (PROJECT_DIR / "docs" / "analyst.md").read_text("utf-8")
    (command,) = re.findall(r"^mf query .*$", page, re.M)
    project = tmp_path / "semantic"
    shutil.copytree(DBT_DIR, project, ignore=shutil.ignore_patterns("target", "logs"))
    (project / "target").mkdir()
    shutil.copyfile(parsed, project / "target" / "semantic_manifest.json")
    shutil.copyfile(two_editions, project / "memory.duckdb")  # dbt read its project on no warehouse
    (project / "memory.duckdb").chmod(0o644)
    names = ("PALMARES_WORK_DB", "PALMARES_PUBLISHED_DB")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("mf")), *shlex.split(command)[1:], "--csv", "answer.csv"],
        cwd=project, env={**os.environ, **dict.fromkeys(names, "memory.duckdb"), "DBT_PROFILES_DIR": "."},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    answer = duckdb.read_csv(str(project / "answer.csv"), dtype={"edition": "VARCHAR"})
    with duckdb.connect(str(two_editions), read_only=True) as con:
        plain = con.execute(
            "SELECT edition, completion_share, contest_rate FROM analytics.metrics_by_edition ORDER BY edition"
        ).fetchall()
    assert [(edition, _rounded(done), _rounded(rate)) for edition, done, rate in answer.fetchall()] == plain and plain
