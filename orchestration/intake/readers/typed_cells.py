"""Cells that arrive with a type (Parquet, XLSX) as the text that the same cell would have in a CSV.

Belongs here: the one meaning of a typed cell, so that every format gives the same rows: nothing and NaN are empty, a
whole number has no point, another the fewest digits that mean it in its type, a time is ISO 8601 (with offset when it
has a zone, as UTC), a boolean is `true` or `false` (1 or 0 in a column of 0/1 facts). What has no such text is left as
it prints and fails its column's pattern.
"""

import datetime as dt
import re
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

EXACT = 2**53
"""Up to here every whole float is one whole number."""

SIMPLE_TYPES = (
    *(pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null, pa.types.is_boolean),
    *(pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_temporal),
)


def is_simple(kind: pa.DataType) -> bool:
    """Whether a column of this Arrow type can be read as text: no lists, structures or bytes."""
    if pa.types.is_dictionary(kind):
        return is_simple(kind.value_type)
    return (
        any(test(kind) for test in SIMPLE_TYPES) and not pa.types.is_duration(kind) and not pa.types.is_interval(kind)
    )


def column_text(column: pa.Array, flag: bool) -> pa.Array:
    """An Arrow column as text, never null; `flag`: one of 0/1 facts. Raises ArrowInvalid for text that is not UTF-8."""
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_boolean(kind):
        texts = pc.if_else(column, "1", "0") if flag else pc.if_else(column, "true", "false")
    elif pa.types.is_floating(kind):
        texts = _floats(column)
    elif pa.types.is_decimal(kind):
        texts = _without_zeros(column.cast(pa.string()))
    elif pa.types.is_timestamp(kind):
        texts = _timestamps(column)
    else:
        texts = column.cast(pa.string())
    texts.validate(full=True)
    return pc.fill_null(texts, "")


def _without_zeros(texts: pa.Array) -> pa.Array:
    """Decimals without the zeros at their end: `19.9000` is `19.9`, `4.00` is `4`."""
    return pc.replace_substring_regex(pc.replace_substring_regex(texts, r"(\.[0-9]*?)0+$", r"\1"), r"\.$", "")


def _floats(column: pa.Array) -> pa.Array:
    """Whole numbers exactly, others by the fewest digits that mean them in their own type (0.1 in 32 bits is `0.1`)."""
    if pa.types.is_float16(column.type):
        return pa.array([value_text(float(str(value))) for value in column.to_numpy(False)], pa.string())
    bounded = pc.and_kleene(pc.less_equal(pc.abs(column), float(EXACT)), pc.equal(pc.floor(column), column))
    integral = pc.fill_null(bounded, False)
    whole = pc.if_else(integral, column, None).cast(pa.int64()).cast(pa.string())
    number = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column).cast(pa.string())
    return pc.if_else(integral, whole, number)


def _timestamps(column: pa.Array) -> pa.Array:
    zone = "Z" if column.type.tz else ""
    naive = column.cast(pa.timestamp(column.type.unit))  # a zoned instant is stored, and so shown, in UTC
    texts = pc.replace_substring(naive.cast(pa.string()), " ", "T", max_replacements=1)
    return pc.binary_join_element_wise(_without_zeros(texts), zone, "")


def value_text(value: Any, flag: bool = False) -> str:
    """A cell of a workbook as text (see the top of this module); `flag`: in a column of 0/1 facts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value)) if flag else str(value).lower()
    if isinstance(value, float):
        if value != value:
            return ""
        return str(int(value)) if value.is_integer() and abs(value) <= EXACT else repr(value)
    if isinstance(value, Decimal):
        return re.sub(r"\.$", "", re.sub(r"(\.[0-9]*?)0+$", r"\1", str(value)))
    if isinstance(value, dt.datetime):
        text = value.isoformat()
        return re.sub(r"(\.[0-9]*?)0+$", r"\1", text) if "." in text else text
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return str(value)
