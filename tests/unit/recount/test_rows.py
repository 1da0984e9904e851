"""Reading one cell, settling rows that share a key, and the account of a file."""

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.recount.rows import NAME, ROW_ID, WORD, Cells, account, is_blank, is_name, number, settle_repeats

NAMES = ["a", "7", "Fès", "Fe\u0300s", "فاس", "٣ مارس", "a b", "a\u00a0b", "A.B (C), D&E", "x" * 60, "𝒜"]
NO_NAMES = [
    *("", " a", "-a", "=1", "@a", "(a", "\u0301a", "½", "²", "x" * 61, "a\tb", "a\nb", "a\x7f"),
    *("a\u200b", "a\u202e", "a\u2028b", "a\u2029b", "a\ue000", "a\ufeff"),
]
NUMBERS = {"0": 0, "10": 10, "007": 7} | dict.fromkeys(
    ["", "NA", "11", "-0", "-1", "+1", "4.0", "1e0", " 4", "4\n", "٣", "２", "0000000001", "na", "=4"]
)


def cells(value: str | None) -> Cells:
    return Cells({} if value is None else {"x": value})


Reading = Callable[[Cells], object]


def check(reading: Reading, value: str | None, expected: object, reason: str | None) -> None:
    one = cells(value)
    assert reading(one) == expected
    assert one.reason == reason
    assert len(one.known) == 1


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (NAME, ["a", "A-1_b", "7", "x" * 64], ["", "-a", "é", "x" * 65, "a b", "a.b", "a\n"]),
        (ROW_ID, ["T1", "_x", "a:b/c#d@e.f", "x" * 128], ["", "-a", "a..b", "../x", "x" * 129, "a b", "a\x00", "=1"]),
        (WORD, ["fr", "darija", "x-1"], ["", "1a", "fr ", "x" * 33, "ar\t"]),
    ],
)
def test_a_text_cell_matches_its_pattern_as_a_whole(pattern: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        check(lambda one: one.text("x", pattern), value, value, None)
    for value in bad:
        check(lambda one: one.text("x", pattern), value, "", "malformed_value")


@pytest.mark.parametrize("value", NAMES)
def test_a_name_is_printable_and_begins_with_a_letter_or_digit(value: str) -> None:
    assert is_name(value)


@pytest.mark.parametrize("value", NO_NAMES)
def test_what_is_no_name(value: str) -> None:
    assert not is_name(value)


def test_a_day_is_read_as_it_is_written() -> None:
    check(lambda one: one.day("x"), "2025-11-17", "2025-11-17", None)
    check(lambda one: one.day("x"), "2025-11-31", "", "malformed_value")
    check(lambda one: one.day("x"), None, "", "malformed_value")


@pytest.mark.parametrize(
    ("text", "blank"),
    [("Because.", False), ("«", False), ("\n x \t", False), ("", True), (" \r\n", True), ("\u00a0\u200b\u2029", True)],
)
def test_what_shows_nothing_is_blank(text: str, blank: bool) -> None:
    assert is_blank(text) is blank


def test_a_choice_that_is_not_known_has_its_own_reason() -> None:
    check(lambda one: one.one_of("x", ("a", "b"), "unknown_channel"), "a", "a", None)
    check(lambda one: one.one_of("x", ("a", "b"), "unknown_channel"), "c", "c", "unknown_channel")
    check(lambda one: one.one_of("x", ("a", "b"), "unknown_channel"), "", "", "malformed_value")


@pytest.mark.parametrize(("value", "expected"), NUMBERS.items())
def test_a_whole_number(value: str, expected: int | None) -> None:
    assert number(value, 0, 10) == expected


def test_a_number_may_have_a_least_value_and_nine_digits() -> None:
    assert number("0", 1, 7) is None
    assert number("999999999", 0, 999_999_999) == 999_999_999


def test_the_first_thing_that_is_wrong_is_the_reason() -> None:
    one = cells("?")
    one.one_of("x", (), "unknown_channel")
    one.text("x", NAME)
    assert one.reason == "unknown_channel"


@dataclass
class Line:
    line: int
    key: str
    known: tuple[Hashable, ...]
    reason: str | None = None
    file: str = "f"


@pytest.mark.parametrize(
    ("rows", "reasons"),
    [
        ([("k", 1, None)], [None]),
        ([("k", 1, None), ("l", 1, None)], [None, None]),
        ([("k", 1, None), ("k", 1, None), ("k", 1, None)], [None, "duplicate_row", "duplicate_row"]),
        ([("k", 1, None), ("k", 2, None)], ["conflicting_rows"] * 2),
        ([("k", 1, None), ("k", 1, None), ("k", 2, None)], ["conflicting_rows"] * 3),
        ([("k", 1, None), ("k", 2, "malformed_value")], ["conflicting_rows", "malformed_value"]),
        ([("k", 1, "malformed_value"), ("k", 1, "malformed_value")], ["malformed_value"] * 2),
        ([("k", 1, "outside_window")], ["outside_window"]),
        ([], []),
    ],
)
def test_rows_that_share_a_key(rows: list[tuple[str, int, str | None]], reasons: list[str | None]) -> None:
    lines = [Line(number, key, (known,), reason) for number, (key, known, reason) in enumerate(rows)]
    settle_repeats(reversed(lines))
    assert [line.reason for line in lines] == reasons


@given(
    st.lists(st.tuples(st.sampled_from("kl"), st.integers(0, 1), st.sampled_from([None, "malformed_value"]))),
    st.randoms(),
)
def test_what_is_set_aside_does_not_depend_on_order(rows: list[tuple[str, int, str | None]], chance: object) -> None:
    lines = [Line(number, key, (known,), reason) for number, (key, known, reason) in enumerate(rows)]
    again = [Line(number, key, (known,), reason) for number, (key, known, reason) in enumerate(rows)]
    shuffled = list(again)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    settle_repeats(lines)
    settle_repeats(shuffled)
    assert [line.reason for line in lines] == [line.reason for line in again]
    kept = [line for line in lines if line.reason is None]
    assert len({line.key for line in kept}) == len(kept)


def test_an_account_closes() -> None:
    found = account("f.csv", "audits", [None, None, "malformed_value", "duplicate_row", "malformed_value"], 2)
    assert found.quarantined == {"duplicate_row": 1, "malformed_value": 2, "unreadable_row": 2}
    assert (found.rows_read, found.rows_accepted, found.rows_quarantined) == (7, 2, 5)
    assert account("f.csv", "audits", [], 0).quarantined == {}
