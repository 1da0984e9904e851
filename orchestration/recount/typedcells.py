"""Cells that have a type (Parquet, XLSX, numbers of JSON) as the shortest text that a CSV would hold: 4.0 is "4",
19.9000 "19.9", 0.1 in 32 bits "0.1", an empty cell or NaN "", a time ISO 8601 (as UTC if it has a zone).

Belongs here: the one meaning of a typed cell, for audits, survey and votes. Does not belong here: opening files
(`tablefiles`, `votelines`), and what a cell may hold.
"""

import math
import struct
from collections.abc import Iterable, Mapping
from datetime import date, datetime, time
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, InvalidOperation
from typing import Any

import polars as pl

from orchestration.recount.errors import CannotRecount

EXACT = 2**53
"""Up to here a whole float is told exactly; beyond, by the fewest digits that mean it."""
SMALL = 1e-4
"""From here to EXACT Polars writes a number in plain digits."""
MOST_ZEROS = 40
"""A number with more digits before its point, or zeros behind it, nobody means; to write it out could fill memory."""
HALF_DIGITS = 5
"""As many tell any number of 16 bits."""
FIRST, LAST = -719_528, 2_932_896
"""The days of the years 0000 to 9999, counted from 1970."""
NO_TIME = "<out of the calendar>"
"""What stands for a day or a time of any other year."""
IN_A_DAY = {"ms": 86_400_000, "us": 86_400_000_000, "ns": 86_400_000_000_000}
FLAT = (pl.String, pl.Categorical, pl.Enum, pl.Boolean, pl.Null, pl.Date, pl.Datetime, pl.Time)
"""Types that hold text beside those of numbers."""


def check_types(path: str, schema: Mapping[str, pl.DataType], names: Iterable[str]) -> None:
    """Raise CannotRecount for a column that holds no text: lists, structures, bytes, durations."""
    for name in names:
        if not (schema[name].is_numeric() or isinstance(schema[name], FLAT)):
            raise CannotRecount(
                f"{path}: the column {name} is of a type that holds no text ({schema[name]}): deposit flat text"
            )


def texts(column: pl.Series, flag: bool = False) -> pl.Series:
    """A column that `check_types` let pass as text; `flag`: true is "1" in it and false "0"."""
    kind = column.dtype
    if isinstance(kind, pl.Boolean) and flag:
        shown = column.cast(pl.Int8).cast(pl.String)
    elif kind.is_float():
        shown = _floats(column.fill_nan(None))
    elif isinstance(kind, pl.Decimal) and kind.scale:
        shown = _without_zeros(column.cast(pl.String))
    elif isinstance(kind, pl.Date | pl.Datetime):
        shown = _times(column)
    elif isinstance(kind, pl.Time):
        shown = _without_zeros(column.dt.strftime("%H:%M:%S%.9f"))
    else:
        shown = column.cast(pl.String)
    return shown.fill_null("").alias(column.name)


def _without_zeros(shown: pl.Series) -> pl.Series:
    """Texts that have a point, without the zeros at their end."""
    return shown.str.strip_chars_end("0").str.strip_chars_end(".")


def _floats(column: pl.Series) -> pl.Series:
    """Whole numbers exactly, others by the fewest digits that mean them in their own type."""
    if column.dtype == pl.Float16:  # of which Polars tells the digits that it would need in 32 bits
        values = column.drop_nulls().unique()
        return column.replace_strict(values, [_half_text(value) for value in values], return_dtype=pl.String)
    size = column.abs()
    whole = (column == column.floor()) & (size <= EXACT)
    shown = column.cast(pl.Int64, strict=False).cast(pl.String).zip_with(whole.fill_null(False), column.cast(pl.String))
    odd = shown.filter(~whole & ((size > EXACT) | (size < SMALL)) & column.is_finite()).unique()
    return shown.replace(odd, pl.Series([plain_number(text) for text in odd], dtype=pl.String)) if len(odd) else shown


def _half_text(value: float) -> str:
    """A number of 16 bits by the fewest digits that mean it there."""
    if value.is_integer() or math.isinf(value):
        return cell_text(value)
    rounded = (
        str(Context(digits, rounding).create_decimal(value))
        for digits in range(1, HALF_DIGITS + 1)
        for rounding in (ROUND_HALF_EVEN, ROUND_HALF_UP)  # 0.015625 lies between two, of which one means it
    )
    return plain_number(next(text for text in rounded if struct.unpack("e", struct.pack("e", float(text)))[0] == value))


def _times(column: pl.Series) -> pl.Series:
    """Days, or times in UTC."""
    kind, count = column.dtype, column.to_physical()
    days = count // IN_A_DAY[kind.time_unit] if isinstance(kind, pl.Datetime) else count
    known = days.is_between(FIRST, LAST).fill_null(True)
    if not known.all():  # Polars can tell few of them, and panics
        count = count.zip_with(known, pl.Series([None], dtype=count.dtype))
    if isinstance(kind, pl.Datetime):  # counted in UTC, whatever its zone
        shown = _without_zeros(count.cast(pl.Datetime(kind.time_unit)).dt.strftime("%Y-%m-%dT%H:%M:%S%.9f"))
        shown = shown + "Z" if kind.time_zone else shown
    else:
        shown = count.cast(pl.Date).cast(pl.String)
    return shown if known.all() else shown.zip_with(known, pl.Series([NO_TIME]))


def cell_text(value: Any, flag: bool = False) -> str:
    """A cell of a workbook as text; in a column of flags true is "1" and false "0"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value)) if flag else str(value).lower()
    if isinstance(value, float | Decimal):
        if math.isnan(value):
            return ""
        if math.isinf(value):
            return str(value)
        return str(int(value)) if -EXACT <= value <= EXACT and value == int(value) else plain_number(str(value))
    if isinstance(value, datetime | date | time):
        text = value.isoformat()
        return text.rstrip("0") if "." in text else text
    return str(value)


def plain_number(text: str) -> str:
    """A written number in plain digits, the fewest that mean it: 1.50e1 is "15", -0.0 "0".

    One of 10^40 and more, or of less than 10^-40, stays as it is written.
    """
    if not text.lower().partition("e")[0].strip("-0."):
        return "0"
    try:
        number = Decimal(text)
    except InvalidOperation:  # its exponent has more digits than there are
        return text
    if not -MOST_ZEROS <= number.adjusted() < MOST_ZEROS:
        return text
    plain = f"{number:f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
