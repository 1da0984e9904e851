"""Contests: which are set aside and why, which stand, and what an excluded test is worth."""

from pathlib import Path

import pytest

from orchestration.recount import CannotRecount
from tests.fixtures.tiny import Row, TinyEdition, encode
from tests.unit.recount.recount_ground import contest, contested, count_again, quarantined, row, used

GOOD = contest("C1", "T001", "rejected")


@pytest.fixture
def tiny() -> TinyEdition:
    """The clean edition, audits alone."""
    return TinyEdition().audits_only()


def reasons(tiny: TinyEdition, folder: Path, *rows: Row) -> dict[str, int]:
    return quarantined(count_again(contested(tiny, *rows), folder), "contests")


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ({"contest_id": ""}, "malformed_value"),
        ({"contest_id": "C 1"}, "malformed_value"),
        ({"candidate_id": ""}, "malformed_value"),
        ({"candidate_id": "nobody"}, "unknown_candidate"),
        ({"test_id": ""}, "malformed_value"),
        ({"test_id": "../T001"}, "malformed_value"),
        ({"test_id": "T999"}, "unknown_test"),
        ({"candidate_id": "bahia-hotels"}, "unknown_test"),  # another's test
        ({"opened_on": ""}, "malformed_value"),
        ({"opened_on": "2025-11-31"}, "malformed_value"),
        ({"opened_on": "2025-11-17T10:00"}, "malformed_value"),
        ({"opened_on": "2025-11-16"}, "outside_window"),
        ({"opened_on": "2025-11-29", "decided_on": "2025-11-29"}, "outside_window"),
        ({"ground": ""}, "malformed_value"),
        ({"ground": "bad_luck"}, "malformed_value"),
        ({"decision": "upheld"}, "malformed_value"),
        ({"decided_on": ""}, "malformed_value"),
        ({"decided_on": "20/11/2025"}, "malformed_value"),
        ({"decided_on": "2025-11-16"}, "malformed_value"),  # before the opening
        ({"reason": ""}, "malformed_value"),
        ({"reason": " \u00a0\u200b"}, "malformed_value"),  # blanks, one of no width
        # of several reasons the first in the order of the contract
        ({"candidate_id": "nobody", "reason": ""}, "malformed_value"),
        ({"candidate_id": "nobody", "test_id": "T999"}, "unknown_candidate"),
        ({"test_id": "T999", "opened_on": "2025-11-01"}, "unknown_test"),
    ],
)
def test_a_contest_that_cannot_be_used_is_set_aside(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, str], reason: str
) -> None:
    found = count_again(contested(tiny, {**GOOD, **cells}), tmp_path)
    assert quarantined(found, "contests") == {reason: 1}
    assert found.tables["fct_contest"] == ()


@pytest.mark.parametrize(
    "cells",
    [
        {"opened_on": "2025-11-17", "decided_on": "2025-11-17"},
        {"opened_on": "2025-11-28", "decided_on": "2026-01-05"},  # the window is for entering, not for deciding
        {"reason": "x" * 20_000},
        {"reason": "Two lines,\nthe second « ; »\tafter a tab"},
        {"reason": "«"},
        {"decision": "", "decided_on": "never", "reason": "\t"},  # without a decision neither is read
    ],
)
def test_a_contest_at_the_edge_of_what_is_allowed_stands(
    tmp_path: Path, tiny: TinyEdition, cells: dict[str, str]
) -> None:
    assert reasons(tiny, tmp_path, {**GOOD, **cells}) == {}


def test_an_exact_repeat_is_kept_once_and_rows_that_differ_are_all_set_aside(tmp_path: Path, tiny: TinyEdition) -> None:
    assert reasons(tiny, tmp_path, GOOD, GOOD) == {"duplicate_row": 1}
    assert reasons(tiny, tmp_path, GOOD, {**GOOD, "reason": "Other."}) == {"conflicting_rows": 2}
    assert reasons(tiny, tmp_path, GOOD, {**GOOD, "ground": "?"}) == {"conflicting_rows": 1, "malformed_value": 1}
    still = contest("C1", "T001")
    assert reasons(tiny, tmp_path, still, {**still, "decided_on": "soon", "reason": "x"}) == {"duplicate_row": 1}


def test_what_the_file_says_of_one_id_comes_before_what_the_test_and_the_window_say(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    late = {**GOOD, "opened_on": "2025-12-01", "decided_on": "2025-12-01"}
    assert reasons(tiny, tmp_path, late, late) == {"duplicate_row": 1, "outside_window": 1}
    assert reasons(tiny, tmp_path, GOOD, late) == {"conflicting_rows": 2}


def test_of_several_contests_of_one_test_none_stands(tmp_path: Path, tiny: TinyEdition) -> None:
    twice = [GOOD, contest("C2", "T001", "excluded"), contest("C3", "T005")]
    assert reasons(tiny, tmp_path, *twice) == {"contested_twice": 2}
    found = count_again(tiny, tmp_path)
    assert [one["contest_id"] for one in found.tables["fct_contest"]] == ["C3"]
    assert row(found, "fct_test_mark", test_id="T001")["counted"] is True
    late = contest("C2", "T001", "excluded", opened_on="2025-12-01", decided_on="2025-12-02")
    assert reasons(tiny, tmp_path, GOOD, late) == {"outside_window": 1}


def test_a_test_is_looked_for_among_the_accepted_once_corrections_are_made(tmp_path: Path, tiny: TinyEdition) -> None:
    moved = {"id": "K1", "file": "audits/north/phone.csv", "key": "T001", "column": "candidate_id"}
    moved |= {"expect": "atlas-hotels", "value": "bahia-hotels", "contest": "C1"}
    tiny.corrections = [moved]
    assert reasons(tiny, tmp_path, GOOD) == {"unknown_test": 1}
    assert reasons(tiny, tmp_path, {**GOOD, "candidate_id": "bahia-hotels"}) == {}
    tiny.corrections = []
    tiny.test("T001")["scenario"] = "later"
    assert reasons(tiny, tmp_path, GOOD) == {"unknown_test": 1}


def test_standing_contests_are_published_with_what_was_decided(tmp_path: Path, tiny: TinyEdition) -> None:
    rows = [contest("C2", "T005", decided_on="2025-11-18", reason="?"), contest("C1", "T001", "corrected")]
    found = count_again(contested(tiny, *rows), tmp_path)
    head = {"edition": "2026", "candidate_id": "atlas-hotels", "opened_on": "2025-11-17", "ground": "wrong_facts"}
    assert found.tables["fct_contest"] == (
        {**head, "contest_id": "C1", "test_id": "T001", "decision": "corrected", "decided_on": "2025-11-20"},
        {**head, "contest_id": "C2", "test_id": "T005", "decision": None, "decided_on": None},
    )
    assert used(found, "contests", "counted") == {None: 2}


@pytest.mark.parametrize("decision", ["", "rejected", "corrected"])
def test_only_an_exclusion_takes_a_test_out(tmp_path: Path, tiny: TinyEdition, decision: str) -> None:
    base = count_again(tiny, tmp_path)
    found = count_again(contested(tiny, contest("C1", "T001", decision)), tmp_path)
    assert found.tables["fct_test_mark"] == base.tables["fct_test_mark"]


def test_an_excluded_test_enters_no_mark_and_still_shows_its_own(tmp_path: Path, tiny: TinyEdition) -> None:
    before = row(count_again(tiny, tmp_path), "fct_test_mark", test_id="T001")
    found = count_again(contested(tiny, contest("C1", "T001", "excluded")), tmp_path)
    told = row(found, "fct_test_mark", test_id="T001")
    assert (told["counted"], told["exclusion_reason"]) == (False, "contested")
    assert (told["mark_micro"], told["mark"]) == (before["mark_micro"], before["mark"])
    assert row(found, "fct_channel_mark", candidate_id="atlas-hotels", channel="phone")["counted_tests"] == 3
    assert row(found, "fct_component_mark", candidate_id="atlas-hotels", component="audit")["observations"] == 5
    assert used(found, "audits")["contested"] == 1


@pytest.mark.parametrize(
    ("change", "exclusion", "mark"),
    [
        ({}, "contested", True),
        ({"outcome": "aborted"}, "contested", False),
        ({"outcome": "unanswered"}, "contested", False),  # the phone's unanswered tests are left out
        ({"rechecks": "T005"}, "recheck", True),
        ({"shopper_id": "S09"}, "conflict", True),
    ],
)
def test_a_contest_has_its_place_among_the_reasons(
    tmp_path: Path, tiny: TinyEdition, change: dict[str, str], exclusion: str, mark: bool
) -> None:
    tiny.rulebook["independence"]["conflicts"] = [{"shopper_id": "S09", "company_id": "atlas"}]
    tiny.test("T001").update(change)
    edition = contested(tiny, contest("C1", "T001", "excluded"))
    told = row(count_again(edition, tmp_path), "fct_test_mark", test_id="T001")
    assert (told["exclusion_reason"], told["mark_micro"] is not None) == (exclusion, mark)


def test_a_withdrawn_candidate_may_have_contested(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.withdraw("atlas-hotels")
    found = count_again(contested(tiny, contest("C1", "T001", "excluded")), tmp_path)
    assert len(found.tables["fct_contest"]) == 1
    assert row(found, "fct_test_mark", test_id="T001")["exclusion_reason"] == "withdrawn"


def test_without_a_window_the_file_is_not_read(tmp_path: Path, tiny: TinyEdition) -> None:
    base = count_again(tiny, tmp_path)
    tiny.extra["contests.csv"] = b"\xff no contests"
    assert count_again(tiny, tmp_path).tables["fct_test_mark"] == base.tables["fct_test_mark"]
    assert not any(file.source == "contests" for file in count_again(tiny, tmp_path).files)
    tiny.rulebook["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    with pytest.raises(CannotRecount, match=r"contests\.csv"):
        count_again(tiny, tmp_path)


def test_with_a_window_no_file_is_no_contest(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.rulebook["contest"] = {"opens": "2025-11-17", "closes": "2025-11-28"}
    assert count_again(tiny, tmp_path).tables["fct_contest"] == ()


def test_a_column_that_is_missing_stops_and_a_line_that_cannot_be_read_is_set_aside(
    tmp_path: Path, tiny: TinyEdition
) -> None:
    short = {name: text for name, text in GOOD.items() if name != "decided_on"}
    with pytest.raises(CannotRecount, match="decided_on is missing"):
        count_again(contested(tiny, short), tmp_path)
    broken = encode([GOOD], "csv", delimiter=";", bom=True) + b"C2;\xff\nC3;T1\n"
    tiny.extra["contests.csv"] = broken
    assert quarantined(count_again(tiny, tmp_path), "contests") == {"unreadable_row": 2}


def test_without_audits_there_is_no_test_to_contest(tmp_path: Path) -> None:
    tiny = TinyEdition()
    tiny.rulebook["components"] = {"audit": 0, "survey": 7000, "vote": 3000}
    found = count_again(contested(tiny, GOOD), tmp_path)
    assert quarantined(found, "contests") == {"unknown_test": 1}


def test_contests_are_no_file_to_correct(tmp_path: Path, tiny: TinyEdition) -> None:
    tiny.corrections = [
        {"id": "K1", "file": "contests.csv", "key": {"contest_id": "C1"}, "column": "ground"}
        | {"expect": "wrong_facts", "value": "other"}
    ]
    with pytest.raises(CannotRecount, match=r"K1: meets 0 rows of contests\.csv"):
        count_again(contested(tiny, GOOD), tmp_path)
