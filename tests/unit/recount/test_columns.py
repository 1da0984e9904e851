"""Cells read by columns: each is what is read of it alone, and the first thing wrong with a row is its reason."""

from collections.abc import Callable
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from orchestration.recount import moments
from orchestration.recount.columns import Columns
from orchestration.recount.grids import thousandths
from orchestration.recount.instants import EPOCH, MICROSECOND, Instants
from orchestration.recount.rows import NAME, ROW_ID, WORD, Cells, is_name, number
from tests.unit.recount.test_rows import NAMES, NO_NAMES, NUMBERS

ZONE = ZoneInfo("Africa/Casablanca")
EMPTY = ("", "NA")
TEXTS = st.lists(
    st.text(max_size=8)
    | st.text(st.sampled_from("aZ09_.:/#@- \n"), max_size=140)
    | st.from_regex(r"[0-9]{1,10}(\.[0-9]{0,4})?", fullmatch=True)
    | st.sampled_from([*NAMES, *NO_NAMES, *NUMBERS, "2025-10-01T09:00", "2025-10-01 08:00:00.0Z"]),
    max_size=20,
)
Reading = Callable[[Columns], pl.Series]
Answer = str | int | None


def columns(texts: list[str]) -> Columns:
    return Columns(pl.DataFrame({"x": texts}, schema={"x": pl.String}), Instants(ZONE))


def alike(texts: list[str], reading: Reading, alone: Callable[[str], tuple[Answer, str | None]]) -> None:
    """What is read of the column is what is read of each text alone: its value, and why its row is set aside."""
    cells = columns(texts)
    values = reading(cells)
    assert list(zip(values, cells.reason, strict=True)) == [alone(text) for text in texts]


def malformed(value: Answer, fine: bool) -> tuple[Answer, str | None]:
    return value, None if fine else "malformed_value"


@settings(max_examples=200)
@given(TEXTS)
@example([])
@example(["a..b", "x" * 128, "x" * 129, "", "a\n", "é", "a.b", "-a"])
def test_every_cell_is_read_as_it_is_alone(texts: list[str]) -> None:
    def text(pattern: str, optional: bool) -> Callable[[str], tuple[Answer, str | None]]:
        def read(cell: str) -> tuple[Answer, str | None]:
            one = Cells({"x": cell})
            value = one.text("x", pattern)
            return malformed(value or None, one.reason is None or (optional and not cell))

        return read

    def moment(cell: str) -> int | None:
        instant = moments.instant(cell, ZONE)
        return None if instant is None else (instant - EPOCH) // MICROSECOND

    for pattern in (NAME, ROW_ID, WORD, r"[0-9A-Fa-f]{64}"):
        alike(texts, lambda one, pattern=pattern: one.text("x", pattern), text(pattern, optional=False))
        alike(texts, lambda one, pattern=pattern: one.text("x", pattern, optional=True), text(pattern, optional=True))
    alike(
        texts,
        lambda one: one.number("x", 0, 10, EMPTY),
        lambda cell: malformed(number(cell, 0, 10), number(cell, 0, 10) is not None or cell in EMPTY),
    )
    alike(
        texts,
        lambda one: one.measure("x", EMPTY),
        lambda cell: malformed(thousandths(cell), thousandths(cell) is not None or cell in EMPTY),
    )
    alike(
        texts,
        lambda one: one.name("x"),
        lambda cell: malformed(cell if is_name(cell) else None, is_name(cell) or not cell),
    )
    alike(texts, lambda one: one.moment("x"), lambda cell: malformed(moment(cell), moment(cell) is not None))


def test_a_choice_that_is_not_known_has_its_own_reason() -> None:
    cells = columns(["a", "c", ""])
    assert cells.one_of("x", ("a", "b"), "unknown_channel").to_list() == ["a", None, None]
    assert cells.reason.to_list() == [None, "unknown_channel", "malformed_value"]


def test_a_time_may_be_empty_in_rows_where_it_is_optional() -> None:
    cells = columns(["", "", "soon"])
    assert cells.moment("x", pl.Series([True, False, True])).to_list() == [None] * 3
    assert cells.reason.to_list() == [None, "malformed_value", "malformed_value"]


def test_a_column_that_the_file_does_not_have_is_empty() -> None:
    cells = columns(["1", "2"])
    assert cells.number("y", 0, 1).to_list() == [None, None] and cells.reason.null_count() == 2
    assert cells.text("y", NAME).to_list() == [None, None] and cells.reason.null_count() == 0


@pytest.mark.parametrize("where", [[True, True], [True, None]])
def test_the_first_thing_that_is_wrong_is_the_reason(where: list[bool | None]) -> None:
    cells = columns(["1", "2"])
    cells.wrong(pl.Series([False, True]), "unknown_channel")
    cells.wrong(pl.Series(where), "malformed_value")
    assert cells.reason.to_list() == ["malformed_value", "unknown_channel"]
    cells.wrong(pl.Series([None, None], dtype=pl.Boolean), "no_answer")
    assert cells.reason.to_list() == ["malformed_value", "unknown_channel"]
