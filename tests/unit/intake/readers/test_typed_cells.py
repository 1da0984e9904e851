"""Typed cells as the text that a CSV would have."""

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from orchestration.intake.readers.typed_cells import column_text, is_simple, plain_number, value_text

CASES = [
    (pa.array([4, None], pa.int8()), ["4", ""]),
    (pa.array([2**63], pa.uint64()), [str(2**63)]),
    (pa.array([4.0, 4.5, float("nan"), None, -0.0, 1e20], pa.float64()), ["4", "4.5", "", "", "0", "1" + "0" * 20]),
    (
        pa.array([1e-7, 1e300, None, float("-inf"), 2.5e16], pa.float64()),
        ["0.0000001", "1e+300", "", "-inf", "25000000000000000"],
    ),
    (pa.array([4.0, 0.1, 60.5, None, float("nan")], pa.float32()), ["4", "0.1", "60.5", "", ""]),
    (pa.array([0.1, 4.0, None, 65504, float("nan"), 1 / 64], pa.float16()), ["0.1", "4", "", "65504", "", "0.01563"]),
    (
        pa.array([Decimal("0E-10"), Decimal("1E-7"), Decimal("-1.5"), None], pa.decimal128(38, 10)),
        ["0", "0.0000001", "-1.5", ""],
    ),
    (pa.array([Decimal("1.25"), None], pa.decimal128(38, 10)), ["1.25", ""]),
    (pa.array([dt.time(10, 30), dt.time(10, 30, 0, 500_000), None], pa.time64("us")), ["10:30:00", "10:30:00.5", ""]),
    (
        pa.array([2**62, 253_402_300_800_000, 0, None], pa.timestamp("ms", "UTC")),
        [*["<out of the calendar>"] * 2, "1970-01-01T00:00:00Z", ""],
    ),
    (pa.array([2**31 - 1, 0, None], pa.date32()), ["<out of the calendar>", "1970-01-01", ""]),
    (pa.array([Decimal("4.00"), Decimal("4.50"), None], pa.decimal128(5, 2)), ["4", "4.5", ""]),
    (pa.array([Decimal("19.9000"), Decimal("10.0000")], pa.decimal128(8, 4)), ["19.9", "10"]),
    (pa.array([Decimal("100")], pa.decimal128(5, 0)), ["100"]),
    (pa.array([True, False, None]), ["true", "false", ""]),
    (pa.array(["é", "", None]), ["é", "", ""]),
    (pa.array(["a", None], pa.large_string()), ["a", ""]),
    (pa.array(["a", "b", "a"]).dictionary_encode(), ["a", "b", "a"]),
    (pa.nulls(2), ["", ""]),
    (pa.array([dt.date(2025, 9, 1)]), ["2025-09-01"]),
    (pa.array([dt.datetime(2025, 9, 1, 10)], pa.timestamp("ns")), ["2025-09-01T10:00:00"]),
    (pa.array([dt.datetime(2025, 9, 1, 10, 0, 0, 500_000)], pa.timestamp("us")), ["2025-09-01T10:00:00.5"]),
    (pa.array([dt.datetime(2025, 9, 1, 10)], pa.timestamp("s")), ["2025-09-01T10:00:00"]),
    (pa.array([dt.datetime(2025, 9, 1, 9)], pa.timestamp("us", "Africa/Casablanca")), ["2025-09-01T09:00:00Z"]),
    (pa.array([1], pa.timestamp("ns")), ["1970-01-01T00:00:00.000000001"]),
]


@pytest.mark.parametrize(
    ("column", "texts"), CASES, ids=[str(column.type) + str(n) for n, (column, _) in enumerate(CASES)]
)
def test_an_arrow_column_reads_as_text(column: pa.Array, texts: list[str]) -> None:
    assert column_text(column, flag=False).to_pylist() == texts


def test_a_boolean_is_zero_or_one_only_in_a_column_of_facts() -> None:
    assert column_text(pa.array([True, False, None]), flag=True).to_pylist() == ["1", "0", ""]
    assert [value_text(value, flag=True) for value in (True, False, None, 1)] == ["1", "0", "", "1"]


def test_text_that_is_not_utf8_is_an_error() -> None:
    broken = pa.Array.from_buffers(pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\x01\0\0\0"), pa.py_buffer(b"\xff")])
    with pytest.raises(pa.ArrowInvalid):
        column_text(broken, flag=False)


@pytest.mark.parametrize(
    ("kind", "simple"),
    [
        (pa.string(), True),
        (pa.dictionary(pa.int32(), pa.string()), True),
        (pa.binary(), False),
        (pa.list_(pa.string()), False),
        (pa.struct([("a", pa.int8())]), False),
        (pa.duration("s"), False),
        (pa.decimal128(38, 2), True),
        (pa.decimal256(39, 2), False),
        (pa.dictionary(pa.int32(), pa.binary()), False),
    ],
)
def test_nested_and_binary_columns_are_no_text(kind: pa.DataType, simple: bool) -> None:
    assert is_simple(kind) is simple


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("x", "x"),
        (4, "4"),
        (4.0, "4"),
        (4.5, "4.5"),
        (float("nan"), ""),
        (float("inf"), "inf"),
        (float("-inf"), "-inf"),
        (1e300, "1e+300"),
        (1e20, "1" + "0" * 20),
        (2.0**53 + 2, "9007199254740994"),
        (1e-7, "0.0000001"),
        (True, "true"),
        (False, "false"),
        (Decimal("4.0"), "4"),
        (Decimal("19.9000"), "19.9"),
        (19.9, "19.9"),
        (dt.datetime(2025, 9, 1, 10), "2025-09-01T10:00:00"),
        (dt.datetime(2025, 9, 1, 10, 0, 0, 500_000), "2025-09-01T10:00:00.5"),
        (dt.date(2025, 9, 1), "2025-09-01"),
        (dt.time(10, 30), "10:30:00"),
        (dt.time(10, 30, 0, 500_000), "10:30:00.5"),
        ("=1+1", "=1+1"),
    ],
)
def test_a_cell_of_a_workbook_reads_as_text(value: object, text: str) -> None:
    assert value_text(value) == text


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
    assert plain_number(written) == plain
