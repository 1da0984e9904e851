"""The formulas of SPEC 5, against tables worked by hand and against exact fractions."""

from collections import Counter
from fractions import Fraction
from math import floor, isqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.recount import marks

WHOLE = st.integers(min_value=-(10**12), max_value=10**12)
POSITIVE = st.integers(min_value=1, max_value=10**12)
MARK = st.integers(min_value=0, max_value=marks.TOP)


def exact_half_up(value: Fraction) -> int:
    return floor(value + Fraction(1, 2))


@pytest.mark.parametrize(
    ("numerator", "denominator", "expected"),
    [(1, 2, 1), (3, 2, 2), (-1, 2, 0), (-3, 2, -1), (1, 3, 0), (2, 3, 1), (0, 7, 0), (5, 1, 5), (23, 2, 12)],
)
def test_half_goes_up_and_the_rest_to_the_nearest(numerator: int, denominator: int, expected: int) -> None:
    assert marks.half_up(numerator, denominator) == expected


@given(WHOLE, POSITIVE)
def test_half_up_is_exact(numerator: int, denominator: int) -> None:
    assert marks.half_up(numerator, denominator) == exact_half_up(Fraction(numerator, denominator))


@pytest.mark.parametrize("denominator", [0, -2])
def test_half_up_refuses_a_denominator_that_is_not_above_0(denominator: int) -> None:
    with pytest.raises(ZeroDivisionError):
        marks.half_up(1, denominator)


@pytest.mark.parametrize(
    ("micro", "text"),
    [
        (12_345_000, "12.35"),
        (12_344_999, "12.34"),
        (12_495_000, "12.50"),
        (20_000_000, "20.00"),
        (0, "0.00"),
        (-350_000, "-0.35"),
        (-5_000, "0.00"),
        (-5_001, "-0.01"),
        (None, None),
    ],
)
def test_a_mark_is_shown_with_two_decimals(micro: int | None, text: str | None) -> None:
    assert marks.shown(micro) == text


@given(WHOLE, POSITIVE, st.integers(min_value=1, max_value=6))
def test_a_decimal_text_is_the_rounded_fraction(numerator: int, denominator: int, places: int) -> None:
    text = marks.decimal_text(numerator, denominator, places)
    assert len(text.partition(".")[2]) == places
    rounded = Fraction(exact_half_up(Fraction(numerator, denominator) * 10**places), 10**places)
    assert Fraction(text) == rounded
    assert text.startswith("-") == (rounded < 0)


def test_the_mark_of_a_test_is_weighted_over_the_criteria_that_apply() -> None:
    # (1·1 + 2·3) / (1·2 + 2·4) = 7/10 of 20
    assert marks.mark_of_test(1 * 1 + 2 * 3, 1 * 2 + 2 * 4) == 14_000_000
    # 23/800 of 20 is 0.575 exactly
    assert marks.mark_of_test(23, 800) == 575_000
    assert marks.mark_of_test(1, 3) == 6_666_667
    assert marks.mark_of_test(0, 0) is None


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(1, 10), st.integers(0, 10)), min_size=1))
def test_the_mark_of_a_test_is_exact_and_within_bounds(lines: list[tuple[int, int, int]]) -> None:
    reached = sum(weight * min(rating, best) for weight, best, rating in lines)
    possible = sum(weight * best for weight, best, _ in lines)
    mark = marks.mark_of_test(reached, possible)
    assert mark == exact_half_up(marks.TOP * Fraction(reached, possible)) and 0 <= mark <= marks.TOP


def test_the_mean_of_nothing_is_no_mark() -> None:
    assert marks.mean(0, 0) is None
    assert marks.mean(1, 2) == 1


@given(st.lists(MARK, min_size=1))
def test_a_mean_is_exact(found: list[int]) -> None:
    assert marks.mean(sum(found), len(found)) == exact_half_up(Fraction(sum(found), len(found)))


@given(st.lists(st.tuples(st.integers(0, 5), MARK), max_size=9))
def test_the_mark_of_a_survey_is_that_of_its_responses_however_they_are_grouped(pairs: list[tuple[int, int]]) -> None:
    by_weight = {weight: [mark for other, mark in pairs if other == weight] for weight, _ in pairs}
    grouped = [(weight, len(found), sum(found)) for weight, found in by_weight.items()]
    alone = [(weight, 1, mark) for weight, mark in pairs]
    assert marks.survey_mark(grouped) == marks.survey_mark(alone) == marks.weighted_mean(pairs)


def test_a_weighted_mean_needs_every_mark_and_some_weight() -> None:
    assert marks.weighted_mean([(4500, 10_000_000), (500, 20_000_000)]) == 11_000_000
    assert marks.weighted_mean([(4500, 10_000_000), (500, None)]) is None
    assert marks.weighted_mean([(0, 10_000_000)]) is None
    assert marks.weighted_mean([]) is None


@given(st.lists(st.tuples(POSITIVE, MARK), min_size=1))
def test_a_weighted_mean_is_exact(pairs: list[tuple[int, int]]) -> None:
    exact = Fraction(sum(w * m for w, m in pairs), sum(w for w, _ in pairs))
    assert marks.weighted_mean(pairs) == exact_half_up(exact)


@pytest.mark.parametrize(
    ("answers", "weights", "expected"),
    [
        ((10, 10, 7), (5000, 2000, 3000), 20_000_000),
        ((0, 0, 1), (5000, 2000, 3000), 0),
        ((8, None, None), (5000, 2000, 3000), 16_000_000),
        ((None, None, 4), (5000, 2000, 3000), 10_000_000),
        ((None, None, 2), (5000, 2000, 3000), 3_333_333),
        ((7, 9, 5), (5000, 2000, 3000), 14_600_000),
        ((None, 5, None), (5000, 0, 3000), None),
        ((None, 5, 7), (5000, 0, 3000), 20_000_000),
    ],
)
def test_the_mark_of_a_response(answers: tuple[int | None, ...], weights: tuple[int, ...], expected: int) -> None:
    assert marks.response_mark(answers, weights) == expected


@given(
    st.tuples(st.integers(0, 10), st.integers(0, 10), st.integers(1, 7)),
    st.tuples(st.integers(1, 9999), st.integers(0, 9999), st.integers(0, 9999)),
)
def test_the_mark_of_a_response_is_exact(answers: tuple[int, int, int], weights: tuple[int, int, int]) -> None:
    x = (Fraction(answers[0], 10), Fraction(answers[1], 10), Fraction(answers[2] - 1, 6))
    exact = sum((w * v for w, v in zip(weights, x, strict=True)), Fraction(0)) / sum(weights)
    assert marks.response_mark(answers, weights) == exact_half_up(marks.TOP * exact)


def test_the_vote_mark_is_a_share_and_nobodys_vote_is_nought() -> None:
    assert marks.vote_mark(1, 3) == 6_666_667
    assert marks.vote_mark(3, 3) == marks.TOP
    assert marks.vote_mark(0, 0) == 0


def test_the_final_needs_every_component_in_use() -> None:
    assert marks.final_mark([(7000, 15_000_001), (2000, 10_000_000), (1000, 20_000_000)]) == 14_500_001
    assert marks.final_mark([(10000, 15_000_001)]) == 15_000_001
    assert marks.final_mark([(7000, 15_000_000), (3000, None)]) is None


def test_an_interval_worked_by_hand() -> None:
    # One channel, marks 10 and 14: s² = 8 points², V = w²·8/2, half = 1.96 · √4 = 3.92 points whatever the weight.
    assert marks.interval([(4500, {10_000_000: 1, 14_000_000: 1})]) == 3_920_000
    # Two alike: Σ w²·4 = 8w², √8·w·1.96 / 2w = 2.7719 points
    two = [(5000, {10_000_000: 1, 14_000_000: 1}), (5000, {14_000_000: 1, 10_000_000: 1})]
    assert marks.interval(two) == 2_771_859
    assert marks.interval([(1, {5: 3})]) == 0


@pytest.mark.parametrize("channels", [[], [(1, {3: 1})], [(1, {3: 1, 4: 1}), (1, {})], [(0, {1: 1, 2: 1})]])
def test_there_is_no_interval_without_two_tests_in_each_channel(channels: list[tuple[int, dict[int, int]]]) -> None:
    assert marks.interval(channels) is None


@given(st.lists(st.tuples(st.integers(1, 9999), st.lists(MARK, min_size=2, max_size=6)), min_size=1, max_size=4))
def test_an_interval_is_the_nearest_whole_micropoint_of_the_true_root(channels: list[tuple[int, list[int]]]) -> None:
    spread = 0
    for weight, found in channels:
        mean = Fraction(sum(found), len(found))
        variance = exact_half_up(sum(((x - mean) ** 2 for x in found), Fraction(0)) / (len(found) - 1))
        spread += exact_half_up(Fraction(weight**2 * variance, len(found)))
    total = sum(weight for weight, _ in channels)
    # 1.96·√spread / total by a root with twenty more digits
    scale = 10**20
    wide = Fraction(196 * isqrt(spread * scale**2), 100 * scale * total)
    half = marks.interval((weight, Counter(found)) for weight, found in channels)
    assert half is not None and abs(half - wide) <= Fraction(1, 2) + Fraction(1, 10**6)
