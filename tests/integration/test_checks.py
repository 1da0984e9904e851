"""Every check of kind gx on a real warehouse: clean passes, each fault is noticed, an empty table never passes."""

import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from expectations.checks import GxCheck
from expectations.registry import all_checks, gate_file
from expectations.sql import run_sql_checks
from expectations.suite import run_suite
from orchestration.evidence.bodies import CheckResult
from orchestration.evidence.checks import GATES
from orchestration.storage.warehouse import connect
from tests.integration.check_faults import (
    ANY_CATEGORY,
    FAULTS,
    contested,
    forty_each,
    measured,
    rechecked,
    sorted_ratings,
    upheld,
)
from tests.integration.conftest import Scored

ALL = frozenset({"audit", "survey", "vote"})
GX_CHECKS = {check.spec.id: check for gate in GATES for check in gate_file(gate).gx}


EVERY_PART = (
    "INSERT INTO rulebook.contest_window VALUES (DATE '2025-11-17', DATE '2025-11-28')",
    "INSERT INTO rulebook.planned_by VALUES ('phone', 'language', 'fr', 1)",
    "UPDATE rulebook.criterion SET unit = 'minute' WHERE criterion_id = 'delay'",
    "INSERT INTO intake.measure SELECT test_id, 'delay', 90000 FROM intake.test WHERE channel = 'email'",
)
"""Optional parts of a rulebook, in use."""
NO_PART = (
    *("DELETE FROM rulebook.contest_window", "DELETE FROM rulebook.planned_by", "DELETE FROM intake.raking"),
    "UPDATE rulebook.criterion SET unit = NULL",
    "UPDATE rulebook.vote SET burst_action = NULL, max_per_ip_hour = NULL",
)


@pytest.fixture(scope="module")
def clean_file(scored_tiny: Scored, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The tiny edition, taken in and scored, with every optional part of a rulebook, as a working warehouse."""
    path = tmp_path_factory.mktemp("clean") / "work.duckdb"
    shutil.copyfile(scored_tiny.work_db, path)
    with connect(path, threads=1) as con:
        for statement in EVERY_PART:
            con.execute(statement)
    return path


@pytest.fixture(scope="module")
def clean(clean_file: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a copy of that warehouse; tests change it inside transactions that they take back."""
    copy = tmp_path_factory.mktemp("copy") / "work.duckdb"
    shutil.copyfile(clean_file, copy)
    with connect(copy, threads=1) as con:
        yield con


def _after(con: duckdb.DuckDBPyConnection, statements: list[str], check_id: str) -> CheckResult:
    check = GX_CHECKS[check_id]
    con.execute("BEGIN")
    try:
        for statement in statements:
            con.execute(statement)
        [result] = run_sql_checks(con, check.spec.gate, ALL, replace(gate_file(check.spec.gate), gx=(check,)))
        return result
    finally:
        con.execute("ROLLBACK")


def test_a_clean_edition_passes_every_check(clean: duckdb.DuckDBPyConnection) -> None:
    results = [result for gate in GATES for result in run_sql_checks(clean, gate, ALL)]
    assert {result.check_id for result in results if result.outcome != "passed"} == set()
    assert [result.check_id for result in results] == [spec.id for spec in all_checks() if spec.kind == "gx"]


@pytest.mark.parametrize(("check_id", "statements", "key"), FAULTS, ids=[f"{f[0]}-{n}" for n, f in enumerate(FAULTS)])
def test_a_fault_is_noticed(clean: duckdb.DuckDBPyConnection, check_id: str, statements: list[str], key: str) -> None:
    result = _after(clean, statements, check_id)
    assert result.outcome == "failed", result
    assert any(key in found for found in result.failing_keys), result
    assert result.failing_count >= len(result.failing_keys) > 0
    assert not any("@" in found or "661" in found for found in result.failing_keys)


def test_every_check_has_a_fault() -> None:
    assert {fault[0] for fault in FAULTS} == set(GX_CHECKS)


@pytest.mark.parametrize("check", GX_CHECKS.values(), ids=GX_CHECKS)
def test_an_empty_table_never_passes(clean: duckdb.DuckDBPyConnection, check: GxCheck) -> None:
    result = _after(clean, [f"DELETE FROM {check.rows}"], check.spec.id)
    assert result.outcome == "failed", result
    assert (result.expected, result.observed) == (f"{check.rows} > 0", "0")


@pytest.mark.parametrize("check", GX_CHECKS.values(), ids=GX_CHECKS)
def test_a_table_that_is_missing_is_an_error(clean: duckdb.DuckDBPyConnection, check: GxCheck) -> None:
    result = _after(clean, [f"DROP TABLE {check.rows} CASCADE"], check.spec.id)
    assert result.outcome == "error", result
    assert "Catalog" in result.observed


@pytest.mark.parametrize("check", [c for c in GX_CHECKS.values() if c.spec.optional], ids=lambda c: c.spec.id)
def test_an_optional_part_that_is_not_in_use_is_not_applicable(
    clean: duckdb.DuckDBPyConnection, check: GxCheck
) -> None:
    assert _after(clean, list(NO_PART), check.spec.id).outcome == "not_applicable"


def test_an_edition_with_audits_alone_is_asked_nothing_of_survey_and_vote(clean: duckdb.DuckDBPyConnection) -> None:
    results = [result for gate in GATES for result in run_sql_checks(clean, gate, frozenset({"audit"}))]
    assert {spec.component for spec in all_checks() if spec.id in {r.check_id for r in results}} == {None, "audit"}


def test_boundaries_of_a_share_are_the_rulebooks(clean: duckdb.DuckDBPyConnection) -> None:
    """6 tests of which one shopper did 2 are 33.33 %: 3334 basis points allow them, 3333 do not."""
    two = "UPDATE intake.test SET shopper_id = 'N01' WHERE test_id IN ('T001', 'T005')"
    for limit, outcome in ((3334, "passed"), (3333, "failed")):
        limits = f"UPDATE rulebook.independence SET max_shopper_share = {limit}"
        assert _after(clean, [two, limits], "intake.shopper_share").outcome == outcome


QUIET: list[tuple[str, str, list[str]]] = [
    ("intake.rechecks_consistent", "all re-checks agree", rechecked("", 0)),
    (
        "intake.rechecks_consistent",
        "no re-check agrees with anything",
        [*rechecked("", 0), "UPDATE intake.rating SET rating = hash(test_id || criterion_id) % 3"],
    ),
    (
        "intake.outcomes_rated",
        "this supplier rates every test",
        ["INSERT INTO intake.rating SELECT test_id, 'greeting', 1 FROM intake.test WHERE outcome = 'unanswered'"],
    ),
    (
        "intake.outcomes_rated",
        "a call broken off half-way",
        [
            "UPDATE intake.test SET outcome = 'aborted' WHERE test_id = 'T001'",
            "DELETE FROM intake.rating WHERE test_id = 'T001' AND criterion_id = 'follow_up'",
        ],
    ),
    (
        "intake.responses_distinct",
        "two pairs may be chance",
        [
            "INSERT INTO intake.response SELECT * REPLACE ('X' || respondent_id AS respondent_id) FROM intake.response"
            " WHERE respondent_id < 'R003'"
        ],
    ),
    (
        "intake.responses_distinct",
        "times that are days tell nobody apart",
        [
            "INSERT INTO intake.response SELECT * REPLACE ('X' || respondent_id AS respondent_id) FROM intake.response",
            "UPDATE intake.response SET answered_at = date_trunc('day', answered_at)",
        ],
    ),
    ("intake.answers_related", "too few to judge", ["UPDATE intake.response SET effort = 8 - effort"]),
    (
        "intake.vote_channels_whole",
        "all channels close together",
        ["DELETE FROM intake.vote WHERE cast_at > TIMESTAMP '2025-10-12 00:00:00'"],
    ),
    (
        "intake.ratings_unsorted",
        "candidates come by merit",
        sorted_ratings("greeting", "solution", "courtesy"),
    ),
    (
        "intake.ratings_unsorted",
        "the whole file was sorted by a rating",
        [
            *sorted_ratings("greeting"),
            "UPDATE intake.test SET test_id = translate(test_id, '0123456789', '7305918246') WHERE test_id LIKE 'Z%'",
            "UPDATE intake.rating SET test_id = translate(test_id, '0123456789', '7305918246') WHERE test_id LIKE 'Z%'",
            "UPDATE intake.test SET started_at = started_at - INTERVAL 5 DAY WHERE file LIKE '%east%' AND line % 2 = 0",
        ],
    ),
    (
        "intake.contests_even",
        "as many as the others",
        upheld(20, 6, "N09") + upheld(20, 6, "S09"),
    ),
    (
        "intake.contests_even",
        "rejected, not upheld",
        [*upheld(20, 12, "N09"), "UPDATE intake.contest SET decision = 'rejected'"],
    ),
    (
        "intake.journeys_coherent",
        "what was not carried out is no step",
        [
            "UPDATE intake.test SET journey_id = 'J1', step = line WHERE candidate_id = 'atlas-hotels'",
            "UPDATE intake.test SET journey_id = 'J1', step = 2 WHERE test_id IN ('T002', 'T001') OR rechecks = 'T001'",
            contested("T002", "'excluded'"),
            "UPDATE intake.test SET outcome = 'aborted', step = 3 WHERE test_id IN ('T017', 'T021')",
            "INSERT INTO rulebook.conflict SELECT shopper_id, 'atlas' FROM intake.test WHERE test_id = 'T009'",
            "UPDATE intake.test SET step = 2 WHERE test_id = 'T009'",
            "UPDATE intake.test SET step = 7 WHERE test_id = 'T013'",
        ],
    ),
    (
        "intake.personas_shared",
        "only one firm gives personas",
        ["UPDATE intake.test SET persona = 'visitor' WHERE field_firm = 'north'"],
    ),
    ("intake.personas_shared", "every firm has visitors", ["UPDATE intake.test SET persona = 'visitor'"]),
    ("intake.measures_comparable", "nineteen times is no unit", measured("audits/north/email.csv", "19")),
    ("intake.measures_comparable", "too few to judge", measured("audits/north/email.csv", "60", 4)),
    (
        "intake.quarantine_share",
        "late contests block nobody",
        ["INSERT INTO intake.row_account VALUES ('contests.csv', 'contests', 3, 0, 3)"],
    ),
    ("scoring.candidate_drift", "the firms agree", forty_each(3, 3)),
    ("scoring.criterion_drift", "the firms agree", forty_each(3, 3)),
]


@pytest.mark.parametrize(
    ("check_id", "statements"), [(check, made) for check, _, made in QUIET], ids=[f"{q[0]}: {q[1]}" for q in QUIET]
)
def test_a_warning_is_silent_where_nothing_is_wrong(
    clean: duckdb.DuckDBPyConnection, check_id: str, statements: list[str]
) -> None:
    assert _after(clean, statements, check_id).outcome == "passed"


PERIODS = {
    "intake.tests_valid": ("intake.test", "t.instant AS started_at, t.instant AS ended_at", "2025-09-01", "2025-10-31"),
    "intake.responses_valid": ("intake.response", "t.instant AS answered_at", "2025-11-01", "2025-11-30"),
}


@pytest.mark.parametrize("zone", ["Africa/Casablanca", "Pacific/Kiritimati", "Etc/GMT+12"])
@pytest.mark.parametrize("check_id", PERIODS)
def test_a_period_is_local_wherever_on_earth(clean: duckdb.DuckDBPyConnection, check_id: str, zone: str) -> None:
    """Local time is asked for near a bound alone; here it is, of every twenty minutes for days around both."""
    table, times, first, last = PERIODS[check_id]
    around = " UNION ALL ".join(
        f"SELECT unnest(generate_series(TIMESTAMP '{day}' - INTERVAL 4 DAY, TIMESTAMP '{day}' + INTERVAL 4 DAY,"
        " INTERVAL 20 MINUTE)) AS instant"
        for day in (first, last)
    )
    statements = [
        f"UPDATE rulebook.edition SET timezone = '{zone}'",
        f"CREATE TEMP TABLE model AS SELECT * FROM {table} ORDER BY file, line LIMIT 1",
        f"DELETE FROM {table}",
        f"INSERT INTO {table} SELECT model.* REPLACE ({times}) FROM model CROSS JOIN ({around}) AS t",
    ]
    outside = clean.execute(
        f"SELECT count(*) FROM (SELECT timezone('{zone}', timezone('UTC', instant)) AS local FROM ({around}))"
        f" WHERE local + INTERVAL 1 HOUR < DATE '{first}' OR local - INTERVAL 1 HOUR >= DATE '{last}' + 1"
    ).fetchone()
    assert (_after(clean, statements, check_id).failing_count,) == outside


def test_at_most_twenty_keys_are_kept_and_all_are_counted(clean: duckdb.DuckDBPyConnection) -> None:
    result = _after(clean, [ANY_CATEGORY, "UPDATE intake.vote SET category_id = 'none'"], "intake.votes_valid")
    assert (result.failing_count, len(result.failing_keys)) == (40, 20)
    assert list(result.failing_keys) == sorted(result.failing_keys)


def _both(path: Path, ids: Collection[str] = GX_CHECKS) -> dict[str, CheckResult]:
    """The results of these checks, after making sure that both ways come to the same, word for word."""
    results: dict[str, CheckResult] = {}
    for gate in GATES:
        file = replace(gate_file(gate), gx=tuple(check for check in gate_file(gate).gx if check.spec.id in ids))
        through = run_suite(path, gate, ALL, checks=file)
        with connect(path, read_only=True, threads=1) as con:  # the suite gave the file back
            assert through == run_sql_checks(con, gate, ALL, file)
        results |= {result.check_id: result for result in through}
    return results


def _edited(clean_file: Path, path: Path, statements: Iterable[str]) -> Path:
    shutil.copyfile(clean_file, path)
    with connect(path, threads=1) as con:
        for statement in statements:
            con.execute(statement)
    return path


@pytest.mark.parametrize(
    ("outcome", "statements"),
    [
        ("passed", []),
        ("failed", [f"DELETE FROM {table}" for table in sorted({check.rows for check in GX_CHECKS.values()})]),
        ("error", ["ALTER TABLE intake.test RENAME COLUMN shopper_id TO buyer", "DROP TABLE marts.laureates"]),
    ],
    ids=["clean", "empty", "broken"],
)
def test_great_expectations_and_duckdb_say_the_same(
    clean_file: Path, tmp_path: Path, outcome: str, statements: list[str]
) -> None:
    outcomes = {result.outcome for result in _both(_edited(clean_file, tmp_path / "work.duckdb", statements)).values()}
    assert outcome in outcomes
    assert outcome == "error" or outcomes == {outcome}


def test_great_expectations_and_duckdb_find_the_same_faults(
    clean_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All faults at once, then those that others hid, until each was found by both; at last one at a time. One way with
    several threads, the other with one: no verdict and no key that is named depends on them."""
    monkeypatch.setenv("PALMARES_THREADS", "4")
    hidden, together = FAULTS, True
    while hidden:
        made = hidden if together else hidden[:1]
        statements = [statement for _, statements, _ in made for statement in statements]
        ids = GX_CHECKS if made is FAULTS else {check_id for check_id, _, _ in made}
        results = _both(_edited(clean_file, tmp_path / "work.duckdb", statements), ids)
        found = [fault for fault in made if results[fault[0]].outcome == "failed"]
        assert found or together, made
        together = bool(found)
        hidden = [fault for fault in hidden if fault not in found]


def test_data_docs_need_no_network_and_show_no_value(clean_file: Path, tmp_path: Path) -> None:
    hostile = ["UPDATE intake.test SET outcome = 'someone@example.ma' WHERE test_id = 'T001'"]
    path = _edited(clean_file, tmp_path / "work.duckdb", hostile)
    docs = tmp_path / "data_docs" / "2026"
    for gate in ("intake", "scoring", "scoring"):
        run_suite(path, gate, ALL, docs / gate)
    pages = sorted(docs.rglob("*.html"))
    suites = list(docs.glob("*/expectations/**/*.html"))
    index = (docs / "index.html").read_text("utf-8")
    assert index.count("results</a>") == index.count("expectations</a>") == len(suites) > 60
    newest = [
        sorted(folder.rglob("*.html"))[-1].read_text("utf-8") for folder in docs.glob("*/validations/**/__none__")
    ]
    failed = sum("</i> Failed" in page for page in newest)
    assert 0 < failed == index.count("<td><strong>Failed</strong>") < len(newest) and f"not met: {failed}." in index
    assert index.index("Failed") < index.index("Succeeded"), "what failed comes first"
    for link in (part.split('"')[0] for part in index.split('href="')[1:]):
        assert (docs / link).is_file()
    for page in pages:
        text = page.read_text("utf-8")
        for foreign in ("http://", "https://", "<script", "someone@example.ma"):
            assert foreign not in text, page
    words = " ".join(re.sub(r"<[^>]*>|\s+", " ", page.read_text("utf-8")) for page in pages)
    assert "Each test number is unique" in words
    assert re.search(r"test_id\W+values must be unique", words)
    assert re.search(r"values must belong to this set: +completed +unanswered +aborted", words)
