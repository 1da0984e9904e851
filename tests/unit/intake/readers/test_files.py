"""Whole files that must not take the machine: bombs, damage, things that are not what they say."""

import gzip
import io
import zipfile
import zlib
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orchestration.intake.problems import FileProblem, Problems
from orchestration.intake.readers import limits
from orchestration.intake.readers.ndjson_rows import NdjsonRows
from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.streams import blocks, opened
from orchestration.intake.readers.xlsx_rows import XlsxRows


def refusal(action: Any) -> FileProblem:
    """The problem that an action ends with."""
    with pytest.raises(FileProblem) as caught:
        action()
    return caught.value


def drain(path: Path) -> bytes:
    """All bytes of a file, unfolded."""
    with opened(path) as read:
        return b"".join(block.data for block in blocks(read, 1000))


def book(path: Path, *sheets: list[list[Any]]) -> Path:
    """A workbook with these sheets."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for rows in sheets:
        sheet = made.create_sheet()
        for row in rows:
            sheet.append(row)
    made.save(path)
    return path


def rows_of(reader: XlsxRows | ParquetRows) -> tuple[list[tuple[Any, ...]], list[tuple[int, str]]]:
    """Rows with their line, and unreadable ones."""
    rows: list[tuple[Any, ...]] = []
    unread: list[tuple[int, str]] = []
    for part in reader.parts():
        rows += zip(part.lines.to_pylist(), *(cells.to_pylist() for cells in part.cells), strict=True)
        unread += part.unreadable
    return rows, unread


def test_gzip_is_unfolded_in_blocks_and_members_follow_each_other(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"\xef\xbb\xbfa\nb\n") + gzip.compress(b"c\nd"))
    assert drain(path) == b"a\nb\nc\nd"


def test_blocks_end_with_lines_and_know_their_first() -> None:
    found = list(blocks(io.BytesIO(b"a\nbb\nccc\nd").read, 4))
    assert b"".join(block.data for block in found) == b"a\nbb\nccc\nd"
    assert [block.first for block in found] == [1, 2, 3, 4][: len(found)]
    assert sum(block.count for block in found) == 4


def test_progress_is_told_in_bytes_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"x\n" * 10_000))
    seen: list[int] = []
    with opened(path, seen.append) as read:
        list(blocks(read, 100))
    assert seen[-1] == path.stat().st_size


@pytest.mark.parametrize(
    "damage", [lambda data: data[:-9], lambda data: data[:20] + b"\0" + data[21:], lambda _: b"no gzip"]
)
def test_damaged_gzip_is_refused(tmp_path: Path, damage: Any) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(damage(gzip.compress(bytes(range(256)) * 50)))
    assert refusal(lambda: drain(path)).code == "unreadable_file"


FOLDED = gzip.compress(b"".join(b"%d;%d\n" % (number, number**5) for number in range(300)), mtime=0)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(FOLDED) - 1), byte=st.integers(0, 255), tail=st.binary(max_size=4))
def test_a_gzip_file_is_read_or_refused_as_by_python(tmp_path: Path, place: int, byte: int, tail: bytes) -> None:
    """The recount unfolds with Python's own: what one of the two reads and the other does not would stop an edition."""
    path = tmp_path / "a.csv.gz"
    path.write_bytes(FOLDED[:place] + bytes([byte]) + FOLDED[place + 1 :] + tail)
    try:
        unfolded = gzip.decompress(path.read_bytes())
    except (OSError, EOFError, zlib.error):
        assert refusal(lambda: drain(path)).code == "unreadable_file"
    else:
        assert drain(path) == unfolded


def test_a_gzip_bomb_is_refused_before_it_unfolds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "GZIP_FREE_BYTES", 1 << 16)
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"\n" * 3_000_000))
    assert refusal(lambda: drain(path)).code == "too_large"


def test_ndjson_lines_keep_their_number_and_bad_bytes_are_unreadable() -> None:
    data = b'{"a":1}\n\n  \r\n{"b":"\xc3\xa9"}\r\n\xff{}\n{}'
    parts = list(NdjsonRows(io.BytesIO(data).read).parts())
    assert [line for part in parts for line in part.lines.to_pylist()] == [1, 3, 4, 6]
    assert [line for part in parts for line in part.unreadable] == [(5, "\\xff{}")]


def test_a_workbook_is_read_as_text_with_row_numbers(tmp_path: Path) -> None:
    path = book(
        tmp_path / "a.xlsx", [["a", "b"], [1, "x"], [None, None], [2.0, None], [3, "y", "beyond"], ["=1+1", ""]]
    )
    rows, unread = rows_of(XlsxRows(path))
    assert rows == [(2, "1", "x"), (4, "2", ""), (6, "=1+1", "")]
    assert unread == [(5, "3\ty\tbeyond")]


def test_an_empty_second_sheet_is_nothing_a_filled_one_is_refused(tmp_path: Path) -> None:
    assert XlsxRows(book(tmp_path / "a.xlsx", [["a"], [1]], [[None]])).header == ("a",)
    several = refusal(lambda: XlsxRows(book(tmp_path / "b.xlsx", [["a"], [1]], [["x"]])))
    assert several.code == "several_sheets" and "move Sheet" in several.message


def test_a_workbook_without_header_or_without_being_one_is_refused(tmp_path: Path) -> None:
    assert refusal(lambda: XlsxRows(book(tmp_path / "a.xlsx", [[None], [1]]))).code == "no_header"
    (tmp_path / "b.xlsx").write_bytes(b"a,b\n1,2\n")
    assert refusal(lambda: XlsxRows(tmp_path / "b.xlsx")).code == "unreadable_file"
    with zipfile.ZipFile(tmp_path / "c.xlsx", "w") as archive:
        archive.writestr("hello.txt", "no workbook")
    assert refusal(lambda: XlsxRows(tmp_path / "c.xlsx")).code == "unreadable_file"


def with_sheet(path: Path, xml: bytes) -> Path:
    """A real workbook whose sheet's XML is replaced."""
    whole = book(path.with_suffix(".base.xlsx"), [["a"], [1]])
    with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "xl/worksheets/sheet1.xml" else old.read(name))
    return path


SHEET = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>%s</sheetData></worksheet>'


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    bomb = (
        b'<!DOCTYPE x [<!ENTITY a "aaaa">]>'
        + SHEET % b'<row r="1"><c r="A1" t="inlineStr"><is><t>&a;</t></is></c></row>'
    )
    assert refusal(lambda: XlsxRows(with_sheet(tmp_path / "a.xlsx", bomb))).code == "unreadable_file"


def test_a_workbook_that_unfolds_without_bound_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "XLSX_FREE_BYTES", 1 << 16)
    padded = SHEET % (b'<row r="1"><c r="A1"><v>1</v></c></row>' + b" " * 3_000_000)
    assert refusal(lambda: XlsxRows(with_sheet(tmp_path / "a.xlsx", padded))).code == "too_large"
    monkeypatch.setattr(limits, "XLSX_PARTS", 2)
    assert refusal(lambda: XlsxRows(book(tmp_path / "b.xlsx", [["a"]]))).code == "too_large"


def test_a_row_number_beyond_any_sheet_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "XLSX_ROWS", 1000)
    rows = b'<row r="1"><c r="A1"><v>1</v></c></row><row r="99999"><c r="A99999"><v>1</v></c></row>'
    assert refusal(lambda: rows_of(XlsxRows(with_sheet(tmp_path / "a.xlsx", SHEET % rows)))).code == "too_large"


def test_broken_xml_in_a_sheet_is_refused(tmp_path: Path) -> None:
    broken = SHEET.replace(b"</sheetData></worksheet>", b"") % b'<row r="1"><c r="A1"><v>1</v></c></row><row r="2"><c'
    assert refusal(lambda: rows_of(XlsxRows(with_sheet(tmp_path / "a.xlsx", broken)))).code == "unreadable_file"


def test_parquet_is_read_as_text_with_row_numbers(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": ["x", None], "b": [4.0, 5.5], "repeated": [True, False]}), tmp_path / "a.parquet")
    shares: list[float] = []
    rows, _ = rows_of(ParquetRows(tmp_path / "a.parquet", {"repeated"}, shares.append))
    assert rows == [(1, "x", "4", "1"), (2, "", "5.5", "0")]
    assert shares == [1.0]


@pytest.mark.parametrize(
    ("column", "text"),
    [
        (pa.array([["ana@example.ma", None]]), '["ana@example.ma", null]'),
        (pa.array([{"é": 1, "b": [b"x\xff"], "c": Decimal("1.50")}]), '{"é": 1, "b": ["xÿ"], "c": "1.50"}'),
        (pa.array([[("a", 1)]], pa.map_(pa.string(), pa.int64())), '[["a", 1]]'),
        (pa.array([b"ana@example.ma\xff"]), "ana@example.maÿ"),
        (pa.array([b"ab@\x00c.\x9d\xfe"]), "0x61624000632e9dfe"),
        (pa.array([["call\n0612345678", "a\tb\x01"]]), '["call 0612345678", "a b\x01"]'),
        (pa.array([b"xy"], pa.binary(2)).dictionary_encode(), "xy"),
        (pa.array([3_600_000_000], pa.duration("us")), "1:00:00"),
        (pa.array([[10**18]], pa.list_(pa.timestamp("us"))), "[[<value out of range: 1000000000000000000>]]"),
        (pa.array([None], pa.list_(pa.int64())), ""),
    ],
)
def test_parquet_columns_that_no_flat_row_has_are_told_and_read_as_one_can(
    tmp_path: Path, column: pa.Array, text: str
) -> None:
    pq.write_table(pa.table({"a": column, "b": ["x"]}), tmp_path / "a.parquet")
    reader = ParquetRows(tmp_path / "a.parquet", ())
    assert list(reader.opaque) == ["a"]
    assert rows_of(reader)[0] == [(1, text, "x")]


def test_the_type_of_a_parquet_column_is_told_without_the_names_of_its_fields(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": pa.array([{"ana@example.ma": 1}]), "b": [b"x"]}), tmp_path / "a.parquet")
    assert ParquetRows(tmp_path / "a.parquet", ()).opaque == {"a": "struct", "b": "binary"}


def test_parquet_in_which_a_name_stands_twice_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table([pa.array(["x"])] * 3, names=["a", "b", "b"]), tmp_path / "a.parquet")
    assert refusal(lambda: ParquetRows(tmp_path / "a.parquet", ())).code == "duplicate_column"


@pytest.mark.parametrize(("declared", "text"), [(True, "1970-01-02T00:00:00"), (False, "1970-01-02")])
def test_days_that_their_writer_counted_in_milliseconds_are_times_of_midnight(
    declared: bool, text: str, tmp_path: Path
) -> None:
    column = pa.array([86_400_000, None], pa.date64())
    table = pa.table({"a": column, "b": column.dictionary_encode(), "c": ["x", "y"]})
    pq.write_table(table, tmp_path / "a.parquet", store_schema=declared)
    assert rows_of(ParquetRows(tmp_path / "a.parquet", ()))[0] == [(1, text, text, "x"), (2, "", "", "y")]


def test_damaged_parquet_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    pq.write_table(pa.table({"a": [str(n) for n in range(5000)]}), path, use_dictionary=False)
    whole = path.read_bytes()
    path.write_bytes(whole[:200] + bytes(400) + whole[600:])
    assert refusal(lambda: rows_of(ParquetRows(path, ()))).code == "unreadable_file"
    path.write_bytes(b"PAR1")
    assert refusal(lambda: ParquetRows(path, ())).code == "unreadable_file"


def test_parquet_that_claims_too_many_rows_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PARQUET_ROWS", 2)
    pq.write_table(pa.table({"a": [1, 2, 3]}), tmp_path / "a.parquet")
    assert refusal(lambda: ParquetRows(tmp_path / "a.parquet", ())).code == "too_large"


def test_problems_come_once_each_and_in_order() -> None:
    problems = Problems()
    problems.add("too_large.gzip", "z.csv")
    problems.add("no_header.csv", "a.csv", 3, "col")
    problems.add("too_large.gzip", "z.csv")
    first, second = problems.in_order()
    assert (first.code, first.file, first.line, first.column) == ("no_header", "a.csv", 3, "col")
    assert (second.code, second.file, second.line, second.column) == ("too_large", "z.csv", None, None)
    assert first.sentence == f"a.csv, line 3, column col: {first.message} [no_header]" == str(first)
    assert first.sentence.fr == f"a.csv, ligne 3, colonne col\u00a0: {first.message.fr} [no_header]"
