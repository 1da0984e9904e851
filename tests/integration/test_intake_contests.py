"""contests.csv (SPEC 3.5b): what stands, what is set aside and for which reason, and the corrections that follow."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.fixtures.tiny import TinyEdition
from tests.integration.intake_ground import Taken, take_in

STANDING = "SELECT contest_id, test_id, opened_on, ground, decision, decided_on, reason FROM intake.contest ORDER BY 1"


def contests_of(taken: Taken) -> list[tuple[Any, ...]]:
    """The account of contests.csv: rows read, accepted, quarantined."""
    return taken.rows(
        "SELECT rows_read, rows_accepted, rows_quarantined FROM intake.row_account WHERE source = 'contests'"
    )


def test_a_contest_that_stands_is_kept_with_its_decision(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001", decision="excluded")
    taken = take_in(tiny, tmp_path)
    reason = "The recording says otherwise."
    assert taken.rows(STANDING) == [
        ("K1", "T001", date(2025, 11, 18), "wrong_facts", "excluded", date(2025, 11, 20), reason)
    ]
    assert contests_of(taken) == [(1, 1, 0)] and taken.report.problems == ()


def test_without_a_decision_neither_its_day_nor_its_reason_is_read(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001", decision="", decided_on="soon", reason=" ")
    taken = take_in(tiny, tmp_path)
    assert taken.rows(STANDING) == [("K1", "T001", date(2025, 11, 18), "wrong_facts", None, None, None)]


@pytest.mark.parametrize("day", ["2025-11-17", "2025-11-28"])
def test_both_days_of_the_window_are_in_it(tiny: TinyEdition, tmp_path: Path, day: str) -> None:
    tiny.contest("T001", opened_on=day, decided_on=day if day > "2025-11-20" else "2025-11-20")
    assert contests_of(take_in(tiny, tmp_path)) == [(1, 1, 0)]


@pytest.mark.parametrize(
    ("changes", "reason", "column"),
    [
        ({"contest_id": ""}, "malformed_value", "contest_id"),
        ({"contest_id": "K..1"}, "malformed_value", "contest_id"),
        ({"candidate_id": ""}, "malformed_value", "candidate_id"),
        ({"candidate_id": "zenith-hotels"}, "unknown_candidate", "candidate_id"),
        ({"test_id": ""}, "malformed_value", "test_id"),
        ({"test_id": "T001 and T002"}, "malformed_value", "test_id"),
        ({"test_id": "T999"}, "unknown_test", "test_id"),
        ({"candidate_id": "bahia-hotels"}, "unknown_test", "test_id"),
        ({"opened_on": ""}, "malformed_value", "opened_on"),
        ({"opened_on": "18/11/2025"}, "malformed_value", "opened_on"),
        ({"opened_on": "2025-11-31"}, "malformed_value", "opened_on"),
        ({"opened_on": "0000-11-18"}, "malformed_value", "opened_on"),
        ({"opened_on": "2025-11-18T10:00:00"}, "malformed_value", "opened_on"),
        ({"opened_on": "2025-11-16"}, "outside_window", "opened_on"),
        ({"opened_on": "2025-11-29", "decided_on": "2025-11-30"}, "outside_window", "opened_on"),
        ({"ground": ""}, "malformed_value", "ground"),
        ({"ground": "unfair"}, "malformed_value", "ground"),
        ({"decision": "upheld"}, "malformed_value", "decision"),
        ({"decision": "Excluded"}, "malformed_value", "decision"),
        ({"decided_on": ""}, "malformed_value", "decided_on"),
        ({"decided_on": "2025-11-17"}, "malformed_value", "decided_on"),
        ({"reason": ""}, "malformed_value", "reason"),
        ({"reason": "\u00a0\u200b \u2028"}, "malformed_value", "reason"),
    ],
)
def test_a_row_that_cannot_be_used_is_set_aside(
    tiny: TinyEdition, tmp_path: Path, changes: dict[str, str], reason: str, column: str
) -> None:
    tiny.contest("T001").update(changes)
    taken = take_in(tiny, tmp_path)
    assert [(why, where) for _, why, where in taken.set_aside()] == [(reason, column)]
    assert contests_of(taken) == [(1, 0, 1)] and taken.report.problems == ()


def test_a_reason_is_whatever_is_not_blank(tiny: TinyEdition, tmp_path: Path) -> None:
    reason = ' Heard on both sides,\n"twice";\tالتسجيل واضح'.ljust(12_000, ".")
    tiny.contest("T001", reason=reason)
    assert take_in(tiny, tmp_path).rows("SELECT reason FROM intake.contest") == [(reason,)]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("malformed_value", {"ground": "unfair", "candidate_id": "zenith-hotels"}),
        ("unknown_candidate", {"candidate_id": "zenith-hotels", "test_id": "T999"}),
        ("unknown_test", {"test_id": "T999", "opened_on": "2025-11-01"}),
    ],
)
def test_of_several_reasons_the_first_in_the_order_of_the_contract_is_given(
    tiny: TinyEdition, tmp_path: Path, first: str, second: dict[str, str]
) -> None:
    tiny.contest("T001").update(second)
    assert dict(take_in(tiny, tmp_path).reasons()) == {first: 1}


def test_an_exact_repeat_is_kept_once_and_rows_that_differ_not_at_all(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    tiny.contest("T001")
    tiny.contest("T002", name="K2")
    tiny.contest("T002", name="K2", ground="other")
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [
        ("K1", "duplicate_row", None),
        ("K2", "conflicting_rows", None),
        ("K2", "conflicting_rows", None),
    ]
    assert contests_of(taken) == [(4, 1, 3)]


def test_an_undecided_repeat_is_equal_whatever_its_unread_cells_say(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001", decision="")
    tiny.contest("T001", decision="", decided_on="", reason="")
    assert dict(take_in(tiny, tmp_path).reasons()) == {"duplicate_row": 1}


def test_a_test_that_two_rows_contest_is_contested_by_none(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    tiny.contest("T001", name="K2", decision="excluded")
    tiny.contest("T002", name="K3")
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [("K1", "contested_twice", "test_id"), ("K2", "contested_twice", "test_id")]
    assert [row[0] for row in taken.rows(STANDING)] == ["K3"]


def test_a_contest_set_aside_for_another_reason_doubles_none(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    tiny.contest("T001", name="K2", opened_on="2025-11-01")
    taken = take_in(tiny, tmp_path)
    assert taken.set_aside() == [("K2", "outside_window", "opened_on")]


def test_a_test_that_was_set_aside_cannot_be_contested(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.test("T001")["greeting"] = "9"
    tiny.contest("T001")
    assert dict(take_in(tiny, tmp_path).reasons()) == {"malformed_value": 1, "unknown_test": 1}


def test_corrections_are_made_before_contests_are_judged(tiny: TinyEdition, tmp_path: Path) -> None:
    """A clerk's correction gives the test its true candidate: only then is it that candidate's test."""
    tiny.contest("T001", candidate_id="bahia-hotels")
    tiny.contest("T002", name="K2", candidate_id="bahia-hotels")
    entry = {"id": "C1", "file": "audits/north/phone.csv", "key": "T001", "column": "candidate_id"}
    entry |= {
        "expect": "atlas-hotels",
        "value": "bahia-hotels",
        "reason": "Slip.",
        "by": "N. Clerk",
        "on": "2025-12-01",
    }
    tiny.corrections.append(entry)
    assert contests_of(take_in(tiny, tmp_path)) == [(2, 2, 0)]


def test_a_withdrawn_candidate_a_recheck_and_an_aborted_test_may_be_contested(
    tiny: TinyEdition, tmp_path: Path
) -> None:
    tiny.withdraw("cedre-banks")
    tiny.test("T002")["outcome"] = "aborted"
    recheck = next(row["test_id"] for row in tiny.tests() if row["rechecks"])
    of_cedre = next(row["test_id"] for row in tiny.tests() if row["candidate_id"] == "cedre-banks")
    for number, test_id in enumerate(("T002", recheck, of_cedre)):
        tiny.contest(test_id, name=f"K{number}")
    assert contests_of(take_in(tiny, tmp_path)) == [(3, 3, 0)]


def test_without_a_window_the_file_is_not_read(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    del tiny.rulebook["contest"]
    taken = take_in(tiny, tmp_path)
    assert contests_of(taken) == [] and taken.rows(STANDING) == [] and taken.report.problems == ()
    assert taken.rows("SELECT source FROM intake.deposit WHERE path = 'contests.csv'") == [("contests",)]


def test_with_a_window_no_file_is_no_contest(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    tiny.contests.clear()
    taken = take_in(tiny, tmp_path)
    assert taken.rows(STANDING) == [] and taken.report.problems == ()
    assert taken.rows("SELECT * FROM rulebook.contest_window") == [(date(2025, 11, 17), date(2025, 11, 28))]


def test_a_file_without_a_column_blocks_and_an_unknown_column_is_told(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001", remark="See the mail.")
    taken = take_in(tiny, tmp_path / "more")
    assert taken.report.unknown_columns == (("contests.csv", "remark"),) and contests_of(taken) == [(1, 1, 0)]
    del tiny.contests[0]["ground"]
    assert take_in(tiny, tmp_path / "less").codes() == ["missing_column"]


def test_personal_data_in_a_reason_refuses_the_file(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001", reason="Ask fatima@example.ma, 0661 23 45 67.")
    taken = take_in(tiny, tmp_path)
    assert taken.codes() == ["personal_data"] and contests_of(taken) == []


def test_an_edition_without_audits_has_no_test_to_contest(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    tiny.rulebook["components"] = {"audit": 0, "survey": 9000, "vote": 1000}
    tiny.rulebook["tie_break"] = ["survey"]
    assert dict(take_in(tiny, tmp_path).reasons()) == {"unknown_test": 1}


def correction(**changes: Any) -> dict[str, Any]:
    """The greeting of T001, put right because its candidate contested it."""
    entry = {"id": "C1", "file": "audits/north/phone.csv", "key": "T001", "column": "greeting", "expect": "4"}
    entry |= {"value": "3", "reason": "Heard.", "by": "N. Clerk", "on": "2025-12-01", "contest": "K1"}
    return entry | changes


def test_a_correction_keeps_its_contest_and_its_line(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001", decision="corrected")
    tiny.corrections += [
        correction(),
        correction(id="C2", key={"test_id": "T005"}, expect="3", value="4", contest=...),
    ]
    del tiny.corrections[1]["contest"]
    taken = take_in(tiny, tmp_path)
    assert taken.rows("SELECT id, contest, line FROM intake.correction ORDER BY id") == [
        ("C1", "K1", 2),
        ("C2", None, taken.rows("SELECT line FROM intake.test WHERE test_id = 'T005'")[0][0]),
    ]


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"contest": ""}, "correction_malformed"),
        ({"contest": "../K1"}, "correction_malformed"),
        ({"contest": ["K1"]}, "correction_malformed"),
        ({"because": "K1"}, "correction_malformed"),
        ({"file": "contests.csv", "key": "K1", "column": "decision", "expect": "rejected"}, "correction_file"),
    ],
)
def test_a_correction_names_a_contest_and_corrects_none(
    tiny: TinyEdition, tmp_path: Path, changes: dict[str, Any], code: str
) -> None:
    tiny.contest("T001")
    tiny.corrections.append(correction(**changes))
    assert take_in(tiny, tmp_path).codes() == [code]


def test_contests_that_are_not_read_are_corrected_no_more(tiny: TinyEdition, tmp_path: Path) -> None:
    tiny.contest("T001")
    del tiny.rulebook["contest"]
    tiny.corrections.append(correction(file="contests.csv", key="K1", column="decision", expect="rejected"))
    assert take_in(tiny, tmp_path).codes() == ["correction_file"]
