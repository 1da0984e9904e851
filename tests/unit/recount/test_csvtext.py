"""CSV by lines: what RFC 4180 allows is read, a bad line costs one line."""

import csv
import io
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.recount import csvtext


def read(text: str | bytes, width: int = 3, used: tuple[int, ...] = (0, 1), delimiter: str = ",") -> list[Any]:
    data = text.encode() if isinstance(text, str) else text
    return list(csvtext.records(csvtext.lines_of(data), delimiter, width, used))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a,b,c\n", [(1, ["a", "b", "c"])]),
        ("a,b,c\r\nd,e,f", [(1, ["a", "b", "c"]), (2, ["d", "e", "f"])]),
        ("\n\r\na,,\n\n", [(3, ["a", "", ""])]),
        ('"a","b ""x""","c,d"\n', [(1, ["a", 'b "x"', "c,d"])]),
        ('"","",""\n', [(1, ["", "", ""])]),
        ("a,b\n", [(1, None)]),
        ("a,b,c,d\n", [(1, None)]),
        (" , ,\n", [(1, [" ", " ", ""])]),
        ('a"b,c,d\ne,f,g\n', [(1, None), (2, ["e", "f", "g"])]),
        ('a"b"c,d,e\n', [(1, None)]),
        ('"a"b,c,d\n', [(1, None)]),
        ('"a,b,c\nd,e,f\ng,h,i\n', [(1, None), (2, ["d", "e", "f"]), (3, ["g", "h", "i"])]),
        # a line break in a column that we do not use is the supplier's business …
        ('a,b,"c\nd"\ne,f,g\n', [(1, ["a", "b", "c\nd"]), (3, ["e", "f", "g"])]),
        # … in one that we use it would hide the lines between two stray quotes
        ('x,"y,z\nd,e,f\np,q",r\n', [(1, None), (2, ["d", "e", "f"]), (3, None)]),
        ('a,b,"c\n\nd"\n', [(1, ["a", "b", "c\n\nd"])]),
    ],
)
def test_records(text: str, expected: list[Any]) -> None:
    assert read(text) == expected


def test_a_line_that_is_not_utf8_is_set_aside_alone() -> None:
    assert read(b"a,b,c\nd,\xe9,f\ng,h,i\n") == [(1, ["a", "b", "c"]), (2, None), (3, ["g", "h", "i"])]
    assert read(b'a,b,"c\n\xe9",x\ng,h,i\n') == [(1, None), (2, None), (3, ["g", "h", "i"])]


def test_a_byte_order_mark_is_dropped_and_a_lone_carriage_return_kept() -> None:
    assert csvtext.lines_of(b"\xef\xbb\xbfa\rb\r\nc") == [(1, "a\rb"), (2, "c")]


def test_a_record_without_end_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvtext, "LONGEST_RECORD", 10)
    assert read('a,b,"c\n' + "d,e,f\n" * 4 + 'x",y\n')[:2] == [(1, None), (2, ["d", "e", "f"])]


@pytest.mark.parametrize(
    ("header", "expected"),
    [("a,b;c,d", ","), ("a;b;c", ";"), ("a", ","), ("a;b,c", ","), ('a;b;"c, d, e, f"', ";"), ('a,b,"c; d; e"', ",")],
)
def test_the_delimiter_is_what_the_header_has_more_of(header: str, expected: str) -> None:
    assert csvtext.delimiter_of(header) == expected


CELLS = st.text(st.characters(exclude_characters="\r\n\x00", exclude_categories=["Cs"]), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=3, max_size=3), max_size=6), st.sampled_from(",;"), st.booleans())
def test_what_a_csv_writer_wrote_is_read_back(rows: list[list[str]], delimiter: str, all_quoted: bool) -> None:
    text = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if all_quoted else csv.QUOTE_MINIMAL
    csv.writer(text, delimiter=delimiter, quoting=quoting).writerows(rows)
    assert [fields for _, fields in read(text.getvalue(), delimiter=delimiter)] == rows


@given(st.lists(st.sampled_from(["a,b,c", '"a,b,c', 'a,b"c', 'a,"b",c', '"', "", 'a,b,"c']), max_size=12))
def test_every_line_is_read_once(lines: list[str]) -> None:
    found = read("\n".join(lines))
    assert [number for number, _ in found] == sorted({number for number, _ in found})
    taken = sum(1 + sum(cell.count("\n") for cell in fields) if fields else 1 for _, fields in found)
    empty_inside = sum(cell.count("\n\n") + (cell.endswith("\n") and 0) for _, f in found if f for cell in f)
    assert taken >= sum(line != "" for line in lines) - empty_inside
    assert all(fields is None or len(fields) == 3 for _, fields in found)
