"""Files of moderate size as rows of text: CSV, XLSX and Parquet, with what is wrong in them."""

import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pytest

from orchestration.recount import readers
from orchestration.recount.errors import CannotRecount


def read(place: Path, required: tuple[str, ...] = ("a", "b"), flags: tuple[str, ...] = ()) -> readers.Table:
    return readers.read_table(place, f"audits/north/{place.name}", required, ("a", "b"), flags)


def csv_file(tmp_path: Path, data: bytes) -> Path:
    place = tmp_path / "t.csv"
    place.write_bytes(data)
    return place


def test_a_csv_in_any_column_order_with_columns_that_nobody_asked_for(tmp_path: Path) -> None:
    table = read(csv_file(tmp_path, b"\xef\xbb\xbf\r\nb;x;a\r\n1;2;3\r\n\r\n4;5\r\n6;\xff;7\r\n"))
    assert table.header == ("b", "x", "a")
    assert table.rows == [(3, {"b": "1", "x": "2", "a": "3"})]
    assert table.unreadable == (5, 6)


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,\xff\n1,2\n", "header"),
        (b"\xff\xfea\x00,\x00b\x00\n", "header"),
        (b'a,"b\n1,2\n', "header"),
        (b"a,b,a\n1,2,3\n", "'a' stands twice"),
        (b"a,c\n1,2\n", "b is missing"),
        (b"A,b\n1,2\n", "a is missing"),
        (b"a, b\n1,2\n", "b is missing"),
    ],
)
def test_a_csv_that_cannot_be_used_at_all(tmp_path: Path, data: bytes, named: str) -> None:
    with pytest.raises(CannotRecount, match=named):
        read(csv_file(tmp_path, data))


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
    table = read(place)
    assert table.rows == [
        (2, {"a": "x", "b": "4", "c": "2025-10-01T09:30:00"}),
        (4, {"a": "4", "b": "4.5", "c": "true"}),
        (5, {"a": "=1+1", "b": "", "c": "NA"}),
    ]


def test_a_cell_beside_the_header_makes_its_row_unreadable(tmp_path: Path) -> None:
    table = read(xlsx(tmp_path, [["a", "b", None], ["1", "2", None], ["1", "2", "3"], ["1"]]))
    assert table.unreadable == (3,)
    assert table.rows[1] == (4, {"a": "1", "b": ""})


def test_a_header_cell_that_is_only_coloured_names_no_column(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["a", "b"])
    book.active.append(["1", "2"])
    book.active["D1"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")
    book.active["D2"].fill = openpyxl.styles.PatternFill("solid", fgColor="FF0000")
    book.save(tmp_path / "t.xlsx")
    assert read(tmp_path / "t.xlsx").header == ("a", "b")
    assert read(tmp_path / "t.xlsx").rows == [(2, {"a": "1", "b": "2"})]


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
    monkeypatch.setattr(readers, "LARGEST_UNZIPPED", 100)
    with pytest.raises(CannotRecount, match="unzips"):
        read(place)


def test_a_parquet_file_gives_the_same_text(tmp_path: Path) -> None:
    place = tmp_path / "t[1]*.parquet"  # no pattern of names, one name
    when = datetime(2025, 10, 1, 9, 30, tzinfo=UTC)
    pl.DataFrame({"a": [1.0, float("nan"), None], "b": [True, False, None], "c": [when, None, when]}).write_parquet(
        place
    )
    assert read(place, flags=("b",)).rows == [
        (1, {"a": "1", "b": "1", "c": "2025-10-01T09:30:00+00:00"}),
        (2, {"a": "", "b": "0", "c": ""}),
        (3, {"a": "", "b": "", "c": "2025-10-01T09:30:00+00:00"}),
    ]
    assert read(place).rows[0][1]["b"] == "true"


@pytest.mark.parametrize("data", [b"", b"PAR1 but no more", b"PAR1" + b"\x00" * 50 + b"PAR1"])
def test_what_is_no_parquet_file_is_refused(tmp_path: Path, data: bytes) -> None:
    place = tmp_path / "t.parquet"
    place.write_bytes(data)
    with pytest.raises(CannotRecount, match="not a readable Parquet"):
        read(place)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("x", "x"),
        (4, "4"),
        (4.0, "4"),
        (-0.0, "0"),
        (4.5, "4.5"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (Decimal("4.00"), "4"),
        (Decimal("4.50"), "4.5"),
        (Decimal("19.9000"), "19.9"),
        (Decimal("0.0001"), "0.0001"),
        (Decimal("1E+2"), "100"),
        (Decimal("-0.50"), "-0.5"),
        (Decimal("NaN"), ""),
        (Decimal("Infinity"), "Infinity"),
        (date(2025, 10, 1), "2025-10-01"),
        (time(9, 30), "09:30:00"),
        (False, "false"),
    ],
)
def test_a_typed_cell_as_text(value: Any, text: str) -> None:
    assert readers.cell_text(value) == text


def test_numbers_of_parquet_are_the_shortest_text_that_a_csv_would_hold(tmp_path: Path) -> None:
    place = tmp_path / "t.parquet"
    numbers = [0.1, 19.9, 4.0, None, float("nan")]
    columns = {
        "a": pl.Series(numbers, dtype=pl.Float32),
        "b": pl.Series(numbers, dtype=pl.Float64),
        "c": pl.Series([Decimal("0.1000"), Decimal("19.9"), Decimal("4"), None, Decimal(0)], dtype=pl.Decimal(10, 4)),
    }
    pl.DataFrame(columns).write_parquet(place)
    rows = [list(row.values()) for _, row in read(place).rows]
    assert rows == [["0.1"] * 3, ["19.9"] * 3, ["4"] * 3, [""] * 3, ["", "", "0"]]
