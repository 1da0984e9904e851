"""Sheets, seats and shoppers: a fieldwork in which nothing is suspicious."""

from collections import Counter, defaultdict
from datetime import time, timedelta
from itertools import pairwise

import pytest

from orchestration.sample.audits import CONFLICT_TESTS, MysteryTest, audits, conflicts
from orchestration.sample.grids import CHANNELS
from orchestration.sample.plan import Plan, Sizes
from orchestration.sample.schedule import FIRMS, Calendar, Seat
from orchestration.sample.sheets import MOVED_POINTS, Sheet, Sheets, move_points

PLAN = Plan("2026", Sizes(8, 3, 1_000, 500), 11)


@pytest.fixture(scope="module")
def fieldwork() -> dict[str, list[MysteryTest]]:
    """All tests of a small edition, by firm."""
    return audits(PLAN)


def test_no_shopper_is_at_two_places_at_once_and_everybody_works_by_day(
    fieldwork: dict[str, list[MysteryTest]],
) -> None:
    by_shopper = defaultdict(list)
    for test in (test for tests in fieldwork.values() for test in tests):
        assert test.started <= test.ended
        assert time(9) <= test.started.time() and test.ended.time() <= time(19)
        assert test.started.weekday() < 6
        assert PLAN.fieldwork[0] <= test.started.date() <= PLAN.fieldwork[1]
        by_shopper[test.shopper].append((test.started, test.ended))
    for times in by_shopper.values():
        times.sort()
        assert all(after[0] - before[1] > timedelta(minutes=5) for before, after in pairwise(times))


def test_ids_and_evidence_are_unique(fieldwork: dict[str, list[MysteryTest]]) -> None:
    tests = [test for tests in fieldwork.values() for test in tests]
    assert len({test.test_id for test in tests}) == len(tests)
    evidence = [test.evidence for test in tests if test.evidence]
    assert len(set(evidence)) == len(evidence) > 0.9 * len(tests)


def test_re_checks_are_later_by_somebody_else_and_agree(fieldwork: dict[str, list[MysteryTest]]) -> None:
    for tests in fieldwork.values():
        known = {test.test_id: test for test in tests}
        rechecks = [test for test in tests if test.rechecks]
        originals = {test.rechecks for test in rechecks}
        assert len(originals) == len(rechecks) >= 0.11 * (len(tests) - len(rechecks))
        for test in rechecks:
            original = known[test.rechecks]
            assert original.started.date() < test.started.date()
            assert original.shopper != test.shopper and not original.rechecks
            assert (original.candidate, original.channel) == (test.candidate, test.channel)
            assert original.sheet.outcome == test.sheet.outcome
            differing = [
                pair for pair in zip(original.sheet.ratings, test.sheet.ratings, strict=True) if len(set(pair)) > 1
            ]
            assert len(differing) == (test.sheet.outcome == "completed")


def test_one_conflict_is_broken_and_the_other_respected(fieldwork: dict[str, list[MysteryTest]]) -> None:
    broken, kept = conflicts(PLAN)
    for conflict, expected in ((broken, CONFLICT_TESTS), (kept, 0)):
        met = [
            test
            for test in fieldwork[conflict.firm.folder]
            if test.shopper == conflict.shopper and test.candidate.company_id == conflict.candidate.company_id
        ]
        assert len(met) == expected
        assert all(not test.rechecks for test in met)


def test_nobody_is_tested_after_withdrawing(fieldwork: dict[str, list[MysteryTest]]) -> None:
    withdrawn = [candidate for candidate in PLAN.candidates if not candidate.entered]
    assert len(withdrawn) == 1
    last = max(test.started.date() for tests in fieldwork.values() for test in tests if test.candidate is withdrawn[0])
    assert withdrawn[0].withdrawn_on is not None and last <= withdrawn[0].withdrawn_on


def test_all_languages_scenarios_and_outcomes_occur_and_most_emails_go_unanswered(
    fieldwork: dict[str, list[MysteryTest]],
) -> None:
    tests = [test for tests in fieldwork.values() for test in tests]
    assert set(Counter(test.language for test in tests)) == {"fr", "darija", "ar", "en"}
    assert set(Counter(test.sheet.scenario for test in tests)) == {"before_sale", "sale", "after_sale"}
    assert set(Counter(test.sheet.outcome for test in tests)) == {"completed", "unanswered", "aborted"}
    mails = Counter(test.sheet.outcome for test in tests if test.channel.channel_id == "email")
    assert mails["unanswered"] > mails["completed"]


def test_a_twin_has_the_sheets_of_its_model_in_another_order() -> None:
    sheets = Sheets(PLAN)
    model, twin = (candidate for candidate in PLAN.of_role("joint") if candidate.quality == 800)
    for channel in CHANNELS:
        first, second = sheets.of(model, channel), sheets.of(twin, channel)
        assert first != second
        assert Counter(first) == Counter(second)


def test_points_that_cannot_be_moved_are_an_error_not_a_silent_tie() -> None:
    channel = CHANNELS[0]
    full = Sheet("sale", "completed", tuple(criterion.max for criterion in channel.grid))
    with pytest.raises(AssertionError, match=f"cannot take {MOVED_POINTS}"):
        move_points([full] * 20, channel, +1)


def test_a_re_check_never_comes_before_its_test_even_at_the_end() -> None:
    calendar = Calendar([PLAN.fieldwork[0]], 10)
    with pytest.raises(AssertionError, match="later seat"):
        calendar.recheck_seats([Seat(0, 0, time(9))], [None])


def test_both_firms_find_the_same(fieldwork: dict[str, list[MysteryTest]]) -> None:
    """No firm is systematically milder: their mean share of points differs by less than two per cent."""
    means = []
    for firm in FIRMS:
        points = best = 0
        for test in fieldwork[firm.folder]:
            for criterion, rating in zip(test.channel.grid, test.sheet.ratings or (), strict=False):
                if rating is not None:
                    points += criterion.weight * rating
                    best += criterion.weight * criterion.max
        means.append(points / best)
    assert abs(means[0] - means[1]) < 0.02
