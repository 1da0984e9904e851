"""Ranks, margins and outcomes: truth tables, and properties that hold for any marks."""

from dataclasses import replace
from datetime import date
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.recount.ranking import Contender, outcome, rank
from orchestration.recount.rules import Rules

RULES = Rules(
    edition="2026",
    title={"fr": "Prix", "en": "Prize", "ar": "جائزة"},
    organiser="X",
    zone=ZoneInfo("Africa/Casablanca"),
    start=date(2025, 9, 1),
    end=date(2025, 10, 31),
    weights={"audit": 7000, "survey": 2000, "vote": 1000},
    min_mark=12_500_000,
    min_candidates=2,
    tie_break=("audit", "channel:phone", "survey", "vote"),
    unresolved_tie="joint",
    categories={},
    channels={},
    conflicts=frozenset(),
    contest=None,
    firms={},
    survey=None,
    vote=None,
)


def contender(name: str, final: int | None, *separators: int | None) -> Contender:
    return Contender(name, final, dict(zip(RULES.tie_break, separators, strict=False)))


@pytest.mark.parametrize(
    ("contenders", "ranks"),
    [
        ([contender("a", 13), contender("b", 15), contender("c", 14)], {"b": 1, "c": 2, "a": 3}),
        ([contender("a", 15), contender("b", 15), contender("c", 14)], {"a": 1, "b": 1, "c": 3}),
        ([contender("a", 15, 3), contender("b", 15, 4)], {"b": 1, "a": 2}),
        ([contender("a", 15, 3, 7), contender("b", 15, 3, 8)], {"b": 1, "a": 2}),
        ([contender("a", 15, 3, 7, 1), contender("b", 15, 3, 7, 2)], {"b": 1, "a": 2}),
        ([contender("a", 15, 3, 7, 1, 200), contender("b", 15, 3, 7, 1, 201)], {"b": 1, "a": 2}),
        ([contender("a", 15, 3, 7, 1, 201), contender("b", 15, 3, 7, 1, 201)], {"a": 1, "b": 1}),
        ([contender("a", None), contender("b", 0), contender("c", None)], {"b": 1, "a": 2, "c": 2}),
        ([contender("a", 15, None), contender("b", 15, 0)], {"b": 1, "a": 2}),
        ([], {}),
    ],
)
def test_ranks(contenders: list[Contender], ranks: dict[str, int]) -> None:
    assert {place.candidate_id: place.rank for place in rank(contenders, RULES)} == ranks


def test_a_tie_break_key_that_is_not_in_use_separates_nothing() -> None:
    rules = replace(RULES, tie_break=("vote",))
    tied = [Contender("a", 15, {"audit": 1}), Contender("b", 15, {"audit": 2})]
    assert [place.rank for place in rank(tied, rules)] == [1, 1]


def test_the_margin_is_to_the_next_in_order_and_the_last_has_none() -> None:
    places = rank([contender("b", 15), contender("a", 15), contender("c", 11), contender("d", None)], RULES)
    assert [(place.candidate_id, place.margin) for place in places] == [("a", 0), ("b", 4), ("c", None), ("d", None)]


@pytest.mark.parametrize(
    ("finals", "least", "unresolved", "expected", "reasons"),
    [
        ([], 2, "joint", "no_award_too_few_candidates", []),
        ([], 0, "joint", "no_award_too_few_candidates", []),
        ([19_000_000], 2, "joint", "no_award_too_few_candidates", ["too_few_candidates"]),
        ([1], 2, "joint", "no_award_too_few_candidates", ["too_few_candidates"]),
        ([12_499_999, 3], 2, "joint", "no_award_min_mark", ["below_min_mark", "below_min_mark"]),
        ([12_500_000, 3], 2, "joint", "elected", [None, "below_min_mark"]),
        ([None, None], 2, "joint", "no_award_min_mark", ["below_min_mark", "below_min_mark"]),
        ([15_000_000, 15_000_000], 2, "joint", "joint", [None, None]),
        ([15_000_000, 15_000_000], 2, "no_award", "no_award_tie", [None, None]),
        ([12_499_999, 12_499_999], 2, "no_award", "no_award_min_mark", ["below_min_mark", "below_min_mark"]),
        ([15_000_000], 1, "joint", "elected", [None]),
    ],
)
def test_outcomes_and_eligibility(
    finals: list[int | None], least: int, unresolved: str, expected: str, reasons: list[str | None]
) -> None:
    rules = replace(RULES, min_candidates=least, unresolved_tie=unresolved)
    places = rank([contender(f"c{number}", final) for number, final in enumerate(finals)], rules)
    assert outcome(places, rules) == expected
    assert [place.reason for place in places] == reasons
    assert all(place.eligible == (place.reason is None) for place in places)


SCORES = st.one_of(st.none(), st.integers(0, 3))
FIELDS = st.lists(st.tuples(SCORES, SCORES, SCORES, SCORES, st.integers(0, 2)), max_size=8)


@given(FIELDS, st.randoms())
def test_ranks_are_total_and_do_not_depend_on_order(fields: list[tuple[int | None, ...]], chance: object) -> None:
    contenders = [contender(f"c{number}", *values) for number, values in enumerate(fields)]
    places = rank(contenders, RULES)
    shuffled = list(contenders)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(shuffled, RULES) == places
    found = {place.candidate_id: place.rank for place in places}
    assert len(found) == len(contenders)
    for place in places:  # a rank is one more than the number of those who stand strictly better
        assert place.rank == 1 + sum(other.rank < place.rank for other in places)
    for one, other in pairwise(places):
        assert (one.final or 0) >= (other.final or 0)
        assert (one.rank, one.candidate_id) < (other.rank, other.candidate_id)
