"""Cells that arrive with a type (Parquet, XLSX, numbers of JSON) as the text that the same cell would have in a CSV.

Belongs here: the one meaning of a typed cell, so that every format gives the same rows: nothing and NaN are empty, a
whole number has no point, another the fewest digits that mean it in its type, none an exponent, a time is ISO 8601
(with offset when it has a zone, as UTC), a boolean is `true` or `false` (1 or 0 in a column of 0/1 facts). What has no
such text is left as it prints and fails its column's pattern.
"""

import datetime as dt
import json
import math
import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.normal import unescaped

EXACT = 2**53
"""Up to here every whole float is one whole number."""

MOST_ZEROS = 40
"""A number with more digits before its point, or zeros behind it, nobody means; to write it out could fill memory."""

MOST_DIGITS = 38
"""Of a decimal: the recount's reader knows none that is wider, and both must read the same."""

LONGEST_DAY = len("2025-09-01")
LONGEST_TIME = {"s": 19, "ms": 23, "us": 26, "ns": 29}
"""What Arrow writes of a day, and of a time by its unit, in a year of four digits."""
NO_TIME = "<out of the calendar>"
"""What stands for any other."""

PLAIN_SCALE = 6
"""Up to here Arrow writes every decimal without an exponent."""

SIMPLE_TYPES = (
    pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view, pa.types.is_null, pa.types.is_boolean,
    pa.types.is_integer, pa.types.is_floating, pa.types.is_temporal,
)  # fmt: skip


def is_simple(kind: pa.DataType) -> bool:
    """Whether a column of this Arrow type can be read as text: no lists, structures or bytes."""
    if pa.types.is_dictionary(kind):
        return is_simple(kind.value_type)
    if pa.types.is_decimal(kind):
        return bool(kind.precision <= MOST_DIGITS)
    return (
        any(test(kind) for test in SIMPLE_TYPES) and not pa.types.is_duration(kind) and not pa.types.is_interval(kind)
    )


def column_text(column: pa.Array, flag: bool) -> pa.Array:
    """An Arrow column as text, never null; `flag`: one of 0/1 facts. Raises ArrowInvalid for text that is not UTF-8."""
    if not is_simple(column.type):
        return _opaque(column)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    kind = column.type
    if pa.types.is_boolean(kind):
        texts = pc.if_else(column, "1", "0") if flag else pc.if_else(column, "true", "false")
    elif pa.types.is_floating(kind):
        texts = _floats(column)
    elif pa.types.is_decimal(kind):
        texts = column.cast(pa.string())
        texts = _without_zeros(_plain(texts, "E") if kind.scale > PLAIN_SCALE else texts)
    elif pa.types.is_timestamp(kind):
        texts = _timestamps(column)
    elif pa.types.is_date(kind):
        texts = column.cast(pa.string())
        texts = _in_calendar(texts, texts, LONGEST_DAY)
    elif pa.types.is_time(kind):
        texts = _without_zeros(column.cast(pa.string()))
    else:
        texts = column.cast(pa.string())
    texts.validate(full=True)
    return pc.fill_null(texts, "")


def _opaque(column: pa.Array) -> pa.Array:
    """Lists, structures and bytes, which nobody uses: to be searched for personal data, and kept with their row."""
    return pa.array([_printed(column, place) for place in range(len(column))], pa.string())


def _printed(column: pa.Array, place: int) -> str:
    try:
        value = column[place].as_py()
    except (ValueError, OverflowError):  # a year beyond 9999 in a list
        everything = 2**31 - 1
        return str(
            column[place : place + 1].to_string(
                skip_new_lines=True, window=everything, container_window=everything, element_size_limit=everything
            )
        )
    if value is None:
        return ""
    if isinstance(value, list | dict):
        return unescaped(json.dumps(value, ensure_ascii=False, default=_unfolded))
    return _unfolded(value)


def _unfolded(value: Any) -> str:
    """Bytes as the text that they are, in the two codings that people write; others are numbers and no text."""
    if not isinstance(value, bytes):
        return str(value)
    for coding in ("utf-8", "cp1252"):
        with suppress(UnicodeDecodeError):
            text = value.decode(coding)
            if coding == "utf-8" or text.isprintable():
                return text
    return f"0x{value.hex()}"


def _without_zeros(texts: pa.Array) -> pa.Array:
    """Decimals without the zeros at their end: `19.9000` is `19.9`, `4.00` is `4`."""
    return pc.replace_substring_regex(pc.replace_substring_regex(texts, r"(\.[0-9]*?)0+$", r"\1"), r"\.$", "")


def _plain(texts: pa.Array, sign: str) -> pa.Array:
    """Numbers without the exponent that `sign` begins: each that has one is told once."""
    odd = pc.fill_null(pc.match_substring(texts, sign), False)
    if not pc.any(odd).as_py():
        return texts
    coded = texts.filter(odd).dictionary_encode()
    plain = pa.array([plain_number(text) for text in coded.dictionary.to_pylist()], pa.string())
    return pc.replace_with_mask(texts, odd, plain.take(coded.indices))


def _floats(column: pa.Array) -> pa.Array:
    """Whole numbers exactly, others by the fewest digits that mean them in their own type (0.1 in 32 bits is `0.1`)."""
    if pa.types.is_float16(column.type):
        return pa.array([_half_text(value) for value in column.to_numpy(False)], pa.string())
    bounded = pc.and_kleene(pc.less_equal(pc.abs(column), float(EXACT)), pc.equal(pc.floor(column), column))
    integral = pc.fill_null(bounded, False)
    whole = pc.if_else(integral, column, None).cast(pa.int64()).cast(pa.string())
    number = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column).cast(pa.string())
    return pc.if_else(integral, whole, _plain(number, "e"))


def _half_text(value: Any) -> str:
    """A number of 16 bits: NumPy tells the fewest digits that mean it there, but whole ones rounded too."""
    exact = float(value)
    return value_text(exact if exact.is_integer() else float(str(value)))


def _timestamps(column: pa.Array) -> pa.Array:
    zone = "Z" if column.type.tz else ""
    naive = column.cast(pa.timestamp(column.type.unit))  # a zoned instant is stored, and so shown, in UTC
    written = naive.cast(pa.string())
    texts = _without_zeros(pc.replace_substring(written, " ", "T", max_replacements=1))
    return _in_calendar(pc.binary_join_element_wise(texts, zone, ""), written, LONGEST_TIME[column.type.unit])


def _in_calendar(texts: pa.Array, written: pa.Array, longest: int) -> pa.Array:
    """Days or times; those of years that take more than four signs, so that more is written than `longest`, as NO_TIME:
    the recount's reader writes them otherwise."""
    return pc.if_else(pc.greater(pc.binary_length(written), longest), NO_TIME, texts)


def value_text(value: Any, flag: bool = False) -> str:
    """A cell of a workbook as text (see the top of this module); `flag`: in a column of 0/1 facts."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value)) if flag else str(value).lower()
    if isinstance(value, float):
        if math.isnan(value):
            return ""
        if math.isinf(value):
            return str(value)
        return plain_number(repr(value))
    if isinstance(value, Decimal):
        return plain_number(str(value))
    if isinstance(value, dt.date | dt.time):
        return re.sub(r"(\.[0-9]*?)0+$", r"\1", value.isoformat())
    return str(value)


def plain_number(text: str) -> str:
    """A number in plain digits, the fewest that mean it: `1.50e1` is `15`, `-0.0` is `0`.

    One of 10^40 and more, or of less than 10^-40, stays as it is written.
    """
    if not re.search("^[^eE]*[1-9]", text):
        return "0"
    try:
        number = Decimal(text)
    except InvalidOperation:  # its exponent has more digits than there are
        return text
    if not -MOST_ZEROS <= number.adjusted() < MOST_ZEROS:
        return text
    plain = format(number, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
