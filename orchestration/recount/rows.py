"""Which rows are used and which are set aside (SPEC 3.6), for sources that fit into Python rows.

Belongs here: what one cell may hold, settling rows that share a key, and the account of each file. Does not belong
here: what a whole row of a source must hold (`candidates`, `contests`), and sources of many rows (`columns`, `votes`).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from orchestration.recount import moments
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
    """A read row: where it stands, its key, its known cells, why it is set aside (None: not)."""

    file: str
    line: int
    key: str
    known: tuple[Hashable, ...]
    reason: str | None


@dataclass
class Cells:
    """Reads the cells of one row one after the other, noting the first thing that is wrong with them.

    `known` collects every cell read, so that two rows can be compared.
    """

    row: Row
    reason: str | None = None
    known: list[Hashable] = field(default_factory=list)

    def wrong(self, reason: str) -> None:
        """Note what is wrong, unless something was wrong before."""
        self.reason = self.reason or reason

    def text(self, column: str, pattern: str) -> str:
        """A cell that matches a pattern as a whole; "" if it is malformed."""
        raw = self.row.get(column, "")
        valid = bool(re.fullmatch(pattern, raw)) and ".." not in raw
        if not valid:
            self.wrong("malformed_value")
        self.known.append(raw)
        return raw if valid else ""

    def one_of(self, column: str, choices: Collection[str], reason: str) -> str:
        """A cell that is one of the choices; else the row is set aside for `reason` (an empty one as malformed)."""
        raw = self.row.get(column, "")
        if raw not in choices:
            self.wrong(reason if raw else "malformed_value")
        self.known.append(raw)
        return raw

    def day(self, column: str) -> str:
        """A local day as it is written, 2025-11-17; "" if it is malformed."""
        raw = self.row.get(column, "")
        valid = moments.day(raw) is not None
        if not valid:
            self.wrong("malformed_value")
        self.known.append(raw)
        return raw if valid else ""


def number(text: str, least: int, most: int) -> int | None:
    """A whole number from `least` to `most`; None for other text."""
    value = int(text) if len(text) <= DIGITS and re.fullmatch(WHOLE, text) else None
    return value if value is not None and least <= value <= most else None


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
    return account_of(file, source, rows=len(reasons), flaws=Counter(filter(None, reasons)), unreadable=unreadable)


def account_of(file: str, source: str, rows: int, flaws: Mapping[str, int], unreadable: int) -> FileAccount:
    """The account of one file from the number of its readable rows, and of those set aside by reason."""
    quarantined = {reason: number for reason, number in {**flaws, "unreadable_row": unreadable}.items() if number}
    accepted = rows - sum(flaws.values())
    return FileAccount(
        file, source, rows_read=rows + unreadable, rows_accepted=accepted, quarantined=dict(sorted(quarantined.items()))
    )
