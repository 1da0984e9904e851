"""How robust a title is: against brute force, and against the edges of the rules."""

from dataclasses import replace
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.scoring.model import CandidateFact, CategoryFact
from orchestration.scoring.robustness import (
    ROUNDING,
    false_tests,
    judged,
    margin_is_clear,
)
from orchestration.units import MICRO, TOP, half_up
from tests.fixtures.dossier_ground import candidate, categories, rulebook

AUDITS = rulebook(**{"{audit: 7000, survey: 2000, vote: 1000}": "{audit: 10000, survey: 0, vote: 0}"})
BOOK = rulebook()


def final_of(fact: CandidateFact, marks: dict[str, list[int]]) -> int:
    """The final mark of an edition of audits alone, computed as SPEC 5 says."""
    channels = [(c.weight, half_up(sum(marks[c.channel]), len(marks[c.channel]))) for c in fact.channels]
    return half_up(sum(w * m for w, m in channels), sum(w for w, _ in channels))


def brute_force(first: CandidateFact, second: CandidateFact, minimum: int) -> int | None:
    """Try every set of tests, from the smallest: the holder's become 0, the challenger's 20."""
    places = [(fact, c.channel, n) for fact in (first, second) for c in fact.channels for n in range(len(c.test_marks))]
    for size in range(1, len(places) + 1):
        for chosen in combinations(places, size):
            marks = {
                fact.candidate_id: {c.channel: list(c.test_marks) for c in fact.channels} for fact in (first, second)
            }
            for fact, channel, n in chosen:
                marks[fact.candidate_id][channel][n] = 0 if fact is first else TOP
            a, b = (final_of(fact, marks[fact.candidate_id]) for fact in (first, second))
            if b >= a or a < minimum:
                return size
    return None


def scored(key: str, marks: list[int]) -> CandidateFact:
    fact = candidate(key, key, final=0.0, rank=None, tests=tuple(m / MICRO for m in marks))
    final = final_of(fact, {c.channel: list(c.test_marks) for c in fact.channels})
    return replace(fact, final=final)


@settings(max_examples=60)
@given(st.lists(st.integers(0, 20), min_size=10, max_size=10))
def test_the_number_of_false_tests_is_that_of_brute_force(points: list[int]) -> None:
    pair = sorted(
        (scored("A", [p * MICRO for p in points[:5]]), scored("B", [p * MICRO for p in points[5:]])),
        key=lambda c: -(c.final or 0),
    )
    if pair[0].final == pair[1].final or (pair[0].final or 0) < AUDITS.min_mark_micro:
        return
    found = false_tests(CategoryFact("k", "elected", tuple(pair)), AUDITS)
    assert found == brute_force(pair[0], pair[1], AUDITS.min_mark_micro)


def test_the_bound_is_never_above_the_truth_when_a_rounding_decides() -> None:
    first, second = scored("A", [15_000_001] * 5), scored("B", [15_000_000] * 5)
    assert false_tests(CategoryFact("k", "elected", (first, second)), AUDITS) == 1
    assert Fraction(4) == ROUNDING


def test_a_shared_title_hangs_on_one_test() -> None:
    pair = (candidate("A", "A", 15.0, 1), candidate("B", "B", 15.0, 1))
    assert false_tests(CategoryFact("k", "joint", pair), BOOK) == 1
    assert false_tests(CategoryFact("k", "no_award_tie", pair), BOOK) == 1


def test_a_title_that_was_missed_hangs_on_the_tests_that_would_reach_the_minimum() -> None:
    below = (candidate("A", "A", 12.4, 1), candidate("B", "B", 5.0, 2))
    assert false_tests(CategoryFact("k", "no_award_min_mark", below), BOOK) == 1


def test_a_title_may_fall_by_the_minimum_mark_before_anybody_overtakes() -> None:
    pair = (candidate("A", "A", 12.6, 1), candidate("B", "B", 1.0, 2))
    assert false_tests(CategoryFact("k", "elected", pair), BOOK) == 1


@pytest.mark.parametrize(
    ("category", "book"),
    [
        (categories()[2], BOOK),
        (CategoryFact("k", "elected", ()), BOOK),
        (
            categories()[0],
            rulebook(**{"{audit: 7000, survey: 2000, vote: 1000}": "{audit: 0, survey: 9000, vote: 1000}"}),
        ),
    ],
    ids=["too few candidates", "nobody ranked", "no audit"],
)
def test_where_no_test_can_move_a_title_there_is_no_number(category: CategoryFact, book: object) -> None:
    assert false_tests(category, book) is None  # type: ignore[arg-type]


def test_tests_that_cannot_make_up_the_gap_give_no_number() -> None:
    weak = rulebook(**{"{audit: 7000, survey: 2000, vote: 1000}": "{audit: 100, survey: 8900, vote: 1000}"})
    pair = (candidate("A", "A", 19.0, 1), candidate("B", "B", 13.0, 2))
    assert false_tests(CategoryFact("k", "elected", pair), weak) is None


def test_a_margin_is_clear_when_it_exceeds_the_noise_of_both() -> None:
    wide = (candidate("A", "A", 16.0, 1), candidate("B", "B", 14.0, 2))
    close = (candidate("A", "A", 16.0, 1), candidate("B", "B", 15.5, 2))
    assert margin_is_clear(CategoryFact("k", "elected", wide), BOOK) is True
    assert margin_is_clear(CategoryFact("k", "elected", close), BOOK) is False


def test_a_margin_exactly_as_large_as_the_noise_is_not_clear() -> None:
    first = candidate("A", "A", 16.0, 1, low=1530, high=1670)
    second = candidate("B", "B", 15.51, 2, low=1551, high=1551)
    assert margin_is_clear(CategoryFact("k", "elected", (first, second)), BOOK) is False


def test_a_margin_without_a_second_an_interval_or_a_mark_is_not_judged() -> None:
    alone = (candidate("A", "A", 16.0, 1),)
    blind = (candidate("A", "A", 16.0, 1), candidate("B", "B", 14.0, 2, low=None))
    unmarked = (candidate("A", "A", 16.0, 1), replace(candidate("B", "B", 14.0, 2), final=None))
    for members in (alone, blind, unmarked):
        assert margin_is_clear(CategoryFact("k", "elected", members), BOOK) is None


def test_a_category_is_judged_whole() -> None:
    bank = judged(categories()[0], BOOK)
    assert bank.false_tests is not None and bank.clear is True
    assert [c.company for c in bank.elected] == ["#panic(1)"]
    assert judged(categories()[1], BOOK).elected == ()
