"""Personal data that must not be here (SPEC 3.4): recognised, named by file, column and line, never repeated.

Belongs here: what an e-mail address, a phone number, a national id or an IP address looks like, and where it is
looked for. `voter_key` and `ip_hash` should be keyed hashes: a whole value of any of those forms gives it away.
Everywhere else e-mail addresses and phone numbers are looked for: in free text (a company's name, a place, a reason,
unknown columns, unreadable lines, a cell with words in it) inside the text, in ids as the whole value, for an id may
well have ten digits inside.
"""

import re
from dataclasses import dataclass
from enum import Enum

import duckdb

from orchestration.intake.patterns import literal

EMAIL = r"[^\s@]+@[^\s@]+\.[^\s@.]+"
DIGIT = "[0-9\u0660-\u0669\u06f0-\u06f9\uff10-\uff19]"
"""European, Arabic, Persian and full-width digits: a number is one in any script."""

CIN = "[A-Za-z]{1,2} ?[0-9]{5,6}"
IP = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}|[0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}"
SPACED = r"[ ().-]{0,2}"
ZERO = "[0\u0660\u06f0\uff10]"
ANY_PHONE = rf"\+[ (]?(?:{DIGIT}{SPACED}){{8,15}}|[(]?{ZERO}(?:{SPACED}{DIGIT}){{7,14}}|212[5-7][0-9]{{8}}"
"""8 to 15 digits, with separators, beginning with + or 0 (so 00 too); or a Moroccan number without its +."""

FIVE_TO_SEVEN = "[5-7\u0665-\u0667\u06f5-\u06f7\uff15-\uff17]"
SURE_PHONE = (
    rf"\+[ (]?{DIGIT}(?:{SPACED}{DIGIT}){{7,14}}|00[ ]?212(?:{SPACED}[0-9]){{9}}"
    rf"|{ZERO}{FIVE_TO_SEVEN}(?:[ .-]?{DIGIT}){{8}}"
)
"""An international number with its + or a Moroccan one: what cannot be a padded row number."""

KEY_VALUE = rf"\s*(?:{EMAIL}|{CIN}|{IP}|{ANY_PHONE})\s*"
WHOLE_PHONE = rf"\s*(?:{SURE_PHONE})\s*"
PHONE_INSIDE = rf"(?:^|[^0-9A-Za-z+])(?:{SURE_PHONE})(?:$|[^0-9A-Za-z])"
WORDS = r"[^\s0-9]{2,}\s"
"""No id has words in it: a cell that has is a text, whatever its column."""

SHOWN_LINES = 20


class Kind(Enum):
    """How a column is searched."""

    KEY = "key"
    ID = "id"
    TEXT = "text"


KEY_COLUMNS = frozenset({"voter_key", "ip_hash"})
TEXT_COLUMNS = frozenset({"company", "site", "city", "operator", "reason"})
"""Known columns that people fill in their own words."""


def kind_of(column: str, known: bool) -> Kind:
    """How a column with this name is searched."""
    if column in KEY_COLUMNS and known:
        return Kind.KEY
    return Kind.ID if known and column not in TEXT_COLUMNS else Kind.TEXT


def looks_personal(text: str, kind: Kind = Kind.TEXT) -> bool:
    """The same judgement in Python, for header names and corrections."""
    if kind is Kind.KEY and re.fullmatch(KEY_VALUE, text):
        return True
    inside = kind is Kind.TEXT or re.search(WORDS, text) is not None
    phone = re.search(PHONE_INSIDE, text) if inside else re.fullmatch(WHOLE_PHONE, text)
    return phone is not None or re.search(EMAIL, text) is not None


def condition(cell: str, kind: Kind) -> str:
    """SQL: a cell holds personal data."""
    email = f"(contains({cell}, '@') AND regexp_matches({cell}, {literal(EMAIL)}))"
    if kind is Kind.TEXT:
        return f"({email} OR regexp_matches({cell}, {literal(PHONE_INSIDE)}))"
    whole = f"regexp_full_match({cell}, {literal(KEY_VALUE if kind is Kind.KEY else WHOLE_PHONE)})"
    words = f"(regexp_matches({cell}, {literal(WORDS)}) AND regexp_matches({cell}, {literal(PHONE_INSIDE)}))"
    return f"({email} OR {whole} OR {words})"


@dataclass(frozen=True)
class Found:
    """Cells of one column that look like personal data."""

    column: str | None
    cells: int
    lines: tuple[int, ...]

    @property
    def shown_lines(self) -> str:
        """The numbers of the first lines, for people."""
        return ", ".join(map(str, self.lines)) + (", …" if self.cells > len(self.lines) else "")


def search(con: duckdb.DuckDBPyConnection, table: str, columns: list[tuple[str, str | None, Kind]]) -> list[Found]:
    """Look through a table that has `line`; `columns` are (SQL cell, name to report, kind)."""
    if not columns:
        return []
    counts = ", ".join(f"count(*) FILTER (WHERE {condition(cell, kind)})" for cell, _, kind in columns)
    found = con.execute(f"SELECT {counts} FROM {table}").fetchone() or ()
    result = []
    for (cell, name, kind), cells in zip(columns, found, strict=True):
        if cells:
            lines = con.execute(
                f"SELECT line FROM {table} WHERE {condition(cell, kind)} ORDER BY line LIMIT {SHOWN_LINES}"
            ).fetchall()
            result.append(Found(name, cells, tuple(line for (line,) in lines)))
    return result
