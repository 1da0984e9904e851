"""Each data test fails when what it forbids is done to the tables: a test that cannot fail proves nothing."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from benchmarks.compiled import Compiled
from orchestration.storage.warehouse import connect
from tests.dbt import test_shown_by_hand
from tests.dbt.conftest import Score
from tests.dbt.test_marks_by_hand import edition
from tests.dbt.warehouse import fill, rows
from tests.dbt.worlds import World

# (what is done to the marts, the data test that must see it)
FAULTS = [
    ("INSERT INTO marts.fct_test_mark SELECT * FROM marts.fct_test_mark LIMIT 1", "fct_test_mark_key_is_unique"),
    ("UPDATE marts.fct_ranking SET candidate_id = NULL WHERE rank = 1", "fct_ranking_key_is_unique"),
    ("DELETE FROM marts.fct_survey_weight", "fct_survey_weight_is_filled"),
    ("DELETE FROM marts.fct_criterion", "fct_criterion_is_filled"),
    ("DELETE FROM marts.category_outcome", "category_outcome_is_filled"),
    ("UPDATE marts.fct_test_mark SET mark_micro = 20000001", "fct_test_mark_mark_is_bounded"),
    ("UPDATE marts.fct_channel_mark SET mark_micro = -1", "fct_channel_mark_mark_is_bounded"),
    ("UPDATE marts.fct_criterion SET rating_sum = rating_max_sum + 1", "fct_criterion_sum_is_bounded"),
    ("UPDATE marts.fct_component_mark SET mark_micro = NULL", "fct_component_mark_has_a_mark"),
    ("UPDATE marts.fct_ranking SET final_micro = NULL", "fct_ranking_has_a_final_mark"),
    ("UPDATE marts.fct_component_mark SET mark = mark - 0.01", "fct_component_mark_mark_is_shown_faithfully"),
    ("UPDATE marts.fct_ranking SET final = 12.50", "fct_ranking_mark_is_shown_faithfully"),
    ("UPDATE marts.fct_test_mark SET exclusion_reason = 'tired'", "fct_test_mark_reason_is_listed"),
    ("UPDATE marts.fct_test_mark SET counted = NOT counted", "fct_test_mark_is_counted_or_has_a_reason"),
    ("UPDATE marts.dim_candidate SET status = 'maybe'", "dim_candidate_status_is_listed"),
    ("UPDATE marts.category_outcome SET outcome = 'won'", "category_outcome_outcome_is_listed"),
    ("DELETE FROM marts.dim_candidate WHERE company = 'ATLAS'", "fct_ranking_candidate_is_known"),
    ("UPDATE intake.vote SET candidate_id = 'nobody'", "stg_vote_candidate_id_is_known"),
    ("UPDATE intake.rating SET test_id = 'T?'", "stg_rating_test_id_is_known"),
    ("DELETE FROM marts.fct_channel_mark WHERE candidate_id = 'bank-atlas'", "channels_present"),
    ("INSERT INTO rulebook.channel VALUES ('chat', 1, 1, 'chat', 'zero')", "channels_present"),
    ("UPDATE marts.fct_channel_mark SET counted_tests = 0", "fct_channel_mark_has_counted_tests"),
    ("DELETE FROM marts.fct_component_mark WHERE component = 'vote'", "components_present"),
    ("DELETE FROM marts.fct_ranking WHERE rank = 2", "components_present"),
    ("UPDATE rulebook.component SET weight = weight + 1", "weights_valid"),
    ("UPDATE marts.fct_survey_weight SET weight_micro = 0", "fct_survey_weight_weight_is_positive"),
    ("UPDATE intermediate.int_row_outcome SET rows = rows - 1 WHERE source = 'audits'", "rows_accounted"),
    ("DELETE FROM intermediate.int_row_outcome WHERE source = 'votes'", "rows_accounted"),
    ("UPDATE intake.row_account SET rows_quarantined = 1", "rows_accounted"),
    ("DELETE FROM intake.row_account WHERE source = 'survey'", "rows_accounted"),
    ("UPDATE marts.fct_ranking SET rank = 4 - rank", "ranks_ordered"),
    ("UPDATE marts.fct_ranking SET final_micro = 1 WHERE rank = 1", "ranks_ordered"),
    ("UPDATE marts.fct_ranking SET margin_micro = -1", "fct_ranking_margin_is_not_negative"),
    ("DELETE FROM intermediate.int_vote_excluded", "votes_single"),
    (
        "INSERT INTO intermediate.int_vote_excluded SELECT * FROM intermediate.int_vote_excluded",
        "int_vote_excluded_key_is_unique",
    ),
    ("UPDATE intermediate.int_test SET mark_micro = NULL", "int_test_counted_has_a_mark"),
    ("UPDATE intermediate.int_response SET weight_micro = NULL", "int_response_counted_has_a_mark_and_a_weight"),
    ("UPDATE marts.category_outcome SET outcome = 'no_award_tie'", "outcomes_ruled"),
    ("UPDATE rulebook.edition SET min_candidates = 4", "outcomes_ruled"),
    ("UPDATE rulebook.edition SET min_mark_micro = 20000000", "laureates_ruled"),
    ("DELETE FROM marts.laureates", "laureates_ruled"),
    ("UPDATE marts.laureates SET candidate_id = 'bank-bahia'", "laureates_ruled"),
    ("UPDATE marts.laureates SET candidates_ranked = 9", "candidates_enough"),
    ("DELETE FROM marts.fct_ranking WHERE rank > 1", "candidates_enough"),
]

# The same on an edition with contests, journeys, segments and measures.
SHOWN_FAULTS = [
    ("INSERT INTO marts.fct_journey SELECT * FROM marts.fct_journey LIMIT 1", "fct_journey_key_is_unique"),
    ("INSERT INTO marts.fct_contest SELECT * FROM marts.fct_contest LIMIT 1", "fct_contest_key_is_unique"),
    ("INSERT INTO marts.fct_measure SELECT * FROM marts.fct_measure", "fct_measure_key_is_unique"),
    ("UPDATE marts.fct_segment_mark SET value = NULL", "fct_segment_mark_key_is_unique"),
    ("DELETE FROM marts.fct_segment_mark", "fct_segment_mark_is_filled"),
    ("DELETE FROM marts.fct_observed_effort", "fct_observed_effort_is_filled"),
    ("UPDATE marts.fct_segment_mark SET mark_micro = 20000001", "fct_segment_mark_mark_is_bounded"),
    ("UPDATE marts.fct_segment_mark SET mark = mark - 0.01", "fct_segment_mark_mark_is_shown_faithfully"),
    ("UPDATE marts.fct_segment_mark SET segment = 'weather'", "fct_segment_mark_segment_is_listed"),
    ("UPDATE marts.fct_segment_mark SET candidate_id = 'bank-cedre'", "fct_segment_mark_candidate_is_known"),
    ("UPDATE marts.fct_measure SET median = p90 + 1", "fct_measure_percentiles_rise"),
    ("UPDATE marts.fct_measure SET channel = 'fax'", "fct_measure_channel_is_known"),
    ("UPDATE marts.fct_journey SET resolved = 2", "fct_journey_facts_are_0_or_1"),
    ("UPDATE marts.fct_journey SET ended_at = started_at - INTERVAL 1 SECOND", "fct_journey_is_of_its_steps"),
    ("UPDATE marts.fct_journey SET candidate_id = 'bank-zoubir'", "fct_journey_candidate_is_known"),
    ("UPDATE marts.fct_observed_effort SET resolved_share = 1.5", "fct_observed_effort_shares_are_bounded"),
    ("UPDATE marts.fct_contest SET decided_on = opened_on - 1", "fct_contest_decision_has_its_day"),
    ("UPDATE marts.fct_contest SET ground = 'taste'", "fct_contest_ground_is_listed"),
    ("UPDATE marts.fct_contest SET decision = 'granted'", "fct_contest_decision_is_listed"),
    ("UPDATE marts.fct_contest SET test_id = 'T9'", "fct_contest_test_is_known"),
    ("UPDATE marts.fct_contest SET candidate_id = 'bank-zoubir'", "fct_contest_candidate_is_known"),
    ("UPDATE marts.fct_contest SET candidate_id = 'bank-bahia'", "contests_ruled"),
    ("UPDATE marts.fct_contest SET decision = 'rejected'", "contests_ruled"),
    ("UPDATE marts.fct_contest SET decision = 'excluded', decided_on = opened_on", "contests_ruled"),
    ("UPDATE marts.fct_test_mark SET step = 1000", "fct_test_mark_step_is_of_a_journey"),
    ("UPDATE marts.fct_test_mark SET journey_id = NULL", "fct_test_mark_step_is_of_a_journey"),
    ("UPDATE intake.contest SET test_id = 'T?'", "stg_contest_test_id_is_known"),
    ("UPDATE intake.contest SET candidate_id = 'nobody'", "stg_contest_candidate_id_is_known"),
    ("UPDATE intake.measure SET test_id = 'T?'", "stg_measure_test_id_is_known"),
    ("DELETE FROM intake.row_account WHERE source = 'contests'", "rows_accounted"),
]

# What is done to the rows that intake wrote and accounted for, before the marks are made.
SLIPPED = [
    "DELETE FROM intake.test WHERE test_id = 'T00000'",
    "INSERT INTO intake.test SELECT * REPLACE ('T9' AS test_id) FROM intake.test LIMIT 1",
    "UPDATE intake.response SET candidate_id = 'nobody'",
    "DELETE FROM intake.vote WHERE vote_id = 'V00000'",
    "INSERT INTO intake.vote SELECT * FROM intake.vote LIMIT 1",
    "DELETE FROM intake.candidate WHERE candidate_id = 'bank-cedre'",
]


@pytest.fixture(scope="module")
def scored(compiled: Compiled) -> Iterator[Callable[[Callable[[], World]], duckdb.DuckDBPyConnection]]:
    """Each edition, scored once; each test takes back what it did."""
    made: dict[Callable[[], World], duckdb.DuckDBPyConnection] = {}

    def once(world: Callable[[], World]) -> duckdb.DuckDBPyConnection:
        if world not in made:
            made[world] = connect(":memory:", threads=2)
            fill(made[world], world())
            compiled.run(made[world])
        return made[world]

    yield once
    for con in made.values():
        con.close()


@pytest.mark.parametrize(
    ("world", "fault", "seen_by"),
    [*((edition, *pair) for pair in FAULTS), *((test_shown_by_hand.edition, *pair) for pair in SHOWN_FAULTS)],
)
def test_a_fault_in_the_tables_is_found_by_its_data_test(
    scored: Callable[[Callable[[], World]], duckdb.DuckDBPyConnection],
    compiled: Compiled,
    world: Callable[[], World],
    fault: str,
    seen_by: str,
) -> None:
    """The named test is among those that fail, and names at least one row."""
    con = scored(world)
    con.execute("BEGIN")
    try:
        con.execute(fault)
        failures = {failure.test: failure for failure in compiled.failures(con)}
    finally:
        con.execute("ROLLBACK")
    assert seen_by in failures
    assert failures[seen_by].count >= 1
    assert failures[seen_by].keys


@pytest.mark.parametrize("fault", SLIPPED)
def test_rows_slipped_into_the_working_warehouse_break_the_account(
    score: Score, compiled: Compiled, fault: str
) -> None:
    """A row taken away, added or led astray is a row too few or too many in its file."""
    with score(edition()) as con:
        con.execute(fault)
        compiled.run(con)
        assert "rows_accounted" in {failure.test for failure in compiled.failures(con)}


def test_failing_rows_never_show_the_hash_of_a_person(score: Score, compiled: Compiled) -> None:
    """A vote is named by its id."""
    with score(edition()) as con:
        con.execute("DELETE FROM intermediate.int_vote_excluded")
        (failure,) = (failure for failure in compiled.failures(con) if failure.test == "votes_single")
        persons = {row["voter_key"] for row in rows(con, "SELECT voter_key FROM intake.vote")}
    assert not persons & set(" / ".join(failure.keys).split(" / "))


def test_every_check_is_evidenced_by_a_test_that_was_seen_to_fail(manifest: Path) -> None:
    """By check, not by test: a check none of whose tests can fail would be a green light painted on the wall."""
    nodes = json.loads(manifest.read_bytes())["nodes"].values()
    checks = {node["name"]: node["config"]["meta"]["check"] for node in nodes if node["resource_type"] == "test"}
    assert {checks[test] for _, test in FAULTS} == set(checks.values())
