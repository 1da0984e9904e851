"""CSV: what is a row, what is unreadable, and that both ways of reading agree."""

import csv
import io
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import csv_rows, limits
from orchestration.intake.readers.csv_blocks import PlainBlock
from orchestration.intake.readers.csv_rows import CsvRows
from orchestration.intake.readers.streams import Block

Rows = list[tuple[Any, ...]]
Unread = list[tuple[int, str]]

PIECES = st.sampled_from(
    [b",", b";", b"a", b"b", b'"', b'""', b"\n", b"\r\n", b"\r", b" ", b"\xff", b"\xc3\xa9", b"\0", b'"x",y\n', b"\n\n"]
)


def read(data: bytes, size: int = 1 << 16, known: tuple[str, ...] = ("h1", "h2")) -> tuple[Rows, Unread]:
    """Rows with their line, and unreadable lines."""
    rows: Rows = []
    unread: Unread = []
    for part in CsvRows(io.BytesIO(data).read, known, size).parts():
        rows += zip(part.lines.to_pylist(), *(cells.to_pylist() for cells in part.cells), strict=True)
        unread += part.unreadable
    return rows, unread


def read_slowly(data: bytes, known: tuple[str, ...] = ("h1", "h2")) -> tuple[Rows, Unread]:
    """The same without the quick way."""

    class NeverTrivial(PlainBlock):
        trivial = False

    with patch.object(csv_rows, "PlainBlock", NeverTrivial):
        return read(data, known=known)


@settings(max_examples=400)
@given(st.lists(PIECES, max_size=30).map(b"".join), st.sampled_from([1, 2, 7, 1000]))
def test_the_quick_and_the_careful_way_give_the_same_rows_whatever_the_blocks(body: bytes, size: int) -> None:
    data = b"h1,h2\n" + body
    assert read(data, size) == read(data) == read_slowly(data)


@settings(max_examples=300)
@given(st.lists(PIECES, max_size=30).map(b"".join))
def test_no_line_is_lost_or_read_twice(body: bytes) -> None:
    data = b"h1,h2\n" + body
    lines = data.split(b"\n")
    rows, unread = read(data)
    taken: list[int] = [number for number, _ in unread]
    for number, *cells in rows:
        taken += range(number, number + 1 + sum(cell.count("\n") for cell in cells))
    empty = [number for number, line in enumerate(lines, start=1) if line in (b"", b"\r") and number not in taken]
    assert sorted([1, *taken, *empty]) == list(range(1, len(lines) + 1))


@given(
    st.lists(
        st.tuples(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n")), st.text('ab,;" é')),
        max_size=8,
    ),
    st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    st.sampled_from(",;"),
)
def test_what_a_spreadsheet_writes_is_read_back(cells: list[tuple[str, str]], quoting: int, delimiter: str) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting, lineterminator="\r\n")  # type: ignore[arg-type]
    writer.writerow(("h1", "h2"))
    writer.writerows(cells)
    rows, unread = read(b"\xef\xbb\xbf" + text.getvalue().encode())
    assert [tuple(row[1:]) for row in rows] == cells
    assert unread == []


def test_an_open_quote_costs_its_own_line_and_no_other() -> None:
    rows, unread = read(b'h1,h2\n1,2\n3,"4\n5,6\n7,8\n')
    assert rows == [(2, "1", "2"), (4, "5", "6"), (5, "7", "8")]
    assert unread == [(3, '3,"4')]


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=30).map(b"".join), st.sampled_from([1, 7, 1000]))
def test_a_block_that_needs_care_is_read_in_pieces_and_gives_the_same(body: bytes, piece: int) -> None:
    data = b"h1,h2\n" + body
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "CAREFUL_BYTES", piece)
        in_pieces = read(data)
    assert in_pieces == read(data)


@settings(max_examples=200)
@given(st.lists(PIECES, max_size=30).map(b"".join), st.sets(st.integers(2, 30)), st.sampled_from([1, 9, 1000]))
def test_chosen_lines_are_read_again_as_they_were(body: bytes, chosen: set[int], size: int) -> None:
    data = b"h1,h2\n" + body
    rows = {row[0]: row for row in read(data)[0]}
    only = np.array(sorted(chosen & rows.keys()), dtype=np.int64)
    again: Rows = []
    for part in CsvRows(io.BytesIO(data).read, ("h1", "h2"), size).parts(only):
        again += zip(part.lines.to_pylist(), *(cells.to_pylist() for cells in part.cells), strict=True)
    read_again = {row[0]: row for row in again}
    assert {line: read_again.get(line) for line in only.tolist()} == {line: rows[line] for line in only.tolist()}


def test_two_open_quotes_do_not_marry_when_the_column_is_one_we_use() -> None:
    rows, unread = read(b'h1,h2\na,"b\nc,d\ne",f\n')
    assert rows == [(3, "c", "d")]
    assert [line for line, _ in unread] == [2, 4]


def test_a_line_end_inside_quotes_is_kept_in_a_column_that_we_do_not_use() -> None:
    rows, unread = read(b'h1,h2,comment\n1,2,"one\ntwo"\n3,4,x\n', known=("h1", "h2"))
    assert rows == [(2, "1", "2", "one\ntwo"), (4, "3", "4", "x")]
    assert unread == []


@pytest.mark.parametrize(
    "line",
    [b"1", b"1,2,3", b'a"b,2', b'"a"b,2', b'"a,2', b"\xff,2", b"   "],
    ids=["few", "many", "quote inside", "after quote", "open", "not UTF-8", "blank"],
)
def test_a_line_that_makes_no_row_is_unreadable_and_kept(line: bytes) -> None:
    rows, unread = read(b"h1,h2\n0,0\n" + line + b"\n9,9\n")
    assert [row[0] for row in rows] == [2, 4]
    assert unread == [(3, line.decode("utf-8", "backslashreplace"))]


def test_a_quote_that_never_closes_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "RECORD_CHARACTERS", 10)
    rows, unread = read(b'h1,h2,c\n1,2,"x\n' + b"a,b,c\n" * 5 + b'3,4,y"\n', known=("h1", "h2"))
    assert len(rows) == 5
    assert [line for line, _ in unread] == [2, 8]


def test_nul_and_null_words_are_text_like_any_other() -> None:
    rows, _ = read(b"h1,h2\nNULL,NA\na\0b,\n")
    assert rows == [(2, "NULL", "NA"), (3, "a\0b", "")]


@pytest.mark.parametrize("header", [b"h1;h2", b'"h1";"h2"', b"h1;h2\r"])
def test_a_semicolon_is_found_from_the_header(header: bytes) -> None:
    rows, _ = read(header + b"\n1,5;2\n")
    assert rows == [(2, "1,5", "2")]


def test_the_delimiter_is_the_one_that_gives_columns_we_know() -> None:
    rows = CsvRows(io.BytesIO(b"h1;h2;note a, b, c, d\n1;2;x\n").read, ("h1", "h2"))
    assert rows.header == ("h1", "h2", "note a, b, c, d")


@pytest.mark.parametrize("data", [b"", b"\n1,2\n", b"\xff\xfeh\x001\x00\n", b'"h1,h2\n1,2\n'])
def test_a_file_without_a_header_is_refused(data: bytes) -> None:
    with pytest.raises(FileProblem) as caught:
        read(data)
    assert caught.value.code == "no_header"


def test_a_cell_of_ten_megabytes_is_read_whole() -> None:
    rows, _ = read(b"h1,h2\n" + b"x" * 10_000_000 + b",2\n")
    assert [len(cell) for cell in rows[0][1:]] == [10_000_000, 1]


def test_a_line_without_end_is_refused_and_not_gathered_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINE_BYTES", 1000)
    with pytest.raises(FileProblem) as caught:
        read(b"h1,h2\n" + b"x" * 5000, size=100)
    assert caught.value.code == "too_large"


def test_a_block_that_arrow_would_read_otherwise_is_not_called_trivial() -> None:
    for data in (b'a"b,c\n', b'"a"b,c\n', b'"a""b",c\n', b"a\rb,c\n", b'"a\n",c\n', b"\xff,c\n", b'"a,c\n', b"a,b\r"):
        assert not PlainBlock(Block(1, data), ",").trivial, data
    for data in (b'"a","b"\n', b'a,""\r\n', b"a,b", b'"a,b",c\n'):
        assert PlainBlock(Block(1, data), ",").trivial, data
