"""Personal data that must not be here (SPEC 3.4): recognised, named by file, column and line, never repeated.

Belongs here: what an e-mail address, a phone number, a national id or an IP address looks like, and where it is
looked for: in the text's normal form (`normal.py`). `voter_key` and `ip_hash` should be keyed hashes: a whole value of
any of those forms gives it away. Everywhere else e-mail addresses, phone numbers and what is labelled as a national id
are looked for: in free text (a company's name, unknown columns, unreadable lines, a cell with words in it) inside the
text, in ids as the whole value, for an id may well have ten digits inside.

Every pattern is judged by Python's `re` and DuckDB's RE2 alike, and takes time in proportion to the text.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum

import duckdb

from orchestration.intake.normal import ODD, normal, unescaped
from orchestration.storage import literal

EMAIL = r"[^ @]@[^ @]+\.[^ @.]"
"""Whatever stands further left or right belongs to the address as well: looking for it would take the square."""

CARD = r"(?i:c\.?[in]\.?[in]\.?e?\.?)"
"""CIN, CNI, CNIE, C.I.N.: what Moroccans call their identity card."""
NATIONAL_ID = (
    rf"(?:^|[^A-Za-z]){CARD}(?: ?(?i:no?|num))?[ .:=#/_-]{{1,3}}[A-Za-z]{{1,2}}[ ._/-]?[0-9]{{5,6}}(?:$|[^0-9A-Za-z])"
)
"""A national id that says so. Without its label only a key is taken for one: AB-123456 may be an honest row id."""

SPACED = r"[ ().\-_/]{0,2}"
APART = " ?[._/()-]? ?"
SURE_PHONE = (
    rf"\+[ (]?[0-9](?:{SPACED}[0-9]){{7,14}}|00[ ._/-]?212(?:{SPACED}[0-9]){{9,10}}"
    rf"|0[) ]{{0,2}}[5-7](?:{APART}[0-9]){{8}}"
)
"""An international number with its + or a Moroccan one: what cannot be a padded row number."""
PHONE_INSIDE = rf"(?:^|[^0-9A-Za-z+])(?:{SURE_PHONE})(?:$|[^0-9A-Za-z])"
CALLED = (
    r"(?:^|[^A-Za-z])(?i:tel|gsm|callto)[ .]{0,2}[:=] {0,2}[+(]{0,2}"
    rf"[0-9](?:{SPACED}[0-9]){{8,14}}(?:$|[^0-9A-Za-z])"
)
"""A number that says what it is."""
CLOCK = "[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:[.][0-9]{1,9})?)?"
DAY_FIRST = "[0-3]?[0-9][./_-][01]?[0-9][./_-](?:19|20)[0-9]{2}"
YEAR_FIRST = f"(?:19|20)[0-9]{{2}}[./_-][01]?[0-9][./_-][0-3]?[0-9](?:{CLOCK})?"
DATE = f"{DAY_FIRST}|{YEAR_FIRST}"
"""05/11/2025: with the digits of a time or a count behind it, it has as many as a phone number. The time of an instant
belongs to it: `05.61234567` is seconds."""
WORDS = "[^ 0-9][^ 0-9] "
"""No id has words in it: a cell that has is a text, whatever its column."""
TOLD = f"{EMAIL}|{NATIONAL_ID}|{CALLED}"
"""What is personal wherever it stands."""

HASHED = "[0-9A-Za-z]{20,}"
"""A keyed hash at its most usual: too long for a phone number or an id, without the signs of an address."""
STAMP = f"[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}{CLOCK}(?:Z|[+-][0-9]{{2}}:?[0-9]{{2}})?"
"""An instant."""
LABEL = "(?i:tel|telephone|phone|gsm|mobile|portable|fax|sms|whatsapp|callto)?"
BARE_KEY = (
    rf"{LABEL}(?:0[0-9]{{7,14}}|2120?[5-7][0-9]{{8}})|(?i:tel|gsm|callto)[0-9]{{8,15}}"
    rf"|{CARD}[A-Za-z]{{1,2}}[0-9]{{5,6}}|[A-Za-z]{{2}}[0-9]{{5,6}}|[A-Za-z][1-9][0-9]{{4,5}}"
)
"""The letters and digits of a key, all else left out. 8 to 15 digits beginning with 0 (so 00 too), or a Moroccan number
without its +; a national id. One letter and a number padded with 0 may be a row number: `v-000123`."""
PLUS = r"[ (]*\+[^A-Za-z]*"
DIGITS = "[0-9]{8,15}"
"""With a + in front, any number of 8 to 15 digits is a phone number."""
IPV4 = r"(?:[0-9]{1,3}\.){3}[0-9]{1,3}"
IPV6 = rf"(?:[0-9A-Fa-f]{{0,4}}:){{2,7}}(?:[0-9A-Fa-f]{{0,4}}|{IPV4})"
KEY = rf" *(?:[A-Za-z] ?[0-9]{{5,6}}|(?:(?i:ip) ?[:=]? ?)?\[?(?:{IPV4}|{IPV6})\]?(?:[:/][0-9]{{1,5}})?) *"
BARE_ID = "0[5-7][0-9]{8}|00212[0-9]{9,10}"
TEXT_MAYBE = f"[0-9@]|{ODD}"
ID_MAYBE = rf"[@ ]|^[^A-Za-z]*$|(?i:tel|gsm|callto)[ .]{{0,2}}[:=]|(?i:c\.?[in]\.?[in])|{ODD}"
"""Cheaper to look for, and standing in every text that holds what is looked for: most cells are done with it."""
NORMAL, UNESCAPED = "palmares_normal", "palmares_unescaped"
"""Names of `normal` and `unescaped` in SQL."""

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
    if kind is not Kind.TEXT and re.fullmatch(HASHED if kind is Kind.KEY else STAMP, text):
        return False
    if kind is not Kind.KEY and not re.search(TEXT_MAYBE if kind is Kind.TEXT else ID_MAYBE, text):
        return False
    text = normal(text)
    if re.search(TOLD, text):
        return True
    if (kind is Kind.TEXT or re.search(WORDS, text)) and re.search(PHONE_INSIDE, re.sub(DATE, "x", text)):
        return True
    if kind is Kind.TEXT:
        return False
    if kind is Kind.ID:
        text = re.sub(DATE, "x", text)
    bare = re.sub("[^0-9A-Za-z]", "", text)
    if re.fullmatch(PLUS, text) and re.fullmatch(DIGITS, bare):
        return True
    if kind is Kind.ID:
        return re.fullmatch(BARE_ID, bare) is not None
    return re.fullmatch(KEY, text) is not None or re.fullmatch(BARE_KEY, bare) is not None


def condition(cell: str, kind: Kind) -> str:
    """SQL: a cell holds personal data. The connection must know our function (`register`)."""
    return f"CASE WHEN {_maybe(cell, kind)} THEN {_judged(_normal(cell), kind)} ELSE false END"


def _maybe(cell: str, kind: Kind) -> str:
    """SQL: a cell that may hold personal data, and so is worth a closer look."""
    if kind is Kind.KEY:
        return f"NOT regexp_full_match({cell}, {literal(HASHED)})"
    if kind is Kind.TEXT:
        return f"regexp_matches({cell}, {literal(TEXT_MAYBE)})"
    return f"regexp_matches({cell}, {literal(ID_MAYBE)}) AND NOT regexp_full_match({cell}, {literal(STAMP)})"


def _normal(cell: str) -> str:
    """SQL: the normal form of a text."""
    return f"CASE WHEN regexp_matches({cell}, {literal(ODD)}) THEN {NORMAL}({cell}) ELSE {cell} END"


def _judged(cell: str, kind: Kind) -> str:
    """SQL: a text in its normal form holds personal data."""
    dated = f"regexp_replace({cell}, {literal(DATE)}, 'x', 'g')"
    anywhere = f"regexp_matches({cell}, {literal(TOLD)})"
    # Dates are left out only where there is something to find with them: replacing takes longer than looking.
    inside = f"(regexp_matches({cell}, {literal(PHONE_INSIDE)}) AND regexp_matches({dated}, {literal(PHONE_INSIDE)}))"
    if kind is Kind.TEXT:
        return f"({anywhere} OR {inside})"
    text = cell if kind is Kind.KEY else dated
    bare = f"regexp_replace({text}, '[^0-9A-Za-z]', '', 'g')"
    plus = f"(regexp_full_match({text}, {literal(PLUS)}) AND regexp_full_match({bare}, {literal(DIGITS)}))"
    words = f"(regexp_matches({cell}, {literal(WORDS)}) AND {inside})"
    if kind is Kind.ID:
        whole = f"regexp_full_match({bare}, {literal(BARE_ID)})"
        return f"({anywhere} OR {plus} OR {whole} OR {words})"
    whole = f"regexp_full_match({cell}, {literal(KEY)}) OR regexp_full_match({bare}, {literal(BARE_KEY)})"
    return f"({anywhere} OR {plus} OR {whole} OR {words})"


def register(con: duckdb.DuckDBPyConnection) -> None:
    """Let a connection know the functions that are asked for here; nothing new when it does already."""
    for name, function in ((NORMAL, normal), (UNESCAPED, unescaped)):
        with suppress(duckdb.NotImplementedException):  # a name that is taken: by the same function
            con.create_function(name, function, ["VARCHAR"], "VARCHAR")


def of_json(cell: str) -> str:
    """SQL: a line of JSON as it reads, for `condition`; its escapes would hide what stands in it."""
    return f"CASE WHEN contains({cell}, '\\') THEN {UNESCAPED}({cell}) ELSE coalesce({cell}, '') END"


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
    """Look through a table that has `line`; `columns` are (SQL cell, name to report, kind).

    The connection must know our function (`register`).
    """
    if not columns:
        return []
    cells = " UNION ALL ".join(
        f"SELECT line, {place} AS place, '{kind.value}' AS kind, {cell} AS text FROM {table} WHERE {_maybe(cell, kind)}"
        for place, (cell, _, kind) in enumerate(columns)
    )
    # All cells in one column, so that each pattern is compiled once and not once a column: of a small file that is
    # nearly all the time it takes. Each text once: a mark stands in a column a hundred thousand times. Judged before
    # the filter, for a filter would be pushed down into every column again.
    judged = " ".join(
        f"WHEN '{kind.value}' THEN {_judged('normal', kind)}" for kind in dict.fromkeys(c[2] for c in columns)
    )
    (personal,) = con.execute(
        f"CREATE OR REPLACE TEMP TABLE personal AS SELECT place, text FROM (SELECT place, text, CASE kind {judged} END "
        f"AS personal FROM (SELECT *, {_normal('text')} AS normal FROM (SELECT DISTINCT place, kind, text "
        f"FROM ({cells})))) WHERE personal"
    ).fetchone() or (0,)
    if not personal:
        return []
    rows = con.execute(
        f"SELECT place, count(*), min(line, {SHOWN_LINES}) FROM ({cells}) SEMI JOIN personal USING (place, text) "
        "GROUP BY place ORDER BY place"
    ).fetchall()
    return [Found(columns[place][1], cells, tuple(lines)) for place, cells, lines in rows]
