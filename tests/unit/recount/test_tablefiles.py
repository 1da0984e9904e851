"""Files of tests and responses as columns of text: CSV, XLSX and Parquet, with what is wrong in them."""

import zipfile
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.recount import tablefiles
from orchestration.recount.errors import CannotRecount
from orchestration.recount.tablefiles import Wanted
from tests.unit.recount.test_readers import UNUSABLE

Found = tuple[list[str], list[dict[str, str]], int]
"""Header, rows of the columns asked for, the number of rows that cannot be read."""


def read(place: Path, used: str = "ab", flags: str = "") -> Found:
    header, pieces = tablefiles.table_pieces(
        place, f"audits/north/{place.name}", Wanted(("a", "b"), list(used), flags=list(flags))
    )
    frames, lost = zip(*pieces, strict=True) if header else ((), ())
    return list(header), [row for frame in frames for row in frame.to_dicts()], sum(lost)


def csv_file(tmp_path: Path, data: bytes) -> Path:
    place = tmp_path / "t.csv"
    place.write_bytes(data)
    return place


def test_a_csv_in_any_column_order_with_columns_that_nobody_asked_for(tmp_path: Path) -> None:
    found = read(csv_file(tmp_path, b"\xef\xbb\xbf\r\nb;x;a\r\n1;2;3\r\n\r\n4;5\r\n6;\xff;7\r\n"))
    assert found == (["b", "x", "a"], [{"b": "1", "a": "3"}], 2)


@pytest.mark.parametrize(("data", "named"), UNUSABLE)
def test_a_csv_that_cannot_be_used_at_all(tmp_path: Path, data: bytes, named: str) -> None:
    with pytest.raises(CannotRecount, match=named):
        read(csv_file(tmp_path, data))


def test_a_column_that_a_correction_names_is_told_and_null_where_there_is_none(tmp_path: Path) -> None:
    place = csv_file(tmp_path, b"b,x,a\n1,2,3\n")
    _, pieces = tablefiles.table_pieces(place, "audits/north/t.csv", Wanted(("a", "b"), ("a", "b"), ("x", "y")))
    assert [frame.to_dicts() for frame, _ in pieces] == [[{"b": "1", "x": "2", "a": "3", "y": None}]]


def xlsx(tmp_path: Path, rows: list[list[Any]], second: list[list[Any]] | None = None) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    if second is not None:
        sheet = book.create_sheet("other")
        for row in second:
            sheet.append(row)
    place = tmp_path / "t.xlsx"
    book.save(place)
    return place


def test_a_workbook_gives_text_as_a_careful_clerk_would_write_it(tmp_path: Path) -> None:
    when = datetime(2025, 10, 1, 9, 30)
    place = xlsx(tmp_path, [["a", "b", "c"], ["x", 4, when], [None] * 3, [4.0, 4.5, True], ["=1+1", None, "NA"]], [])
    assert read(place, "abc")[1] == [
        {"a": "x", "b": "4", "c": "2025-10-01T09:30:00"},
        {"a": "4", "b": "4.5", "c": "true"},
        {"a": "=1+1", "b": "", "c": "NA"},
    ]


def test_a_cell_beside_the_header_makes_its_row_unreadable(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["a", "b", None], ["1", "2", None], ["1", "2", "3"], ["1"]]))
    assert found == (["a", "b"], [{"a": "1", "b": "2"}, {"a": "1", "b": ""}], 1)


def test_a_header_cell_that_is_only_coloured_names_no_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["1", "2"])
    book.active["D1"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")
    book.active["D2"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx") == (["a", "b"], [{"a": "1", "b": "2"}], 0)


def test_a_header_cell_of_empty_text_names_no_column_where_none_follows(tmp_path: Path) -> None:
    place = xlsx(tmp_path, [["a", "b", "", "", "gone"], ["1", "2"], ["1", "2", None, None, "3"]])
    with zipfile.ZipFile(place) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    sheet = "xl/worksheets/sheet1.xml"
    parts[sheet] = parts[sheet].replace(b"<t>gone</t>", b"<t></t>")
    with zipfile.ZipFile(place, "w") as packed:
        for name, data in parts.items():
            packed.writestr(name, data)
    assert read(place) == (["a", "b"], [{"a": "1", "b": "2"}], 1)


def test_columns_of_a_workbook_that_nobody_reads_may_be_called_alike_or_not_at_all(tmp_path: Path) -> None:
    found = read(xlsx(tmp_path, [["a", "b", None, "x", None, "x"], ["1", "2", "3", "4", "5", "6"]]))
    assert found == (["a", "b", "", "x", "", "x"], [{"a": "1", "b": "2"}], 0)


@pytest.mark.parametrize(
    ("rows", "second", "named"),
    [
        ([["a", "b"], [1, 2]], [["x"]], "sheet behind"),
        ([], None, "empty"),
        ([[None, ""], ["a"]], None, "b is missing"),
        ([["a", "b", "b"]], None, "stands twice"),
    ],
)
def test_a_workbook_that_cannot_be_used_at_all(
    tmp_path: Path, rows: list[Any], second: list[Any] | None, named: str
) -> None:
    with pytest.raises(CannotRecount, match=named):
        read(xlsx(tmp_path, rows, second))


def test_what_is_no_workbook_or_unzips_to_too_much_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "t.xlsx"
    place.write_bytes(b"PK not really")
    with pytest.raises(CannotRecount, match="not a readable XLSX"):
        read(place)
    with zipfile.ZipFile(place, "w") as packed:
        packed.writestr("xl/workbook.xml", "x")
    with pytest.raises(CannotRecount, match="not a readable XLSX"):
        read(place)
    place = xlsx(tmp_path, [["a", "b"]])
    monkeypatch.setattr(tablefiles, "LARGEST_UNZIPPED", 100)
    with pytest.raises(CannotRecount, match="unzips"):
        read(place)


def test_a_parquet_file_gives_the_same_text(tmp_path: Path) -> None:
    place = tmp_path / "t[1]*.parquet"  # no pattern of names, one name
    when = datetime(2025, 10, 1, 9, 30, tzinfo=UTC)
    pl.DataFrame({"a": [1.0, float("nan"), None], "b": [True, False, None], "c": [when, None, when]}).write_parquet(
        place
    )
    assert read(place, "abc", flags="b")[1] == [
        {"a": "1", "b": "1", "c": "2025-10-01T09:30:00Z"},
        {"a": "", "b": "0", "c": ""},
        {"a": "", "b": "", "c": "2025-10-01T09:30:00Z"},
    ]
    assert read(place)[1][0]["b"] == "true"


def test_a_parquet_file_is_read_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "t.parquet"
    pl.DataFrame({"a": ["x", None, "y"], "b": [3, 2, 1]}).write_parquet(place)
    whole = read(place)
    monkeypatch.setattr(tablefiles, "PARQUET_ROWS", 2)
    assert read(place) == whole == (["a", "b"], [{"a": "x", "b": "3"}, {"a": "", "b": "2"}, {"a": "y", "b": "1"}], 0)


def test_a_parquet_file_without_columns_or_with_damaged_data_is_refused(tmp_path: Path) -> None:
    place = tmp_path / "t.parquet"
    pl.DataFrame().write_parquet(place)
    with pytest.raises(CannotRecount, match="empty"):
        read(place)
    pl.DataFrame({"a": ["x" * 40, "y" * 50] * 500, "b": [3, 2] * 500}).write_parquet(place)
    data = bytearray(place.read_bytes())
    data[4:60] = b"\xff" * 56  # the first page; the footer still tells the columns
    place.write_bytes(bytes(data))
    with pytest.raises(CannotRecount, match="not a readable Parquet"):
        read(place)


@pytest.mark.parametrize("data", [b"", b"PAR1 but no more", b"PAR1" + b"\x00" * 50 + b"PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, data: bytes) -> None:
    place = tmp_path / "t.parquet"
    place.write_bytes(data)
    with pytest.raises(CannotRecount, match="not a readable Parquet"):
        read(place)


def test_numbers_of_parquet_are_the_shortest_text_that_a_csv_would_hold(tmp_path: Path) -> None:
    place = tmp_path / "t.parquet"
    numbers = [0.1, 19.9, 4.0, None, float("nan")]
    columns = {
        "a": pl.Series(numbers, dtype=pl.Float32),
        "b": pl.Series(numbers, dtype=pl.Float64),
        "c": pl.Series([Decimal("0.1000"), Decimal("19.9"), Decimal("4"), None, Decimal(0)], dtype=pl.Decimal(10, 4)),
    }
    pl.DataFrame(columns).write_parquet(place)
    rows = [list(row.values()) for row in read(place, "abc")[1]]
    assert rows == [["0.1"] * 3, ["19.9"] * 3, ["4"] * 3, [""] * 3, ["", "", "0"]]


def test_a_column_that_holds_no_text_is_refused_by_its_name_if_somebody_reads_it(tmp_path: Path) -> None:
    place = tmp_path / "t.parquet"
    pl.DataFrame({"a": ["x"], "b": [[1]], "c": [b"x"]}).write_parquet(place)
    with pytest.raises(CannotRecount, match=r"t\.parquet: the column b is of a type that holds no text \(List"):
        read(place)
    pl.DataFrame({"a": ["x"], "b": ["y"], "c": [b"x"]}).write_parquet(place)
    assert read(place)[1] == [{"a": "x", "b": "y"}]


def test_a_type_that_polars_does_not_know_is_refused_as_such(tmp_path: Path) -> None:
    place = tmp_path / "t.parquet"
    wide = pa.array([Decimal("1.50")], pa.decimal256(50, 2))
    pq.write_table(pa.table({"a": pa.array(["x"]), "b": wide}), place)
    with pytest.raises(CannotRecount, match="type that cannot be read"):
        read(place)


def test_parquet_columns_that_nobody_reads_may_be_of_any_type_but_of_no_name_that_stands_twice(tmp_path: Path) -> None:
    place = tmp_path / "t.parquet"
    pl.DataFrame({"a": ["1"], "b": ["2"], "x": [["y"]], "z": [b"z"]}).write_parquet(place)
    assert read(place) == (["a", "b", "x", "z"], [{"a": "1", "b": "2"}], 0)
    for name in "xz":
        with pytest.raises(CannotRecount, match=f"the column {name} is of a type"):
            tablefiles.table_pieces(place, "audits/north/t.parquet", Wanted(("a", "b"), ("a", "b"), (name,)))
    columns = [pa.array(["1"]), pa.array(["2"]), pa.array(["3"]), pa.array(["4"])]
    pq.write_table(pa.table(columns, names=["a", "b", "x", "x"]), place)
    with pytest.raises(CannotRecount, match="stands twice, and Parquet is read by name"):
        read(place)
