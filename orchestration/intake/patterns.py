"""What a cell may look like: patterns and the SQL that asks for them.

Belongs here: expressions that hold for Python's `re` and DuckDB's RE2 alike, ASCII only. Patterns are ours; cells
reach them as values, never as SQL.
"""

from orchestration.rulebook import FORMULA_SIGNS, UNPRINTED
from orchestration.storage import literal

_HIDDEN = "".join(rf"\p{{{category}}}" for category in UNPRINTED)

ID = "[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
"""Ids of the rulebook and of candidates."""

ROW_ID = "[A-Za-z0-9_][A-Za-z0-9_.:/#@-]{0,127}"
"""Ids of rows and people; `..` is refused besides, for ids end up in paths."""

WORD = "[A-Za-z][A-Za-z0-9_-]{0,31}"
"""A language or the way a vote came in."""

WHOLE = "[0-9]{1,9}"
"""A whole number: no sign, no point, no exponent, no digits of other scripts."""

MEASURE = "[0-9]{1,6}([.][0-9]{1,3})?"
"""The cell of a measured criterion."""

LONGEST_NAME = 60
NAME = rf"[\p{{L}}\p{{Nd}}][^{_HIDDEN}]{{0,{LONGEST_NAME - 1}}}"
"""A place or an operator: printable, a letter or digit of any script first (RE2 only)."""

BLANK = r"[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Z}]*"
"""Nothing that ink would show: white space, marks of format, control characters (RE2 only)."""

SHA256 = "[0-9a-fA-F]{64}"

COMPANY = rf"[^{_HIDDEN}{FORMULA_SIGNS}][^{_HIDDEN}]{{0,199}}"
"""A company's name as shown: printable, nothing that a spreadsheet takes for a formula (RE2 only). It stands in every
published table of names, so it is held to what a title or a label is (`rulebook`)."""

DAY = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"

TIME = (
    "[0-9]{4}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9](\\.[0-9]{1,9})?)?"
    "(Z|[+-](0[0-9]|1[0-3])(:?[0-5][0-9])?|[+-]14(:?00)?)?"
)
"""ISO 8601 to the minute, second or fraction, which is cut to microseconds (`times.py`); whether the day exists is the
calendar's business."""


def is_like(column: str, pattern: str) -> str:
    """SQL: the whole text of a column matches."""
    return f"regexp_full_match({column}, {literal(pattern)})"


def is_day(column: str) -> str:
    """SQL: the column holds a day of the calendar like 2025-08-25."""
    return f"({is_like(column, DAY)} AND left({column}, 4) <> '0000' AND try_cast({column} AS DATE) IS NOT NULL)"


def is_row_id(column: str) -> str:
    """SQL: the column holds an id of a row or a person."""
    return f"({is_like(column, ROW_ID)} AND NOT contains({column}, '..'))"


def one_of(column: str, words: tuple[str, ...]) -> str:
    """SQL: the column holds one of our words."""
    return f"{column} IN ({', '.join(literal(word) for word in words)})"


def in_range(column: str, low: int, high: int) -> str:
    """SQL: the column holds a whole number within bounds."""
    return f"({is_like(column, WHOLE)} AND coalesce(try_cast({column} AS INTEGER), -1) BETWEEN {low} AND {high})"
