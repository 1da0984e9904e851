"""The arithmetic of SPEC 5: pure functions on whole numbers.

Belongs here: each formula, once. Does not belong here: which rows enter it. A mark is a whole number of micropoints
(20 points = 20 000 000); None means that there was nothing to compute it from. No floating-point number occurs.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate
from math import isqrt

TOP = 20_000_000
"""20 points in micropoints."""

WHOLE_WEIGHT = 1_000_000
"""A survey weight of one, in millionths."""


Tally = Mapping[int, int]
"""Whole numbers, and how often each occurs."""


def half_up(numerator: int, denominator: int) -> int:
    """⌊numerator/denominator⌉: the nearest whole number, a half going up. Raises ZeroDivisionError
    unless `denominator` is above 0."""
    if denominator <= 0:
        raise ZeroDivisionError("half_up needs a denominator above 0")
    return (2 * numerator + denominator) // (2 * denominator)


def decimal_text(numerator: int, denominator: int, places: int) -> str:
    """numerator/denominator with `places` decimals, rounded half up: decimal_text(1, 8, 2) is "0.13"."""
    units = half_up(numerator * 10**places, denominator)
    whole, rest = divmod(abs(units), 10**places)
    return f"{'-' if units < 0 else ''}{whole}.{rest:0{places}d}"


def shown(micro: int | None) -> str | None:
    """A mark as it is shown, with two decimals: 12 345 000 is "12.35"."""
    return None if micro is None else decimal_text(micro, WHOLE_WEIGHT, 2)


def mark_of_test(reached: int, possible: int) -> int | None:
    """⌊20 000 000 · Σ weight·rating / Σ weight·max⌉, both sums over the criteria that apply."""
    return half_up(TOP * reached, possible) if possible else None


def mean(total: int, number: int) -> int | None:
    """⌊Σ mark / number of marks⌉."""
    return half_up(total, number) if number else None


def nearest_rank(values: Tally, numerator: int, denominator: int) -> int:
    """The ⌈q·n⌉-th smallest of n values, q being numerator/denominator, above 0 and at most 1."""
    rank = -(-numerator * sum(values.values()) // denominator)
    below = accumulate(values[value] for value in sorted(values))
    return next(value for value, seen in zip(sorted(values), below, strict=True) if seen >= rank)


def weighted_mean(pairs: Iterable[tuple[int, int | None]]) -> int | None:
    """⌊Σ weight·mark / Σ weight⌉ over (weight, mark); None if one mark is missing or the weights sum to 0."""
    total = weights = 0
    for weight, mark in pairs:
        if mark is None:
            return None
        total += weight * mark
        weights += weight
    return half_up(total, weights) if weights else None


def response_mark(answers: Sequence[int | None], weights: Sequence[int]) -> int | None:
    """The mark of one response, from (satisfaction, recommendation, effort) and their three weights.

    x is satisfaction/10, recommendation/10, (effort−1)/6, here in thirtieths so that they stay whole. None if the
    questions answered weigh nothing together.
    """
    satisfaction, recommendation, effort = answers
    thirtieths = (
        None if satisfaction is None else 3 * satisfaction,
        None if recommendation is None else 3 * recommendation,
        None if effort is None else 5 * (effort - 1),
    )
    answered = [(weight, x) for weight, x in zip(weights, thirtieths, strict=True) if x is not None]
    total = sum(weight for weight, _ in answered)
    return half_up(TOP * sum(weight * x for weight, x in answered), 30 * total) if total else None


def survey_mark(groups: Iterable[tuple[int, int, int]]) -> int | None:
    """⌊Σ rake·response / Σ rake⌉ from groups of one weight: (weight, number of responses, Σ of their marks)."""
    total = weights = 0
    for weight, number, marks in groups:
        total += weight * marks
        weights += weight * number
    return half_up(total, weights) if weights else None


def vote_mark(votes: int, reference: int) -> int:
    """⌊20 000 000 · votes / reference⌉, `reference` being the leader's votes or the category's; 0 if nobody voted."""
    return half_up(TOP * votes, reference) if reference else 0


def final_mark(components: Iterable[tuple[int, int | None]]) -> int | None:
    """⌊Σ weight·mark / 10 000⌉ over the components in use; None if one of them has no mark."""
    total = 0
    for weight, mark in components:
        if mark is None:
            return None
        total += weight * mark
    return half_up(total, 10_000)


def interval(channels: Iterable[tuple[int, Tally]]) -> int | None:
    """Half-width in micropoints of the 95 % interval of an audit mark, from (weight, test marks) of each channel.

    1.96 · √(Σ w²·s²/n) / Σ w, where s² is the sample variance rounded half up to a whole square micropoint and each
    term of the sum is rounded half up. The root is taken of a whole number, downwards, before one last rounding half
    up: ⌊(√a + m) / k⌋ = ⌊(⌊√a⌋ + m) / k⌋ for whole m and k, so this is exact. None if a channel has under two tests.
    """
    spread = weights = 0
    for weight, marks in channels:
        number = sum(marks.values())
        if number < 2:
            return None
        total = sum(times * mark for mark, times in marks.items())
        squares = number * sum(times * mark * mark for mark, times in marks.items()) - total**2
        variance = half_up(squares, number * (number - 1))
        spread += half_up(weight * weight * variance, number)
        weights += weight
    if not weights:
        return None
    return (isqrt((2 * 196) ** 2 * spread) + 100 * weights) // (200 * weights)
