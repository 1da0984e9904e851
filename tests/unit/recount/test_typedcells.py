"""Cells that have a type as the text that a CSV would hold."""

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from orchestration.recount import typedcells
from orchestration.recount.errors import CannotRecount


@pytest.mark.parametrize(
    "column",
    [
        pl.Series([0.1, float("nan"), None, -0.0, 0.0, 4.0]),
        pl.Series([Decimal("1.50"), None, Decimal("0.00")]),
        pl.Series([True, None, False]),
        pl.Series([None, None]),
        pl.Series([time(9, 30), None]),
        pl.Series([date(2025, 1, 1), None]),
        pl.Series(["x", None], dtype=pl.Categorical),
        pl.Series([datetime(2025, 1, 1, 0, 0, 0, 5), None, datetime(2025, 1, 1)]),
        pl.Series([1e300, 1e20, 2.0**53 + 2, 1e16, 9.5e-7, -5e-324, float("inf"), 4.25]),
        pl.Series([2**64 - 1, None, 0], dtype=pl.UInt64),
        pl.Series([], dtype=pl.Int64),
    ],
    ids=lambda column: str(column.dtype),
)
def test_each_value_of_a_typed_column_is_told_as_it_is_alone(column: pl.Series) -> None:
    for flag in (False, True):
        assert typedcells.texts(column, flag).to_list() == [typedcells.cell_text(v, flag) for v in column.to_list()]


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
        (time(9, 30, 0, 500_000), "09:30:00.5"),
        (datetime(2025, 10, 1, 9, 30, 10), "2025-10-01T09:30:10"),
        (datetime(2025, 10, 1, 9, 30, 0, 120_000), "2025-10-01T09:30:00.12"),
        (1e20, "100000000000000000000"),
        (1e300, "1e+300"),
        (2.0**53 + 2, "9007199254740994"),
        (9.5e-7, "0.00000095"),
        (False, "false"),
    ],
)
def test_a_typed_cell_as_text(value: Any, text: str) -> None:
    assert typedcells.cell_text(value) == text


@pytest.mark.parametrize(
    ("column", "texts"),
    [
        (
            pl.Series([0.1, 19.9, 1 / 64, 65504, float("nan"), None, -0.0, 6e-8], dtype=pl.Float16),
            ["0.1", "19.9", "0.01563", "65504", "", "", "0", "0.00000006"],
        ),
        (
            pl.Series([0.1, 16777217.5, 123456789, 1e20, 1e-7], dtype=pl.Float32),
            ["0.1", "16777218", "123456792", "100000000000000000000", "0.0000001"],
        ),
        (pl.Series([Decimal("0E-10"), Decimal("0.0000001"), None], dtype=pl.Decimal(38, 10)), ["0", "0.0000001", ""]),
        (pl.Series([100, None], dtype=pl.Decimal(9, 0)), ["100", ""]),
        (pl.Series([3_600_500_000_001, 0], dtype=pl.Int64).cast(pl.Time), ["01:00:00.500000001", "00:00:00"]),
        (
            pl.Series([1, 1_000_000_000, -1]).cast(pl.Datetime("ns")),
            ["1970-01-01T00:00:00.000000001", "1970-01-01T00:00:01", "1969-12-31T23:59:59.999999999"],
        ),
        (
            pl.Series([1, 60_000, None]).cast(pl.Datetime("ms", "Africa/Casablanca")),
            ["1970-01-01T00:00:00.001Z", "1970-01-01T00:01:00Z", ""],
        ),
        (
            pl.Series([2**62, 253_402_300_799_000, None]).cast(pl.Datetime("ms")),
            ["<out of the calendar>", "9999-12-31T23:59:59", ""],
        ),
        (
            pl.Series([2**31 - 1, -719_528, 0], dtype=pl.Int32).cast(pl.Date),
            ["<out of the calendar>", "0000-01-01", "1970-01-01"],
        ),
    ],
    ids=lambda given: str(given.dtype) if isinstance(given, pl.Series) else "",
)
def test_a_typed_column_as_text(column: pl.Series, texts: list[str]) -> None:
    assert typedcells.texts(column).to_list() == texts


@pytest.mark.parametrize("kind", [pl.List(pl.Int8), pl.Struct({"x": pl.Int8}), pl.Binary(), pl.Duration()], ids=str)
def test_a_column_that_holds_no_text_is_refused_by_its_name(kind: pl.DataType) -> None:
    schema = {"x": kind, "y": pl.Decimal(5, 2), "z": pl.Datetime("ns")}
    typedcells.check_types("votes/v.parquet", schema, ["y", "z"])
    with pytest.raises(CannotRecount, match=r"votes/v\.parquet: the column x is of a type that holds no text"):
        typedcells.check_types("votes/v.parquet", schema, schema)


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        *(("7", "7"), ("100", "100"), ("1.0", "1"), ("19.9000", "19.9"), ("1.50e1", "15"), ("2E-3", "0.002")),
        *(("-0", "0"), ("-0.0", "0"), ("0e999999999999999999999", "0"), ("-1.250", "-1.25")),
        *(("1e39", "1" + "0" * 39), ("1e40", "1e40"), ("1e-40", "0." + "0" * 39 + "1"), ("9e-41", "9e-41")),
        *(("1e999999999", "1e999999999"), ("1e-99999999999999999999999", "1e-99999999999999999999999")),
    ],
)
def test_a_written_number_in_plain_digits(written: str, plain: str) -> None:
    assert typedcells.plain_number(written) == plain
