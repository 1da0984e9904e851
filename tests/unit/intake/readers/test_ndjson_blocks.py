"""NDJSON: a plain block holds the rows that the careful way reads; a block that is not plain is left to it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.readers.ndjson_blocks import plain_part
from orchestration.intake.readers.ndjson_rows import read_carefully
from orchestration.intake.readers.streams import Block

KNOWN = ("a", "b")
PIECES = st.sampled_from(
    [
        *(b'{"a":"1","b":"2"}', b'{"b":"x","a":"}{"}', b'{"a":"1"}', b'{"a":"1","b":"2","a":"3"}', b'{"a":1,"b":"2"}'),
        *(b"{", b"}", b"[", b"]", b'"', b'"a"', b'"b"', b":", b",", b" ", b"\t", b"\r", b"\n", b"\r\n", b"\\", b"\0"),
        *(b"null", b"true", b"1", b"/**/", b"\xff", b"\xc3\xa9", b'{"a":"1","b":null}', b'{"a":"1","b":"2"}\n'),
    ]
)


def rows(part: Any) -> list[tuple[Any, ...]]:
    """Rows with their line."""
    return list(zip(part.lines.to_pylist(), *(cells.to_pylist() for cells in part.cells), strict=True))


@settings(max_examples=500)
@given(st.lists(PIECES, max_size=14).map(b"".join))
def test_a_plain_block_has_the_rows_of_the_careful_way(data: bytes) -> None:
    part = plain_part(Block(5, data), KNOWN)
    if part is not None:
        lines = data.decode("utf-8").removesuffix("\n").split("\n")
        careful = [read_carefully(line, KNOWN) for line in lines]
        assert None not in careful
        assert rows(part) == [(5 + place, *cells) for place, cells in enumerate(careful) if cells is not None]
        assert part.unreadable == []


def test_two_objects_on_a_line_and_one_on_two_are_not_mistaken_for_three_lines() -> None:
    assert plain_part(Block(1, b'{"a":"1","b":"2"}{"a":"1","b":"2"}\n{"a":"1",\n"b":"2"}\n'), KNOWN) is None


@pytest.mark.parametrize(
    "line",
    [
        *(b'{"a":"1","b":2}', b'{"a":"1"}', b'{"a":"1","b":"2","c":"3"}', b'{"a":"1","b":null}', b'{"a":"1","b":"2",}'),
        *(b'{"a":"1","b":"2","a":"1"}', b'{"a":"1","b":"\\u0041"}', b'{"a":"1","b":["2"]}', b"{a:'1','b':'2'}", b""),
        *(b'{"a":"1","b":"2"} ', b'{"a":"\x01","b":"2"}', b'{"a":"\xff","b":"2"}', b"NaN"),
    ],
)
def test_a_line_that_needs_care_leaves_its_block_to_it(line: bytes) -> None:
    assert plain_part(Block(1, b'{"a":"1","b":"2"}\n' + line + b'\n{"a":"1","b":"2"}\n'), KNOWN) is None


def test_lines_may_end_as_on_windows_and_the_last_not_at_all() -> None:
    part = plain_part(Block(7, b'{"a":"1","b":"2"}\r\n{"b":"4","a":"3"}'), KNOWN)
    assert part is not None and rows(part) == [(7, "1", "2"), (8, "3", "4")]
