"""Files of moderate size as rows of text, with what is wrong in them."""

from pathlib import Path

import pytest

from orchestration.recount import readers
from orchestration.recount.errors import CannotRecount


def read(tmp_path: Path, data: bytes) -> readers.Table:
    place = tmp_path / "t.csv"
    place.write_bytes(data)
    return readers.read_table(place, "candidates.csv", ("a", "b"), ("a", "b"))


def test_a_csv_in_any_column_order_with_columns_that_nobody_asked_for(tmp_path: Path) -> None:
    table = read(tmp_path, b"\xef\xbb\xbf\r\nb;x;a\r\n1;2;3\r\n\r\n4;5\r\n6;\xff;7\r\n")
    assert table.rows == [(3, {"b": "1", "x": "2", "a": "3"})]
    assert table.unreadable == (5, 6)


def test_columns_that_nobody_reads_may_be_called_alike_or_anything(tmp_path: Path) -> None:
    table = read(tmp_path, b"a,b,,,x,x,\x07\n1,2,3,4,5,6,7\n")
    assert [(number, row["a"], row["b"]) for number, row in table.rows] == [(2, "1", "2")]


def test_a_column_that_a_correction_names_stands_once(tmp_path: Path) -> None:
    place = tmp_path / "t.csv"
    place.write_bytes(b"a,x,x\n1,2,3\n")
    with pytest.raises(CannotRecount, match="'x' stands twice"):
        readers.read_table(place, "candidates.csv", required=("a",), used=("a",), named=("x",))


UNUSABLE = [
    (b"", "empty"),
    (b"\n\n", "empty"),
    (b"a,\xff\n1,2\n", "header"),
    (b"\xff\xfea\x00,\x00b\x00\n", "header"),
    (b'a,"b\n1,2\n', "header"),
    (b"a,b,a\n1,2,3\n", "'a' stands twice"),
    (b"a,b,a\x00\n1,2,3\n", "do not print stand in the name of a"),
    (b"a,c\n1,2\n", "b is missing"),
    (b"A,b\n1,2\n", "a is missing"),
    (b"a, b\n1,2\n", "b is missing"),
]


@pytest.mark.parametrize(("data", "named"), UNUSABLE)
def test_a_csv_that_cannot_be_used_at_all(tmp_path: Path, data: bytes, named: str) -> None:
    with pytest.raises(CannotRecount, match=named):
        read(tmp_path, data)
