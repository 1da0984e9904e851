"""The SQL of the dbt project against a brute-force computation in exact fractions, on random editions."""

from decimal import Decimal
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.recount import CannotRecount, Difference, compare, recount
from tests.dbt import oracle_shown
from tests.dbt.conftest import Score
from tests.dbt.deposits import as_edition
from tests.dbt.oracle import Oracle
from tests.dbt.shrink import shrunk
from tests.dbt.warehouse import declared, rows
from tests.dbt.worlds import (
    World,
    add_category,
    add_channel,
    from_text,
    kept_as_text,
    random_world,
    rulebook,
    shuffled,
    use_survey,
    use_vote,
)
from tests.fixtures.tries import tries

MARTS = (
    *("dim_category", "dim_candidate", "fct_test_mark", "fct_criterion", "fct_channel_mark", "fct_component_mark"),
    *("fct_survey_weight", "fct_effort", "fct_segment_mark", "fct_measure", "fct_journey", "fct_observed_effort"),
    *("fct_contest", "fct_ranking", "laureates", "category_outcome"),
)
MEANS = {
    "contacts_mean": ("contacts", 2),
    "repeated_share": ("repeated", 4),
    "redirected_share": ("redirected", 4),
    "travelled_share": ("travelled", 4),
    "contradicted_share": ("contradicted", 4),
    "resolved_share": ("resolved", 4),
    "ces": ("effort", 2),
}
FOUND = sorted((Path(__file__).parent / "found").glob("*.json"))
"""Random editions on which the computations once disagreed, made small."""
random_editions = settings(
    max_examples=tries(60, 8),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def hundredths(micro: int | None) -> Decimal | None:
    """A mark as it is shown, by Decimal's own rounding."""
    return None if micro is None else Decimal((2 * micro + 10_000) // 20_000) / 100


def agree_on_what_is_shown(con: duckdb.DuckDBPyConnection, expected: Oracle) -> None:
    """Segments, measures, journeys, observed effort, contests, claims, and what a test says of place and person."""
    tables: dict[str, tuple[tuple[str, ...], oracle_shown.Shown]] = {
        "fct_segment_mark": (("candidate_id", "segment", "value"), oracle_shown.segments(expected)),
        "fct_measure": (("candidate_id", "channel", "criterion_id"), oracle_shown.measures(expected)),
        "fct_journey": (("journey_id",), oracle_shown.journeys(expected)),
        "fct_observed_effort": (("candidate_id",), oracle_shown.observed_effort(expected)),
        "laureates": (("category_id", "candidate_id"), oracle_shown.claims(expected)),
    }
    for table, (key, due) in tables.items():
        found = {tuple(row[name] for name in key): row for row in rows(con, f"SELECT * FROM marts.{table}")}
        columns = next(iter(due.values()), {})
        assert {name: {column: row[column] for column in columns} for name, row in found.items()} == due, table
    segments = rows(con, "SELECT * FROM marts.fct_segment_mark")
    assert all(row["mark"] == hundredths(row["mark_micro"]) for row in segments)
    carried = "SELECT test_id FROM intermediate.int_test WHERE carried_out"
    assert {row["test_id"] for row in rows(con, carried)} == expected.carried_out
    for table, key_column, listed in (
        ("test_mark", "test_id", "field_firm language city site persona operator journey_id step"),
        ("contest", "contest_id", "candidate_id test_id opened_on ground decision decided_on"),
    ):
        source = expected.world[f"intake.{table.removesuffix('_mark')}"]
        due = {row[key_column]: {name: row.get(name) for name in listed.split()} for row in source}
        shown = rows(con, f"SELECT * FROM marts.fct_{table}")
        assert {row[key_column]: {name: row[name] for name in listed.split()} for row in shown} == due


def agree(con: duckdb.DuckDBPyConnection, expected: Oracle) -> None:
    """Hold every table against the oracle."""
    tests = rows(con, "SELECT * FROM marts.fct_test_mark")
    assert {row["test_id"]: row["mark_micro"] for row in tests} == expected.test_mark
    assert {row["test_id"]: row["exclusion_reason"] for row in tests} == expected.test_reason
    responses = rows(con, "SELECT * FROM intermediate.int_response")
    assert {(row["file"], row["line"]): row["mark_micro"] for row in responses} == expected.response_mark
    assert {(row["file"], row["line"]): row["exclusion_reason"] for row in responses} == expected.response_reason
    votes = rows(con, "SELECT * FROM intermediate.int_vote")
    assert {row["vote_id"]: row["exclusion_reason"] for row in votes} == expected.vote_reason
    assert all(row["counted"] == (row["exclusion_reason"] is None) for row in tests + responses + votes)
    channels = rows(con, "SELECT * FROM marts.fct_channel_mark")
    assert {(row["candidate_id"], row["channel"]): row["mark_micro"] for row in channels} == expected.channel_mark
    components = rows(con, "SELECT * FROM marts.fct_component_mark")
    assert {(row["candidate_id"], row["component"]): row["mark_micro"] for row in components} == expected.component_mark
    assert {(row["candidate_id"], row["component"]): row["observations"] for row in components} == expected.observations
    ranking = rows(con, "SELECT * FROM marts.fct_ranking")
    assert {row["candidate_id"] for row in ranking} == set(expected.entered)
    for row in ranking:
        name = row["candidate_id"]
        assert (row["final_micro"], row["rank"]) == (expected.final[name], expected.rank[name])
        assert row["margin_micro"] == expected.margin(name)
        assert row["final"] == hundredths(row["final_micro"])
        ends = None if row["audit_low"] is None else (row["audit_low"], row["audit_high"])
        assert ends == expected.interval(name)
    efforts = rows(con, "SELECT * FROM marts.fct_effort")
    assert {row["candidate_id"] for row in efforts} == set(expected.entered)
    for row in efforts:
        name = row["candidate_id"]
        assert {column: row[column] for column in MEANS} == {
            column: expected.effort(name, answer, digits) for column, (answer, digits) in MEANS.items()
        }
        assert (row["nps"], row["csat"]) == (expected.nps(name), expected.csat(name))
    agree_on_what_is_shown(con, expected)
    outcomes = rows(con, "SELECT * FROM marts.category_outcome")
    assert {row["category_id"]: row["outcome"] for row in outcomes} == expected.outcome
    elected = {name for name, rank in expected.rank.items() if rank == 1 and awarded(expected, name)}
    assert {row["candidate_id"] for row in rows(con, "SELECT * FROM marts.laureates")} == elected


def awarded(expected: Oracle, candidate_id: str) -> bool:
    """Whether the candidate's category was."""
    return expected.outcome[expected.candidates[candidate_id]["category_id"]] in ("elected", "joint")


def snapshot(con: duckdb.DuckDBPyConnection) -> dict[str, list[tuple[Any, ...]]]:
    """All marts, each in the order of its columns."""
    return {mart: con.execute(f"SELECT * FROM marts.{mart} ORDER BY ALL").fetchall() for mart in MARTS}


@pytest.mark.sampled
@pytest.mark.parametrize("part", range(4))
def test_three_computations_of_random_editions_agree(score: Score, part: int) -> None:
    """The SQL, the brute force and, from deposits, the recount: every published column, in whole micropoints."""
    for seed in range(part, tries(10_000, 80), 4):
        world = random_world(seed)
        if told := disagreement(score, world):
            small = shrunk(world, lambda tried: disagreement(score, tried) is not None)
            pytest.fail(f"seed {seed}: {told}\nmade small, for tests/dbt/found/:\n{kept_as_text(small)}")


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_once_was_computed_otherwise_is_not_any_more(score: Score, path: Path) -> None:
    assert disagreement(score, from_text(path.read_text("utf-8"))) is None


def test_a_disagreement_is_made_small(score: Score) -> None:
    """Of an edition in which a withdrawal is the trouble, the one candidate stays and nothing else."""
    world = next(world for world in map(random_world, range(1000)) if len(withdrawn(world)) > 1)
    small = shrunk(world, lambda tried: bool(withdrawn(tried)))
    assert len(small["intake.candidate"]) == 1
    assert not any(small[name] for name in ("intake.test", "intake.rating", "intake.response", "intake.vote"))
    assert disagreement(score, from_text(kept_as_text(small))) is None


def withdrawn(world: World) -> list[str]:
    """The candidates that are."""
    return [row["candidate_id"] for row in world["intake.candidate"] if row["status"] == "withdrawn"]


def disagreement(score: Score, world: World) -> str | None:
    """What one of the three computations of a world says otherwise than the SQL, None where they agree."""
    with score(world, 1) as con, TemporaryDirectory() as folder:
        try:
            agree(con, Oracle(world))
            differences = recounted_otherwise(con, world, Path(folder))
        except (AssertionError, CannotRecount) as error:
            return f"{type(error).__name__}: {error}"
    return f"recount: {differences[:5]}" if differences else None


def recounted_otherwise(con: duckdb.DuckDBPyConnection, world: World, folder: Path) -> list[Difference]:
    """What the recount of the world's deposits has otherwise than the marts, in every column of every table."""
    weights = {row["respondent_id"]: row["weight_micro"] for row in world["intake.survey_weight"]}
    return compare(recount(as_edition(world).write(folder), weights), declared(con))


@pytest.mark.parametrize("used", [(10_000, 0, 0), (0, 10_000, 0), (0, 0, 10_000), (5000, 3000, 2000)])
def test_categories_without_candidates_and_candidates_without_rows_are_computed(
    score: Score, used: tuple[int, int, int]
) -> None:
    """An empty category has an outcome; a candidate nobody tested, asked or voted for has a rank and no mark."""
    world = rulebook(*used)
    add_category(world, "empty", [])
    add_category(world, "untouched", ["untouched-a", "untouched-b"])
    add_channel(world, "phone", 1, {"tone": (1, 4)})
    use_survey(world, (1, 1, 1))
    use_vote(world)
    with score(world) as con:
        agree(con, Oracle(world))


@pytest.mark.sampled
@random_editions
@given(seed=st.integers(0, 10**9), order=st.randoms(use_true_random=False), threads=st.sampled_from([1, 2, 8]))
def test_neither_the_order_of_rows_nor_the_number_of_threads_changes_a_mart(
    score: Any, seed: int, order: Random, threads: int
) -> None:
    """The same rows, shuffled in every table."""
    world = random_world(seed)
    with score(world) as first, score(shuffled(world, order), threads) as second:
        assert snapshot(first) == snapshot(second)


def test_the_random_editions_hold_every_rule() -> None:
    """A generator that never makes a tie or a burst would prove nothing."""
    reasons: set[str | None] = set()
    outcomes: set[str] = set()
    shared = 0
    personas: set[str | None] = set()
    facts: set[int | None] = set()
    measured = doubtful = 0
    for seed in range(150):
        expected = Oracle(random_world(seed))
        reasons |= {*expected.test_reason.values(), *expected.vote_reason.values(), *expected.response_reason.values()}
        outcomes |= {*expected.outcome.values()}
        journeys = oracle_shown.journeys(expected)
        personas |= {row["persona"] for row in journeys.values()}
        facts |= {row["resolved"] for row in journeys.values()}
        measured += len(oracle_shown.measures(expected))
        started = {row["journey_id"] for row in expected.world["intake.test"] if row.get("journey_id")}
        doubtful += len({(name,) for name in started} - journeys.keys())
        shared += sum(1 for name in expected.entered if expected.margin(name) == 0)
    assert reasons == {
        *(None, "withdrawn", "conflict", "recheck", "contested", "aborted", "unanswered", "burst", "repeated_vote"),
        *("superseded_response", "no_weighted_answer"),
    }
    assert outcomes == {
        *("elected", "joint", "no_award_tie", "no_award_min_mark", "no_award_too_few_candidates"),
    }
    assert shared > 20
    assert (personas, facts) == ({None, "resident", "visitor"}, {None, 0, 1})
    assert measured > 500
    assert doubtful > 100
