"""Each type of expectation that the suites use: the SQL made of it means what Great Expectations means, row by row."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from expectations.checks import SQL, GateFile
from expectations.failing import failing_rows
from expectations.registry import gate_file
from expectations.sql import run_sql_checks
from expectations.suite import run_suite
from orchestration.evidence import CheckResult
from orchestration.evidence.checks import GATES
from orchestration.storage.warehouse import connect
from tests.fixtures.each_expectation import BETWEEN, EXPECTATIONS, LARGER, PAIR, ROWS, UNIQUE, file_of, make_small


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of one small table."""
    path = tmp_path_factory.mktemp("types") / "work.duckdb"
    with connect(path, threads=1) as con:
        make_small(con)
    return path


def _both(path: Path, file: GateFile) -> list[str]:
    with connect(path, read_only=True, threads=1) as con:
        straight = run_sql_checks(con, "intake", frozenset(), file)
    assert run_suite(path, "intake", frozenset(), checks=file) == straight
    return [result.outcome for result in straight]


def test_a_row_fails_or_not_as_great_expectations_says(path: Path) -> None:
    outcomes = _both(path, file_of(EXPECTATIONS, [f"n = {row[0]}" for row in ROWS]))
    assert outcomes == [
        "failed" if str(row[0]) in failing else "passed" for _, _, failing in EXPECTATIONS for row in ROWS
    ]


def test_what_stands_there_twice_is_named_once(path: Path) -> None:
    assert _both(path, file_of(UNIQUE, ["true"])) == [outcome for _, _, outcome in UNIQUE]
    with connect(path, read_only=True) as con:
        [check] = file_of(UNIQUE[:1], ["true"]).gx
        assert con.execute(f"SELECT count(*) FROM ({failing_rows(check, {})})").fetchall() == [(1,)]


def test_a_large_answer_is_not_stored_and_judged_alike(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.suite.LARGE", 3)
    assert set(_both(path, file_of(EXPECTATIONS, ["true"]))) == {"failed"}


@pytest.mark.parametrize(
    ("type_", "kwargs", "what"),
    [
        ("expect_column_mean_to_be_between", {"column": "a"}, "there is no SQL"),
        ("expect_column_values_to_be_null", {"column": "a", "mostly": 0.9}, "mostly"),
        ("expect_column_values_to_be_in_set", {"column": "a", "value_set": [0.5]}, "no literal for a float"),
        ("expect_table_row_count_to_equal", {"value": 3}, "other than 0"),
        (LARGER, {**PAIR, "ignore_row_if": "neither"}, "neither value is missing"),
    ],
)
def test_what_has_no_sql_is_refused(type_: str, kwargs: dict[str, Any], what: str) -> None:
    [check] = file_of([(type_, kwargs, "")], ["true"]).gx
    with pytest.raises(ValueError, match=what):
        failing_rows(check, {})


def test_a_parameter_without_a_value_is_an_error_both_ways(path: Path) -> None:
    file = file_of([(BETWEEN, {"column": "a", "max_value": {"$PARAMETER": "unknown"}}, "")], ["true"])
    assert _both(path, file) == ["error"]
    with_query = replace(file, parameters={"unknown": "SELECT n FROM intake.nowhere"})
    needing = replace(with_query, gx=tuple(replace(check, needs=frozenset({"unknown"})) for check in file.gx))
    assert _both(path, needing) == ["error"]


def test_every_type_in_the_suites_is_tried_here() -> None:
    types = {
        expectation.type
        for gate in GATES
        for check in gate_file(gate).gx
        for asset in check.assets
        for expectation in asset.expectations
    }
    assert types - {SQL} == {type_ for type_, _, _ in (*EXPECTATIONS, *UNIQUE)}


def _one(path: Path) -> list[CheckResult]:
    return run_suite(path, "intake", frozenset(), checks=file_of(EXPECTATIONS[:1], ["true"]))


def test_what_great_expectations_could_not_evaluate_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.suite._make", lambda names, ask: {})
    assert [(result.outcome, result.observed) for result in _one(path)] == [("error", "GreatExpectationsError")]


def test_a_table_that_the_guard_saw_otherwise_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guard = {"type": "expect_table_row_count_to_be_between", "kwargs": {"min_value": len(ROWS) + 1}}
    monkeypatch.setattr("expectations.suite._GUARD", guard)
    assert [(result.outcome, result.observed) for result in _one(path)] == [("error", "row guard")]


def test_a_verdict_that_no_row_bears_out_is_an_error(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("expectations.sql.failing_rows", lambda check, values: "SELECT 'x' AS failing_key WHERE false")
    assert [(result.outcome, result.observed) for result in _one(path)] == [
        ("error", "Great Expectations fails where no row does")
    ]
