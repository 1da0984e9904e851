"""What entrants contest in a sample: about one test in 25, and nothing that would block the edition."""

from collections import Counter
from datetime import date, timedelta

import pytest

from orchestration.sample.audits import MysteryTest, audits
from orchestration.sample.ballots import TIE_ROLES
from orchestration.sample.contests import Contest, contests, contests_csv, corrections
from orchestration.sample.plan import Plan, Sizes

PLAN = Plan("2026", Sizes(8, 3, 1_000, 500), 11)


@pytest.fixture(scope="module")
def tests() -> dict[str, list[MysteryTest]]:
    return audits(PLAN)


@pytest.fixture(scope="module")
def found(tests: dict[str, list[MysteryTest]]) -> list[Contest]:
    return contests(PLAN, tests, set())


def test_one_test_in_25_is_contested_and_one_in_a_hundred_changes(
    tests: dict[str, list[MysteryTest]], found: list[Contest]
) -> None:
    total = sum(len(one) for one in tests.values())
    decided = Counter(contest.decision for contest in found)
    assert 0.035 < len(found) / total < 0.045
    assert decided["excluded"] == decided["corrected"] > 0
    assert len({contest.test.test_id for contest in found}) == len(found) == len({one.contest_id for one in found})


def test_none_is_upheld_where_a_tie_is_built_or_the_candidate_went(found: list[Contest]) -> None:
    for contest in (one for one in found if one.decision != "rejected"):
        candidate = contest.test.candidate
        assert candidate.entered and candidate.category.role not in TIE_ROLES


def test_a_candidate_loses_one_call_at_most(found: list[Contest]) -> None:
    lost = Counter(one.test.candidate.place for one in found if one.decision == "excluded")
    assert set(lost.values()) == {1}
    assert {one.test.channel.channel_id for one in found if one.decision == "excluded"} == {"phone"}


def test_contests_are_opened_within_the_window_and_decided_after(found: list[Contest]) -> None:
    assert PLAN.contest_window == (date(2025, 11, 17), date(2025, 11, 28))
    for contest in found:
        assert PLAN.contest_window[0] <= contest.opened <= PLAN.contest_window[1]
        assert timedelta(days=1) <= contest.decided - contest.opened <= timedelta(days=5)
    assert [one.opened for one in found] == sorted(one.opened for one in found)


def test_nothing_that_somebody_else_speaks_for_is_contested(tests: dict[str, list[MysteryTest]]) -> None:
    before = {contest.test.test_id for contest in contests(PLAN, tests, set())}
    after = {contest.test.test_id for contest in contests(PLAN, tests, before)}
    assert after and not after & before


def test_a_correction_raises_a_rating_by_one_and_bears_its_contest(found: list[Contest]) -> None:
    file_of = {contest.test.test_id: "audits/firm/file.csv" for contest in found}
    entries = corrections(found, file_of, 3, "N. Clerk")
    by_id = {contest.contest_id: contest for contest in found if contest.cell}
    assert [entry["id"] for entry in entries[:2]] == ["COR-003", "COR-004"] and len(entries) == len(by_id)
    for entry in entries:
        test = by_id[entry["contest"]].test
        place = [criterion.criterion_id for criterion in test.channel.grid].index(entry["column"])
        assert entry["key"] == test.test_id and entry["expect"] == str(test.sheet.ratings[place])
        assert int(entry["value"]) == int(entry["expect"]) + 1 <= test.channel.grid[place].max
        assert test.channel.grid[place].measured is None


def test_the_file_has_the_columns_of_the_contract(found: list[Contest]) -> None:
    lines = contests_csv(found).decode().splitlines()
    assert lines[0] == "contest_id,candidate_id,test_id,opened_on,ground,decision,decided_on,reason"
    assert len(lines) == len(found) + 1
