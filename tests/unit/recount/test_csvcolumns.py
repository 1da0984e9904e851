"""Lines cut many at once: the records that `csvtext` reads one by one, wherever a block ends."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.recount import blocks, csvcolumns, csvtext

LINES = st.lists(
    st.one_of(
        st.none(),
        st.text(st.sampled_from('ab",'), min_size=1, max_size=9),
        st.sampled_from(["a,b,c", '"a",b,"c"', 'a,b,"c', 'd"', 'a,"b']),
    ),
    max_size=12,
)
FORM = csvcolumns.Form(("x", "y", "free"), ",", ("y", "x"))


def frame(first: int, texts: list[str | None]) -> pl.DataFrame:
    """Lines as `blocks` hands them over."""
    lines = list(range(first, first + len(texts)))
    return pl.DataFrame({"line": lines, "text": texts}, schema={"line": pl.Int64, "text": pl.String})


def in_blocks(texts: list[str | None], size: int) -> tuple[list[tuple[int, str, str]], int]:
    """Rows and the number of unreadable lines."""
    rows: list[tuple[int, str, str]] = []
    lost, rest = 0, frame(1, [])
    for start in range(0, len(texts), size):
        block = frame(1 + start, texts[start : start + size])
        found, unreadable, rest = csvcolumns.cut(pl.concat([rest, block]), FORM, more=True)
        rows, lost = rows + found.rows(), lost + unreadable
    found, unreadable, rest = csvcolumns.cut(rest, FORM, more=False)
    assert rest.is_empty()
    return rows + found.rows(), lost + unreadable


@settings(max_examples=300)
@given(LINES, st.integers(1, 12))
def test_the_records_are_those_that_are_read_one_by_one(texts: list[str | None], size: int) -> None:
    numbered = list(enumerate(texts, start=1))
    careful = list(csvtext.records(numbered, ",", 3, [0, 1]))
    rows = [(number, fields[0], fields[1]) for number, fields in careful if fields is not None]
    assert in_blocks(texts, size) == (rows, sum(fields is None for _, fields in careful))


def test_a_quote_that_never_closes_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvtext, "LONGEST_RECORD", 10)
    _, lost, rest = csvcolumns.cut(frame(1, ['a,"b,c', "a,b,c", "a,b,c"]), FORM, more=True)
    assert (lost, rest.is_empty()) == (1, True)


def test_a_record_over_lines_is_one_where_a_column_that_nobody_uses_is_broken() -> None:
    texts: list[str | None] = ['a,b,"c', "", 'd"', "e,f,g", 'h,"i', 'j",k']
    assert in_blocks(texts, 6) == ([(1, "a", "b"), (4, "e", "f")], 2)
    assert in_blocks(texts, 2) == ([(1, "a", "b"), (4, "e", "f")], 2)


@pytest.mark.parametrize("block", [1, 7, 100])
@settings(max_examples=100)
@given(data=st.binary(max_size=30) | st.text(st.sampled_from("ab\n\r\ufeffé"), max_size=30).map(str.encode))
def test_blocks_of_a_file_read_whole_are_its_lines(block: int, data: bytes) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(blocks, "BLOCK", block)
        found = [row for first, part in blocks.of_bytes(data) for row in blocks.lines(first, part).iter_rows()]
    assert found == [(number, text) for number, text in csvtext.lines_of(data) if text != ""]


def test_a_column_that_is_only_told_may_span_lines_and_bear_any_name() -> None:
    data = b'line,x,y\n1,"a\nb",c\n2,d,"e\nf"\n'
    form, behind = csvcolumns.header_of("f", blocks.of_bytes(data), required="y", used="y", named=["x", "line"])
    numbers, rows, lost = zip(*csvcolumns.pieces(form, behind), strict=True)
    assert pl.concat(numbers).to_list() == [2] and sum(lost) == 2
    assert pl.concat(rows).to_dicts() == [{"line": "1", "x": "a\nb", "y": "c"}]
