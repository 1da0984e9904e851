"""How robust a title is: the margin against the noise, and the smallest number of false tests that would move it.

Belongs here: arithmetic on one category's facts, exact in whole numbers and fractions. None of it is part of a mark.
"""

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from orchestration.rulebook import Rulebook
from orchestration.scoring.model import CandidateFact, CategoryFact
from orchestration.units import BASIS_POINTS, TOP

ROUNDING = Fraction(4)
"""Micropoints by which the marks of two candidates may be off through rounding (channel, audit and final of each)."""


def false_tests(category: CategoryFact, rulebook: Rulebook) -> int | None:
    """The smallest number of counted tests that would have to be false to change who holds the title.

    A false test may have been recorded with any mark from 0 to 20. Each test acts on its candidate's final mark by
    audit weight · channel weight / (Σ channel weight · number of tests) · change of its mark, and these effects add up;
    so the fewest tests are found by taking the largest effects first until they make up the gap. Roundings are given
    away (4 micropoints), so the number is never too high. A title also moves when a holder falls below the minimum
    mark, or when nobody had reached it and somebody does. None: no number of false tests moves it (no audit, or
    nobody to overtake), or it is not a matter of marks (too few candidates).
    """
    ranked = [c for c in category.ranked if c.final is not None]
    share = Fraction(rulebook.components.audit, BASIS_POINTS)
    if not share or not ranked or category.outcome == "no_award_too_few_candidates":
        return None
    if category.outcome in ("joint", "no_award_tie"):
        return 1
    best = ranked[0]
    lower, raise_ = _lowering(best, share), {c.candidate_id: _raising(c, share) for c in ranked}
    minimum = rulebook.min_mark_micro
    if category.outcome == "no_award_min_mark":
        ways = [_fewest(raise_[c.candidate_id], minimum - (c.final or 0)) for c in ranked]
    else:
        ways = [_fewest([*lower, *raise_[c.candidate_id]], (best.final or 0) - (c.final or 0)) for c in ranked[1:]]
        ways.append(_fewest(lower, (best.final or 0) - minimum))
    return min((way for way in ways if way is not None), default=None)


def margin_is_clear(category: CategoryFact, rulebook: Rulebook) -> bool | None:
    """Whether the margin between the first two exceeds the 95 % noise of their difference.

    The noise is √(h₁² + h₂²) · audit weight, h being the half-widths of the two audit marks' intervals (SPEC 5);
    compared by squares, in hundredths of a point. None where an interval or a second candidate is missing.
    """
    first_two = category.ranked[:2]
    if len(first_two) < 2 or any(c.low is None or c.high is None for c in first_two):
        return None
    first, second = first_two
    if first.final is None or second.final is None:
        return None
    widths = [Fraction((c.high or 0) - (c.low or 0), 2) * 10_000 for c in first_two]
    noise_squared = sum(w * w for w in widths) * Fraction(rulebook.components.audit, BASIS_POINTS) ** 2
    return (first.final - second.final) ** 2 > noise_squared


def judged(category: CategoryFact, rulebook: Rulebook) -> CategoryFact:
    """The category with both measures filled in."""
    return replace(category, false_tests=false_tests(category, rulebook), clear=margin_is_clear(category, rulebook))


def _effects(candidate: CandidateFact, share: Fraction, room: Iterable[tuple[int, int, list[int]]]) -> list[Fraction]:
    total = sum(channel.weight for channel in candidate.channels)
    return [share * weight * change / (total * number) for weight, number, changes in room for change in changes]


def _lowering(candidate: CandidateFact, share: Fraction) -> list[Fraction]:
    """How much each of a candidate's tests holds its final mark up."""
    return _effects(candidate, share, ((c.weight, len(c.test_marks), list(c.test_marks)) for c in candidate.channels))


def _raising(candidate: CandidateFact, share: Fraction) -> list[Fraction]:
    """How much each of a candidate's tests could have added to its final mark."""
    return _effects(
        candidate, share, ((c.weight, len(c.test_marks), [TOP - m for m in c.test_marks]) for c in candidate.channels)
    )


def _fewest(effects: list[Fraction], gap: int) -> int | None:
    """How many of the largest effects are needed to make up the gap; None if all together are not enough."""
    missing = Fraction(gap) - ROUNDING
    if missing <= 0:
        return 1
    for number, effect in enumerate(sorted(effects, reverse=True), 1):
        missing -= effect
        if missing <= 0:
            return number
    return None
