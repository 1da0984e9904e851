"""Patterns of cells: what DuckDB accepts, held against Python's own reading."""

import re
import unicodedata

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import patterns
from orchestration.recount.candidates import is_company
from orchestration.storage import literal
from tests.fixtures.tries import tries

CON = duckdb.connect()
"""One for all cells: nothing is kept in it, and opening one costs more than asking it."""


def holds(expression: str, cell: str) -> bool:
    """What SQL says of a cell in column `x`."""
    (found,) = CON.execute(f"SELECT {expression} FROM (SELECT ?::VARCHAR AS x)", [cell]).fetchone() or (None,)
    assert found is not None
    return bool(found)


NUMBER_LIKE = st.one_of(
    st.integers(-5, 2_000_000_000).map(str),
    st.floats(allow_nan=True).map(str),
    st.text("0123456789٣２.,-+eE_ ", max_size=12),
    st.from_regex(r"\s?0*[0-9]{1,10}\s?", fullmatch=True),
)


@pytest.mark.sampled
@settings(max_examples=tries(300, 100))
@given(NUMBER_LIKE, st.integers(0, 3), st.integers(0, 40))
def test_a_rating_is_a_plain_whole_number_within_bounds(cell: str, low: int, width: int) -> None:
    plain = re.fullmatch("[0-9]{1,9}", cell) is not None
    expected = plain and low <= int(cell) <= low + width
    assert holds(patterns.in_range("x", low, low + width), cell) is expected


@pytest.mark.parametrize(
    "cell", ["1e9", "٣", "２", "-0", "4.0", " 4", "4 ", "0x4", "1_0", "+4", "", "NaN", "4\n", "4\0"]
)
def test_numbers_that_other_readers_would_bend_are_no_numbers(cell: str) -> None:
    assert not holds(patterns.in_range("x", 0, 10_000), cell)


@pytest.mark.parametrize(
    ("cell", "good"),
    [
        ("T-001", True),
        ("TM/phone:12#3@x.y", True),
        ("_a", True),
        ("a" * 128, True),
        ("a" * 129, False),
        ("../../etc/passwd", False),
        ("a/../b", False),
        ("=cmd()", False),
        ("<b>", False),
        ("a b", False),
        ("a\n", False),
        ("é", False),
        ("", False),
        ("'; DROP TABLE x; --", False),
    ],
)
def test_an_id_of_a_row_cannot_be_a_path_a_formula_or_markup(cell: str, good: bool) -> None:
    assert holds(patterns.is_row_id("x"), cell) is good


@pytest.mark.sampled
@settings(max_examples=tries(300, 100))
@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=210))
def test_a_company_has_a_printable_name_that_is_no_formula(cell: str) -> None:
    hidden = any(unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") for sign in cell)
    expected = 1 <= len(cell) <= 200 and not hidden and cell[0] not in "=+-@\uff1d\uff0b\uff0d\uff20"
    assert holds(patterns.is_like("x", patterns.COMPANY), cell) is expected
    assert is_company(cell) is expected


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\u2028", "\x85", "\ue000"])
def test_no_company_has_a_sign_that_hides_or_turns_its_name(sign: str) -> None:
    """Two names that differ in such a sign alone are one name to whoever reads them."""
    assert not holds(patterns.is_like("x", patterns.COMPANY), f"Atlas{sign}Bank") and not is_company(f"Atlas{sign}Bank")
    assert holds(patterns.is_like("x", patterns.COMPANY), "Atlas\u00a0& Cie") and is_company("بنك الأطلس")


@pytest.mark.parametrize("sign", "=+@-\uff1d\uff0b\uff20\uff0d")
def test_no_company_begins_as_a_formula_does(sign: str) -> None:
    assert not holds(patterns.is_like("x", patterns.COMPANY), f"{sign}Atlas") and not is_company(f"{sign}Atlas")
    assert holds(patterns.is_like("x", patterns.COMPANY), f"Atlas{sign}") and is_company(f"Atlas{sign}")


def test_a_literal_cannot_leave_its_quotes() -> None:
    hostile = "x'); DROP TABLE cells; --"
    assert holds(f"x = {literal(hostile)}", hostile)
