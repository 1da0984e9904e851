"""Plain cells: what is told by columns is what the rules say cell by cell, and nobody hides in it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake import personal
from orchestration.intake.patterns import ROW_ID, TIME
from orchestration.intake.readers.plain_cells import (
    empty_cells,
    local_times,
    plain_hashes,
    plain_ids,
    plain_keys,
    plain_words,
    quiet_texts,
    zoned_times,
)
from orchestration.intake.times import Clock
from orchestration.storage import connect

SIGNS = st.sampled_from(list("aZ09cCiInNeE__--  .:/#@+=%&(é\u0660\0"))
DASHED = st.text(st.sampled_from(list("aAcCiInN0159_-")), max_size=45)
CELLS = st.one_of(
    st.text(SIGNS, max_size=12),
    DASHED,
    st.from_regex(personal.BARE_KEY, fullmatch=True),
    st.from_regex(personal.BARE_ID, fullmatch=True),
    st.from_regex("[0-9]{1,16}", fullmatch=True),
    st.from_regex("[a-z_-]{0,9}(cin|CNIE|c-n|tel)[-_]{0,2}[a-z]{1,2}[0-9]{5,6}[-_a-z0-9]{0,20}", fullmatch=True),
    st.from_regex("[0-9]{2}[-_][0-9]{2}[-_]20[0-9]{2}[0-9]{0,10}", fullmatch=True),
    st.from_regex("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", fullmatch=True),
    st.from_regex("[A-Za-z0-9_-]{43}", fullmatch=True),
    st.integers(0, 140).map(lambda length: "x" * length),
)


def column(cells: list[str]) -> pa.Array:
    """A column that does not begin at the first byte of its buffer."""
    return pa.array(["before", *cells, "after"], pa.string())[1:-1]


@pytest.mark.parametrize(("plain", "kind"), [(plain_ids, personal.Kind.ID), (plain_keys, personal.Kind.KEY)])
@settings(max_examples=300)
@given(cells=st.lists(CELLS, max_size=6))
def test_a_plain_cell_is_well_formed_and_nobody_is_in_it(
    plain: Callable[[pa.Array], np.ndarray], kind: personal.Kind, cells: list[str]
) -> None:
    for cell, is_plain in zip(cells, plain(column(cells)), strict=True):
        if is_plain:
            assert re.fullmatch(ROW_ID, cell) and ".." not in cell
            assert not personal.looks_personal(cell, kind), cell


@settings(max_examples=100)
@given(st.lists(CELLS, max_size=8))
def test_a_cell_is_plain_or_not_whatever_its_neighbours(cells: list[str]) -> None:
    for plain in (plain_ids, plain_keys):
        alone = [bool(plain(column([cell]))[0]) for cell in cells]
        assert plain(column(cells)).tolist() == alone


@pytest.mark.parametrize(
    ("cell", "as_id", "as_key"),
    [
        ("V0000000001", True, False),
        ("17", True, False),
        ("0612345678", False, False),
        ("_17", False, False),
        ("-a", False, False),
        ("a" * 128, True, True),
        ("a" * 129, False, False),
        ("9d" * 16, False, True),
        ("cin" + "a" * 25, False, True),
        ("cin-" + "a" * 25, False, False),
        ("3f2a7c10-9d4e-4b55-8a01-6f0e9c2d7b31", False, True),
        ("", False, False),
    ],
)
def test_what_suppliers_write_is_plain(cell: str, as_id: bool, as_key: bool) -> None:
    assert bool(plain_ids(column([cell]))[0]) is as_id
    assert bool(plain_keys(column([cell]))[0]) is as_key


def test_hashes_and_empty_cells() -> None:
    cells = column(["ab" * 32, "AB" * 32, "", "ab" * 31, "g" + "a" * 63])
    assert plain_hashes(cells).tolist() == [True, False, False, False, False]
    assert empty_cells(cells).tolist() == [False, False, True, False, False]
    assert plain_hashes(column([])).tolist() == []


def test_words_have_the_number_they_are_known_by() -> None:
    assert plain_words(column(["b", "a", "", "b"]), {"a": 0, "b": 7}).tolist() == [7, 0, -1, 7]
    assert plain_words(column([]), {}).tolist() == []


TIMES = st.one_of(
    st.text(st.sampled_from(list("0129-:.TZ+ ")), min_size=18, max_size=28),
    st.from_regex(TIME, fullmatch=True),
    st.from_regex(
        r"20[0-9]{2}-(0[1-9]|1[0-2])-[0-3][0-9][T ]([01][0-9]|2[0-4]):[0-6][0-9]:[0-6][0-9]"
        r"(\.[0-9]{0,10})?(Z|[+-][01][0-9]:[0-6][0-9]|)",
        fullmatch=True,
    ),
)


@settings(max_examples=40)
@given(st.lists(TIMES, max_size=150))
def test_a_plain_time_is_the_time_that_the_rules_read(cells: list[str]) -> None:
    mask, times = zoned_times(column(cells))
    told = times.cast(pa.int64()).to_pylist()
    clock = Clock(ZoneInfo("Africa/Casablanca"), 2019, 2030)
    with connect(":memory:") as con:
        con.register(
            "given", pa.table({"place": pa.array(range(len(cells)), pa.int64()), "x": pa.array(cells, pa.string())})
        )
        read = con.execute(
            f"SELECT x_written, epoch_us(x_utc) FROM {clock.with_times('given', ('x',))} ORDER BY place"
        ).fetchall()
    for cell, is_plain, micro, (written, expected) in zip(cells, mask, told, read, strict=True):
        if is_plain:
            assert written and micro == expected, cell
            assert not personal.looks_personal(cell, personal.Kind.ID)


@settings(max_examples=40)
@given(st.lists(TIMES, max_size=150))
def test_a_plain_local_time_is_the_time_that_is_written(cells: list[str]) -> None:
    mask, times = local_times(column(cells))
    for cell, is_plain, micro in zip(cells, mask, times.cast(pa.int64()).to_pylist(), strict=True):
        if is_plain:
            assert re.fullmatch(TIME, cell) and not re.search("(Z|[+-][0-9:]+)$", cell[16:])
            written = datetime.fromisoformat(cell).replace(tzinfo=UTC)
            assert (written - datetime.fromtimestamp(0, UTC)) // timedelta(microseconds=1) == micro
            assert not personal.looks_personal(cell, personal.Kind.ID)


def test_local_times_as_suppliers_write_them_are_plain() -> None:
    cells = ["2025-11-05T10:00:00", "2025-11-05 10:00:00.5", "2025-11-05T10:00", "2025-11-05T10:00+01", "", "soon"]
    assert local_times(column(cells))[0].tolist() == [True, True, False, False, False, False]
    assert local_times(column(["", "soon"]))[0].tolist() == [False, False]


def test_times_finer_than_a_microsecond_are_left_to_the_rules() -> None:
    cells = [f"2025-11-05T10:00:00.{'1' * digits}{zone}" for digits in (7, 8, 9) for zone in ("", "Z", "+01:00")]
    for read in (zoned_times, local_times):
        assert not read(column(cells))[0].any()


def test_one_word_among_times_costs_its_neighbours_nothing_but_care() -> None:
    good = [f"2025-11-05T10:{minute:02d}:00+01:00" for minute in range(60)] * 10
    mask, times = zoned_times(column([*good, "yesterday, a quarter", *good]))
    assert mask[:500].all() and mask[-500:].all() and not mask[len(good)]
    assert times[0].as_py() == datetime(2025, 11, 5, 9, tzinfo=UTC).replace(tzinfo=None)


@settings(max_examples=300)
@given(
    st.lists(
        st.one_of(CELLS, st.text(max_size=12), st.text(st.sampled_from(list("at(){}[]<>&;%@. xX~")), max_size=16)),
        max_size=6,
    )
)
def test_a_quiet_text_holds_nobody(cells: list[str]) -> None:
    for cell, is_quiet in zip(cells, quiet_texts(column(cells)), strict=True):
        assert not (is_quiet and re.search(personal.TEXT_MAYBE, cell)), cell
        assert not (is_quiet and personal.looks_personal(cell)), cell
