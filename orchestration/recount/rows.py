"""Which rows are used and which are set aside (SPEC 3.6), for sources that fit into Python rows.

Belongs here: reading one cell strictly, settling rows that share a key, and the account of each file. Does not belong
here: what a whole row of a source must hold (`candidates`, `audits`, `contests`, `survey`) and the votes (`votes`).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from orchestration.recount import moments
from orchestration.recount.grids import thousandths
from orchestration.recount.readers import Row

LONGEST_NAME = 60
UNPRINTED = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
"""Unicode categories of what leaves no mark and no space on paper: controls, formats, surrogates, private, breaks."""
NAME = r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}"
ROW_ID = r"[A-Za-z0-9_][A-Za-z0-9_.:/#@-]{0,127}"
WORD = r"[A-Za-z][A-Za-z0-9_-]{0,31}"
DIGITS = 9
WHOLE = rf"[0-9]{{1,{DIGITS}}}"


@dataclass(frozen=True)
class FileAccount:
    """What became of the rows of one file: read = accepted + all quarantined."""

    file: str
    source: str
    rows_read: int
    rows_accepted: int
    quarantined: dict[str, int]

    @property
    def rows_quarantined(self) -> int:
        """Rows set aside, for whatever reason."""
        return sum(self.quarantined.values())


class Keyed(Protocol):
    """A read row: where it stands, its key, its known cells (typed where valid), why it is set aside (None: not)."""

    file: str
    line: int
    key: str
    known: tuple[Hashable, ...]
    reason: str | None


@dataclass
class Cells:
    """Reads the cells of one row one after the other, noting the first thing that is wrong with them.

    `known` collects every cell read, as its value where it is valid and as ("raw", text) where it is not, so that
    two rows can be compared however they were written.
    """

    row: Row
    zone: ZoneInfo
    reason: str | None = None
    known: list[Hashable] = field(default_factory=list)

    def wrong(self, reason: str) -> None:
        """Note what is wrong, unless something was wrong before."""
        self.reason = self.reason or reason

    def text(self, column: str, pattern: str, optional: bool = False) -> str:
        """A cell that matches a pattern as a whole; "" if it is empty and may be, or if it is malformed."""
        raw = self.row.get(column, "")
        valid = bool(re.fullmatch(pattern, raw)) and ".." not in raw
        if not valid and not (optional and not raw):
            self.wrong("malformed_value")
        self.known.append(raw if valid or not raw else ("raw", raw))
        return raw if valid else ""

    def one_of(self, column: str, choices: Collection[str], reason: str) -> str:
        """A cell that is one of the choices; else the row is set aside for `reason` (an empty one as malformed)."""
        raw = self.row.get(column, "")
        if raw not in choices:
            self.wrong(reason if raw else "malformed_value")
        self.known.append(raw)
        return raw

    def whole(self, column: str, least: int, most: int | None, empty: Collection[str] = ("",)) -> int | None:
        """A whole number in a range; None for an empty cell (one of `empty`) or a malformed one."""
        raw = self.row.get(column, "")
        value = _number(raw) if len(raw) <= DIGITS else None  # a long text is not kept to be seen again
        valid = value is not None and value >= least and (most is None or value <= most)
        if not valid and raw not in empty:
            self.wrong("malformed_value")
        self.known.append(value if valid else None if raw in empty else ("raw", raw))
        return value if valid else None

    def name(self, column: str) -> str | None:
        """A name: at most 60 printable characters, a letter or digit first; None if it is empty or malformed."""
        raw = self.row.get(column, "")
        valid = is_name(raw)
        if raw and not valid:
            self.wrong("malformed_value")
        self.known.append(raw)
        return raw if valid else None

    def measure(self, column: str, empty: Collection[str]) -> int | None:
        """A measured number in thousandths; None for an empty cell (one of `empty`) or a malformed one."""
        raw = self.row.get(column, "")
        value = thousandths(raw)
        if value is None and raw not in empty:
            self.wrong("malformed_value")
        self.known.append(value if value is not None else None if raw in empty else ("raw", raw))
        return value

    def day(self, column: str) -> str:
        """A local day as it is written, 2025-11-17; "" if it is malformed."""
        raw = self.row.get(column, "")
        valid = moments.day(raw) is not None
        if not valid:
            self.wrong("malformed_value")
        self.known.append(raw)
        return raw if valid else ""

    def moment(self, column: str, optional: bool = False) -> datetime | None:
        """An instant in UTC; None for an empty cell or a malformed one."""
        raw = self.row.get(column, "")
        value = moments.instant(raw, self.zone)
        if value is None and not (optional and not raw):
            self.wrong("malformed_value")
        self.known.append(value if value is not None else ("raw", raw))
        return value


@lru_cache(maxsize=4096)
def _number(raw: str) -> int | None:
    """A whole number as it is written; None for other text. Most cells of a grid hold one of ten."""
    return int(raw) if re.fullmatch(WHOLE, raw) else None


def is_name(text: str) -> bool:
    """Whether a text is a name: 1 to 60 printable characters, a letter or digit first."""
    categories = [unicodedata.category(character) for character in text]
    printable = 1 <= len(text) <= LONGEST_NAME and not UNPRINTED.intersection(categories)
    return printable and (categories[0].startswith("L") or categories[0] == "Nd")


def is_blank(text: str) -> bool:
    """Whether nothing in a text would show on paper: no character at all, or blanks and controls alone."""
    return {unicodedata.category(character) for character in text} <= {*UNPRINTED, "Zs"}


def settle_repeats(rows: Iterable[Keyed]) -> None:
    """Set aside rows that share a key: all but one if they are equal, all if they differ.

    Rows that are set aside for a defect of their own take part in the comparison and keep their own reason. Of equal
    rows the first by file and line is kept, which decides no mark: they are equal.
    """
    groups: dict[str, list[Keyed]] = defaultdict(list)
    for row in rows:
        groups[row.key].append(row)
    for group in groups.values():
        alike = len({row.known for row in group}) == 1
        usable = sorted((row for row in group if row.reason is None), key=lambda row: (row.file, row.line))
        for row in usable[1:] if alike else usable if len(group) > 1 else []:
            row.reason = "duplicate_row" if alike else "conflicting_rows"


def account(file: str, source: str, reasons: Sequence[str | None], unreadable: int) -> FileAccount:
    """The account of one file from the reason of each readable row (None: accepted)."""
    quarantined = Counter(reason for reason in reasons if reason is not None)
    if unreadable:
        quarantined["unreadable_row"] += unreadable
    accepted = sum(reason is None for reason in reasons)
    return FileAccount(file, source, len(reasons) + unreadable, accepted, dict(sorted(quarantined.items())))
