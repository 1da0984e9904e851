"""Who withdrew, on which day, and what the lists deposited before still said.

Belongs here: reading every version of the list of candidates; whether a withdrawal came in time is said here, what
follows from it is the checks' and the dossier's.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.intake.readers.csv_rows import delimiter_of
from orchestration.intake.sources.candidates import COLUMNS
from orchestration.storage import read_file

if TYPE_CHECKING:
    import duckdb

    from orchestration.custody import Deposit
    from orchestration.rulebook import Window

DATA = ("audits", "survey", "votes")
"""Sources that tell how a candidate does: whoever has seen them may have a reason to withdraw it, or not to."""


@dataclass(frozen=True)
class Withdrawal:
    """A candidate that does not take part. `entered_in`, `withdrawn_in`: numbers of the deposits that say so.

    `late` says what is odd: `no_date`, `after_fieldwork`, `before_entry` (before fieldwork, and before the first list
    that has it entered), `entered_with_data` (the list in force when the first data arrived had it entered),
    `listed_after_data` (no list had it then, and the first that has it says withdrawn).
    """

    candidate_id: str
    company: str
    category_id: str
    withdrawn_on: date | None
    entered_in: tuple[int, ...]
    withdrawn_in: tuple[int, ...]
    late: tuple[str, ...] = ()

    @property
    def known_in(self) -> tuple[int, ...]:
        """The first deposit that says so for good; none for a withdrawal by correction."""
        return tuple(seq for seq in self.withdrawn_in if seq > max(self.entered_in, default=0))[:1]

    @property
    def key(self) -> str:
        """How the check names it: candidate, day, what is odd, the last deposit before and the first after."""
        steps = [*map(str, self.entered_in[-1:]), *map(str, self.known_in)]
        return f"{self.candidate_id} {self.withdrawn_on or '–'} [{', '.join(self.late)}] ({' → '.join(steps) or '–'})"


def candidate_rows(path: Path) -> list[dict[str, str]]:
    """The rows of a list of candidates as it was deposited. Raises OSError, ValueError or csv.Error."""
    text = read_file(path).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline=""), delimiter=delimiter_of(text, COLUMNS), strict=True))


def withdrawals(
    con: "duckdb.DuckDBPyConnection", deposits: Sequence["Deposit"], fieldwork: "Window"
) -> tuple[Withdrawal, ...]:
    """Every withdrawal that counts, corrections made, in order of candidate. `deposits`: all, superseded ones too."""
    rows = con.execute(
        "SELECT candidate_id, company, category_id, withdrawn_on FROM intake.candidate"
        " WHERE status = 'withdrawn' ORDER BY candidate_id"
    ).fetchall()
    lists = [(deposit, statuses) for deposit in deposits if (statuses := _statuses(deposit)) is not None]
    first_data = next((deposit for deposit in deposits if deposit.source in DATA), None)
    return tuple(_judged(row, lists, first_data, fieldwork) for row in rows)


def _judged(
    row: tuple[str, str, str, date | None],
    lists: Iterable[tuple["Deposit", dict[str, str]]],
    first_data: "Deposit | None",
    fieldwork: "Window",
) -> Withdrawal:
    listed = [(deposit, statuses.get(row[0])) for deposit, statuses in lists]
    entered = [deposit for deposit, status in listed if status == "entered"]
    gone = [deposit for deposit, status in listed if status == "withdrawn"]
    day, late = row[3], list[str]()
    if day is None:
        late.append("no_date")
    elif day > fieldwork.end:
        late.append("after_fieldwork")
    elif entered and day < min(fieldwork.start, date.fromisoformat(entered[0].received_at[:10])):
        late.append("before_entry")
    withdrawal = Withdrawal(*row, tuple(deposit.seq for deposit in entered), tuple(deposit.seq for deposit in gone))
    if first_data is not None and entered and (not withdrawal.known_in or first_data.seq < withdrawal.known_in[0]):
        late.append("entered_with_data")
    # By the time of receipt: one act of deposit takes the list after the files that sort before it.
    if first_data is not None and not entered and gone and gone[0].received_at > first_data.received_at:
        late.append("listed_after_data")
    return replace(withdrawal, late=tuple(late))


def _statuses(deposit: "Deposit") -> dict[str, str] | None:
    """What a deposited list says of each candidate; None for other files and for one that nobody can read."""
    if deposit.source != "candidates":
        return None
    try:
        return {row["candidate_id"]: row["status"] for row in candidate_rows(deposit.stored)}
    except (OSError, ValueError, KeyError, csv.Error):
        return None  # replaced for that; a current one stops at intake
