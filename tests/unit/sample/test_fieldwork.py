"""Sheets, seats and shoppers: a fieldwork in which nothing is suspicious."""

from collections import Counter, defaultdict
from datetime import time, timedelta
from itertools import pairwise

import pytest

from orchestration.sample.audits import CONFLICT_TESTS, MysteryTest, audits, conflicts
from orchestration.sample.circumstances import EFFORTS, PARTNERS, UNASKED, planned_cities
from orchestration.sample.draws import Draws
from orchestration.sample.grids import CHANNELS
from orchestration.sample.journeys import Errand, join
from orchestration.sample.plan import Candidate, Plan, Sizes
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
    spoken = {who: {test.language for test in tests if test.sheet.persona == who} for who in ("resident", "visitor")}
    assert spoken == {"resident": {"fr", "darija", "ar", "en"}, "visitor": {"es", "en", "pt"}}
    assert set(Counter(test.sheet.scenario for test in tests)) == {"before_sale", "sale", "after_sale"}
    assert set(Counter(test.sheet.outcome for test in tests)) == {"completed", "unanswered", "aborted"}
    mails = Counter(test.sheet.outcome for test in tests if test.channel.channel_id == "email")
    assert mails["unanswered"] > mails["completed"]


def test_visitors_are_sent_where_they_are_customers_and_by_both_firms(fieldwork: dict[str, list[MysteryTest]]) -> None:
    for tests in fieldwork.values():
        assert {test.candidate.category.theme for test in tests if test.sheet.persona == "visitor"} == {"transport"}


def test_a_journey_is_one_customer_who_goes_on(fieldwork: dict[str, list[MysteryTest]]) -> None:
    journeys: dict[str, list[MysteryTest]] = defaultdict(list)
    for test in (test for tests in fieldwork.values() for test in tests):
        if test.about.journey_id:
            journeys[test.about.journey_id].append(test)
    assert len(journeys) > 15
    for tests in journeys.values():
        tests.sort(key=lambda test: test.started)
        assert [test.about.step for test in tests] == list(range(1, len(tests) + 1))
        assert [test.channel.channel_id for test in tests][:3] == ["web", "phone", "visit"]
        assert all(test.channel.channel_id == "phone" for test in tests[3:]) and len(tests) <= 4
        for alike in ("candidate", "shopper", "language"):
            assert len({getattr(test, alike) for test in tests}) == 1, alike
        assert len({test.sheet.persona for test in tests}) == 1 and tests[0].candidate.category.has_journeys
        assert not any(test.rechecks or test.sheet.outcome == "aborted" for test in tests)
        assert tests[-1].started - tests[0].started < timedelta(days=28)
        assert tests[0].about.efforts[0] is None and tests[-1].about.efforts[-1] is not None


def test_what_the_shopper_had_to_do_is_said_in_journeys_alone(fieldwork: dict[str, list[MysteryTest]]) -> None:
    tests = [test for tests in fieldwork.values() for test in tests]
    assert {test.about.efforts for test in tests if not test.about.journey_id} == {UNASKED}
    for place in range(len(EFFORTS)):
        assert {test.about.efforts[place] for test in tests if test.about.journey_id} == {None, 0, 1} - (
            {None} if place == 4 else set()
        )


def test_visits_go_to_every_city_as_planned_and_a_re_check_to_the_same_site(
    fieldwork: dict[str, list[MysteryTest]],
) -> None:
    tests = {test.test_id: test for tests in fieldwork.values() for test in tests}
    visits = [test for test in tests.values() if test.channel.channel_id == "visit"]
    assert {test.about.city for test in tests.values() if test.channel.channel_id != "visit"} == {""}
    planned = planned_cities(10)
    assert list(planned.values()) == [2, 2, 2, 2, 1, 1] and planned_cities(4) == dict.fromkeys(list(planned)[:4], 1)
    for candidate in (one for one in PLAN.candidates if one.entered):
        own = Counter(test.about.city for test in visits if test.candidate is candidate and not test.rechecks)
        assert own == planned
    assert len({(test.about.city, test.about.site) for test in visits}) == 12
    for test in (test for test in visits if test.rechecks):
        assert (test.about.city, test.about.site) == (tests[test.rechecks].about.city, tests[test.rechecks].about.site)


def test_partners_answer_for_one_candidate_in_three(fieldwork: dict[str, list[MysteryTest]]) -> None:
    answered: dict[str, set[str]] = defaultdict(set)
    for test in (test for tests in fieldwork.values() for test in tests):
        assert (test.about.operator == "") == (test.sheet.outcome != "completed" or test.channel.channel_id == "web"), (
            test.test_id
        )
        answered[test.candidate.company] |= {test.about.operator} - {""}
    helped = {company for company, by in answered.items() if by & set(PARTNERS)}
    assert all(by - set(PARTNERS) == {company} for company, by in answered.items())
    assert len(helped) == len({one.company for one in PLAN.candidates if one.place % 3 == 0})


def test_a_journey_never_brings_a_shopper_to_the_company_that_she_must_not_meet() -> None:
    """Errands are exchanged for it: neither of the two may land on the seat of the shopper in conflict."""
    barred, other = [one for one in PLAN.candidates if one.category.has_journeys][:2]

    def errand(candidate: Candidate, channel: str, item: int) -> Errand:
        return Errand(candidate, channel, Sheet("sale", "completed"), (candidate.place, 0, item))

    for visit in (other, barred):
        order = [errand(barred, "phone", 1), errand(barred, "phone", 2)]
        order += [errand(visit, "web", 3), errand(visit, "phone", 4), errand(visit, "visit", 5)]
        seats = [
            Seat(1, 0, time(9)),
            Seat(1, 1, time(9)),
            Seat(7, 1, time(10)),
            Seat(7, 1, time(11)),
            Seat(1, 2, time(9)),
        ]
        join(Draws(1), order, seats, (7, barred))
        met = [one for one, seat in zip(order, seats, strict=True) if seat.shopper == 7 and one.candidate is barred]
        assert len(met) == (2 if visit is barred else 0)


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
