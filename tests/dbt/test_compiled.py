"""The compiled SQL runs without dbt, again and again, and says what is missing."""

import json
from pathlib import Path

import duckdb
import pytest

from benchmarks.compiled import (
    Compiled,
    DataTest,
    compile_project,
    run_test,
)
from orchestration.errors import InputError, PalmaresError
from orchestration.storage.warehouse import connect
from tests.dbt import warehouse
from tests.dbt.test_marks_by_hand import edition


def test_a_model_comes_after_those_it_reads(compiled: Compiled) -> None:
    """No model's SQL names a later one."""
    for position, model in enumerate(compiled.models):
        for later in compiled.models[position:]:
            assert f'"{later.schema}"."{later.name}"' not in model.sql


def test_the_sql_names_no_database(compiled: Compiled) -> None:
    """So it runs on any connection."""
    assert not [one for one in compiled.models if '"memory".' in one.sql]
    assert not [one for one in compiled.tests if '"memory".' in one.sql]


def test_another_run_follows_the_rows(compiled: Compiled) -> None:
    """As a mutation does: change a cell, run, read."""
    with connect(":memory:") as con:
        warehouse.fill(con, edition())
        compiled.run(con)
        before = con.execute("SELECT final_micro FROM marts.laureates").fetchall()
        con.execute("UPDATE intake.rating SET rating = 0 WHERE test_id = 'T00000'")
        compiled.run(con)
        assert con.execute("SELECT final_micro FROM marts.fct_ranking WHERE rank = 1").fetchall() != before


def test_a_run_that_fails_leaves_what_was_there(compiled: Compiled) -> None:
    """All models or none."""
    with connect(":memory:") as con:
        warehouse.fill(con, edition())
        compiled.run(con)
        con.execute("DROP TABLE intake.vote")
        con.execute("UPDATE intake.rating SET rating = 0")
        with pytest.raises(duckdb.Error):
            compiled.run(con)
        assert con.execute("SELECT count(*) FROM marts.laureates").fetchall() == [(1,)]


def test_failing_rows_are_counted_whole_and_told_in_order() -> None:
    """Twenty are told, all are counted; an empty cell is empty."""
    found = DataTest(
        "test.palmares.thirty", "thirty", "scoring.rows_told", "SELECT range AS n, NULL AS reason FROM range(30, 0, -1)"
    )
    with connect(":memory:") as con:
        failure = run_test(con, found)
    assert failure is not None
    assert failure.count == 30
    assert failure.keys[:2] == ("1 / ", "2 / ")
    assert len(failure.keys) == 20


def test_a_manifest_without_sql_is_refused(tmp_path: Path) -> None:
    """`dbt parse` makes such a one."""
    path = tmp_path / "manifest.json"
    name = "model.palmares.stg_x"
    node = {
        "unique_id": name,
        "resource_type": "model",
        **{"name": "stg_x", "alias": "stg_x", "schema": "staging", "relation_name": '"memory"."staging"."stg_x"'},
        "config": {"materialized": "view"},
        "depends_on": {"nodes": []},
    }
    path.write_text(json.dumps({"nodes": {name: node}, "sources": {}}))
    with pytest.raises(InputError, match="stg_x is not compiled"):
        Compiled.from_manifest(path)


def test_a_project_that_does_not_compile_says_so_in_the_words_of_dbt(tmp_path: Path) -> None:
    """Here a folder that holds no project."""
    with pytest.raises(PalmaresError, match=r"dbt_project\.yml"):
        compile_project(tmp_path / "target", tmp_path)
