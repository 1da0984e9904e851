"""contests.csv as it stands in custody, and its next version.

Belongs here: keeping every cell of every row that is not touched, in its order, unknown columns too. What may be
entered is decided in `contesting.py`.
"""

import csv
import io
from dataclasses import dataclass

from orchestration.entrants.say import say
from orchestration.errors import Refused
from orchestration.intake import CONTEST_COLUMNS, delimiter_of

PATH = "contests.csv"
LONGEST = 120
"""Characters of a test's id that its contest's id has room for."""

Row = dict[str, str]


@dataclass
class ContestFile:
    """The rows of the file, each with all its columns as text."""

    columns: tuple[str, ...]
    delimiter: str
    rows: list[Row]

    @classmethod
    def empty(cls) -> "ContestFile":
        """A file in which nobody contests anything yet."""
        return cls(CONTEST_COLUMNS, ",", [])

    @classmethod
    def parse(cls, data: bytes) -> "ContestFile":
        """Read a file that intake could read. Raises Refused for a line that is no row: it would be lost."""
        text = data.decode("utf-8-sig", "strict")
        delimiter = delimiter_of(text, CONTEST_COLUMNS)
        try:
            records = [
                row for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True) if row
            ]
        except csv.Error as error:
            raise Refused([say("contest.unreadable", problem=str(error))]) from error
        columns, *others = records
        if odd := [number for number, row in enumerate(others, 1) if len(row) != len(columns)]:
            raise Refused([say("contest.unreadable", problem=f"row {odd[0]}")])
        return cls(tuple(columns), delimiter, [dict(zip(columns, row, strict=True)) for row in others])

    def rendered(self) -> bytes:
        """The file's bytes: UTF-8, LF, quoted as RFC 4180."""
        text = io.StringIO(newline="")
        writer = csv.DictWriter(text, self.columns, delimiter=self.delimiter, lineterminator="\n", restval="")
        writer.writeheader()
        writer.writerows(self.rows)
        return text.getvalue().encode()

    def row(self, contest_id: str) -> Row:
        """The row of a contest that stands: there is one."""
        return next(row for row in self.rows if row["contest_id"] == contest_id)

    def next_id(self, test_id: str) -> str:
        """An id that no row bears. It names the test, and tells nobody how many contests there are."""
        taken = {row["contest_id"] for row in self.rows}
        name = f"K-{test_id[:LONGEST]}"
        further = (f"{name}-{number}" for number in range(2, len(taken) + 3))
        return next(free for free in (name, *further) if free not in taken)
