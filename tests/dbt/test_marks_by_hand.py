"""One little edition, worked by hand: each figure below can be checked with pencil and paper."""

from decimal import Decimal

import duckdb
import pytest

from tests.dbt import worlds
from tests.dbt.conftest import Score
from tests.dbt.warehouse import rows


def edition() -> worlds.World:
    """Three banks; phone (weight 3: tone of 4 counting once, answer of 3 counting twice) and visit (weight 1)."""
    world = worlds.rulebook(7000, 2000, 1000, tie_break=["audit", "channel:phone", "survey", "vote"])
    worlds.add_category(world, "bank", ["bank-atlas", "bank-bahia", "bank-cedre"], "Banques")
    worlds.add_channel(world, "phone", 3, {"tone": (1, 4), "answer": (2, 3)})
    worlds.add_channel(world, "visit", 1, {"tone": (1, 4)}, unanswered="exclude")
    worlds.add_test(world, "bank-atlas", "phone", {"tone": 4, "answer": 3})  # 10/10: 20
    worlds.add_test(world, "bank-atlas", "phone", {"tone": 3, "answer": 2})  # 7/10: 14
    worlds.add_test(world, "bank-atlas", "visit", {"tone": 3})  # 15
    worlds.add_test(world, "bank-atlas", "visit", {}, outcome="unanswered")  # left out
    worlds.add_test(world, "bank-bahia", "phone", {"tone": 1})  # 1/4: 5
    worlds.add_test(world, "bank-bahia", "phone", {}, outcome="unanswered")  # 0
    worlds.add_test(world, "bank-bahia", "visit", {"tone": 4})  # 20
    worlds.add_test(world, "bank-bahia", "visit", {"tone": 0}, rechecks="T00006")  # a re-check enters no mark
    worlds.add_test(world, "bank-cedre", "phone", {"answer": 1})  # 2/6: 6.666667
    worlds.add_test(world, "bank-cedre", "visit", {"tone": 2})  # 10
    worlds.use_survey(world, (5000, 2000, 3000))
    worlds.add_response(world, "bank-atlas", "R1", (8, 9, 6))  # 0.83: 16.6
    worlds.add_response(world, "bank-atlas", "R2", (10, None, None), weight_micro=3_000_000)  # 20, counting thrice
    worlds.add_response(world, "bank-bahia", "R1", (0, 0, 1))  # 0, replaced
    worlds.add_response(world, "bank-bahia", "R1", (5, 5, 4), minute=1)  # 10
    worlds.add_response(world, "bank-cedre", "R3", (None, None, 3))  # 2/6: 6.666667
    worlds.use_vote(world)
    for voter in ("ann", "bob", "cid"):
        worlds.add_vote(world, "bank-bahia", voter)
    worlds.add_vote(world, "bank-atlas", "dan")
    worlds.add_vote(world, "bank-cedre", "ann", minute=1)  # ann has voted in this category
    return world


@pytest.fixture
def scored(score: Score) -> duckdb.DuckDBPyConnection:
    """The edition's marks."""
    return score(edition())


def test_channel_marks_are_means_of_what_counts(scored: duckdb.DuckDBPyConnection) -> None:
    """A mean of 20 and 14; of 15 alone; of 5 and an unanswered 0."""
    found = rows(scored, "SELECT * FROM marts.fct_channel_mark")
    assert {(row["candidate_id"], row["channel"]): (row["mark_micro"], row["counted_tests"]) for row in found} == {
        ("bank-atlas", "phone"): (17_000_000, 2),
        ("bank-atlas", "visit"): (15_000_000, 1),
        ("bank-bahia", "phone"): (2_500_000, 2),
        ("bank-bahia", "visit"): (20_000_000, 1),
        ("bank-cedre", "phone"): (6_666_667, 1),
        ("bank-cedre", "visit"): (10_000_000, 1),
    }


def test_component_marks_are_weighed(scored: duckdb.DuckDBPyConnection) -> None:
    """(3 · 17 + 15) / 4 = 16.5; (16.6 + 3 · 20) / 4 = 19.15; one vote of three is 6.666667."""
    found = rows(scored, "SELECT * FROM marts.fct_component_mark")
    assert {(row["candidate_id"], row["component"]): row["mark_micro"] for row in found} == {
        ("bank-atlas", "audit"): 16_500_000,
        ("bank-atlas", "survey"): 19_150_000,
        ("bank-atlas", "vote"): 6_666_667,
        ("bank-bahia", "audit"): 6_875_000,
        ("bank-bahia", "survey"): 10_000_000,
        ("bank-bahia", "vote"): 20_000_000,
        ("bank-cedre", "audit"): 7_500_000,  # (3 · 6.666667 + 10) / 4 = 7.50000025
        ("bank-cedre", "survey"): 6_666_667,
        ("bank-cedre", "vote"): 0,
    }


def test_ranking_outcome_and_claim_follow(scored: duckdb.DuckDBPyConnection) -> None:
    """0.7 · 16.5 + 0.2 · 19.15 + 0.1 · 6.666667 = 16.0466667."""
    found = rows(scored, "SELECT * FROM marts.fct_ranking ORDER BY rank")
    assert [(row["candidate_id"], row["final_micro"], row["rank"], row["eligible"]) for row in found] == [
        ("bank-atlas", 16_046_667, 1, True),
        ("bank-bahia", 8_812_500, 2, False),
        ("bank-cedre", 6_583_333, 3, False),  # 0.7 · 7.5 + 0.2 · 6.666667 = 6.5833334
    ]
    assert [row["margin_micro"] for row in found] == [7_234_167, 2_229_167, None]
    assert [row["final"] for row in found] == [Decimal("16.05"), Decimal("8.81"), Decimal("6.58")]
    assert rows(scored, "SELECT outcome FROM marts.category_outcome") == [{"outcome": "elected"}]
    (laureate,) = rows(scored, "SELECT * FROM marts.laureates")
    assert (laureate["candidate_id"], laureate["company"]) == ("bank-atlas", "ATLAS")
    assert laureate["claim_fr"] == (
        "Élu Service Client de l'Année 2031 – Catégorie Banques – Étude firm pour Baromètre, "
        "du 25 août au 14 novembre 2025, 8 tests, 3 candidats."
    )


def test_every_row_is_accounted_for(scored: duckdb.DuckDBPyConnection) -> None:
    """Counted and excluded, file by file, with the rule that excludes."""
    found = rows(scored, "SELECT source, reason, sum(rows) AS n FROM intermediate.int_row_outcome GROUP BY ALL")
    assert {(row["source"], row["reason"]): row["n"] for row in found} == {
        ("candidates", None): 3,
        ("audits", None): 8,
        ("audits", "recheck"): 1,
        ("audits", "unanswered"): 1,
        ("survey", None): 4,
        ("survey", "superseded_response"): 1,
        ("votes", None): 4,
        ("votes", "repeated_vote"): 1,
    }


def test_no_data_test_finds_anything(scored: duckdb.DuckDBPyConnection, compiled) -> None:  # type: ignore[no-untyped-def]
    """A clean edition is clean."""
    assert compiled.failures(scored) == []


def test_exact_halves_go_up_in_every_mark(score: Score) -> None:
    """1/512 of 20 is 39 062.5 micropoints; banker's rounding or a float would leave 39 062."""
    world = worlds.rulebook(min_mark_micro=0)
    worlds.add_category(world, "bank", [f"bank-{n}" for n in range(0, 512, 2)])
    worlds.add_channel(world, "phone", 1, {"tone": (1, 512)})
    for n in range(0, 512, 2):
        worlds.add_test(world, f"bank-{n}", "phone", {"tone": n + 1})
    with score(world) as con:
        found = rows(con, "SELECT candidate_id, final_micro FROM marts.fct_ranking")
    halves = {f"bank-{n}": (20_000_000 * (n + 1) * 2 + 512) // 1024 for n in range(0, 512, 2)}
    assert {row["candidate_id"]: row["final_micro"] for row in found} == halves
