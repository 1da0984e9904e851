"""Tests that no rule of rows sets aside, told by columns: nearly all are.

Belongs here: what a plain test is. Ids, times, ratings and measured numbers are written as suppliers write them. A row
that is not plain is judged by the rules of `audits.py`, like every row of a file that a correction names, and every row
whose id may stand twice (`taken.py`).
"""

from collections.abc import Collection, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake.landing import Landing
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.plain_cells import MICROSECONDS
from orchestration.intake.sources.audits import FACTS, OUTCOMES, SCENARIOS, criterion_type
from orchestration.intake.sources.grid_cells import MISSING, firm_of, points
from orchestration.intake.sources.sifting import Seen, Sifted, as_text, numbered, whole_numbers
from orchestration.intake.sources.taken import Taken
from orchestration.intake.times import Clock
from orchestration.rulebook import Criterion, Rulebook
from orchestration.storage import literal

LONGEST_STEP = 99
"""Longer journeys are rare, and judged with care."""
FORGOTTEN = "scratch.forgotten_test"
MAY_BE_EMPTY = ("evidence_sha256", "rechecks", "site", "city", "persona", "operator", "journey_id")
TIMES = ("started_at", "ended_at")
COLUMNS = (
    "test_id", "candidate_id", "scenario", "language", "shopper_id", *TIMES, "outcome",
    *MAY_BE_EMPTY, "step", *FACTS,
)  # fmt: skip


class TakenTests(Taken):
    """Tests, held to the edition's candidates, the fieldwork, the grid of the one channel of their file."""

    source, table = "audits", "intake.test"
    times = TIMES

    def __init__(
        self, con: duckdb.DuckDBPyConnection, rulebook: Rulebook, clock: Clock, candidates: Collection[str]
    ) -> None:
        super().__init__(con)
        self.channels: dict[str, str] = {}
        """By path, of the files of which rows were plain."""
        fieldwork = rulebook.fieldwork
        self._rulebook = rulebook
        self._clock = clock
        self._window = [pa.scalar(bound, MICROSECONDS) for bound in clock.surely_within(fieldwork.start, fieldwork.end)]
        self._known = numbered(rulebook.channels)
        self._candidates, self._scenarios, self._outcomes = map(numbered, (candidates, SCENARIOS, OUTCOMES))
        self._steps, self._fact = whole_numbers(1, LONGEST_STEP, ""), whole_numbers(0, 1, "")
        self._seen = Seen()
        con.execute(f"CREATE TABLE {FORGOTTEN} (test_id VARCHAR)")

    def split(self, path: str, header: Sequence[str], part: Part) -> tuple[pa.Table | None, Part]:
        """See `Taken`. The columns are COLUMNS and those of `_cells`.

        No row is plain before one has told the channel of its file.
        """
        rows = Sifted(header, part, self._seen)
        if path not in self.channels:
            if (channel := self._channel_of(header, part)) is None:
                return None, as_text(part)
            self.channels[path] = channel
        grid = self._rulebook.grid_of(self.channels[path])
        rows.plain &= rows.listed("channel", self._known) == self._known[self.channels[path]]
        self._texts(rows)
        started, ended = (rows.instants(name, self._clock, *self._window, empty=name == "ended_at") for name in TIMES)
        completed = rows.listed("outcome", self._outcomes) == self._outcomes["completed"]
        rows.plain &= np.where(rows.filled("ended_at"), ended >= started, ~completed)
        rows.plain &= ~completed | np.logical_or.reduce([_applies(rows, criterion) for criterion in grid])
        rows.others()
        return rows.split({**{name: name for name in COLUMNS}, **_cells(grid)})

    def put(self, path: str) -> None:
        """See `Taken`."""
        channel = self.channels[path]
        columns = (f"nullif({name}, '') AS {name}" if name in MAY_BE_EMPTY else name for name in ("line", *COLUMNS))
        self.con.execute(
            "INSERT INTO intake.test BY NAME "
            f"SELECT ? AS file, ? AS field_firm, ? AS channel, {', '.join(columns)} FROM taken",
            [path, firm_of(path), channel],
        )
        grid = self._rulebook.grid_of(channel)
        criteria = f"[{', '.join(literal(criterion.id) for criterion in grid)}]::{criterion_type(self._rulebook)}[]"
        ratings = ", ".join(
            points(column, criterion.measured) if criterion.measured else column
            for column, criterion in zip(_cells(grid), grid, strict=True)
        )
        cells = f"SELECT test_id, unnest({criteria}), unnest([{ratings}]) AS rating FROM taken"
        self.con.execute(f"INSERT INTO intake.rating SELECT * FROM ({cells}) WHERE rating IS NOT NULL")
        for column, criterion in zip(_cells(grid), grid, strict=True):
            if criterion.measured:
                given = f"SELECT test_id, ?, {column} FROM taken WHERE {column} IS NOT NULL"
                self.con.execute(f"INSERT INTO intake.measure {given}", [criterion.id])

    def remove(self, which: str) -> None:
        """See `Taken`. All tests of the same id lose their criteria: they are to be removed too (`settle`)."""
        for table in ("intake.rating", "intake.measure"):
            self.con.execute(f"DELETE FROM {table} WHERE test_id IN (SELECT test_id FROM intake.test WHERE {which})")
        super().remove(which)

    def forget(self, path: str) -> None:
        """See `Taken`."""
        self.con.execute(f"INSERT INTO {FORGOTTEN} SELECT test_id FROM intake.test WHERE file = ?", [path])
        super().forget(path)

    def suspects(self, landing: Landing) -> str:
        """See `Taken`. Tests whose id stood in a file that was forgotten lost their criteria with it."""
        return self.repeated(landing, "test_id", f"SELECT test_id FROM {FORGOTTEN}")

    def _channel_of(self, header: Sequence[str], part: Part) -> str | None:
        """The one channel that rows of this part name, if the file has the columns of its grid."""
        channels = set(pc.unique(part.cells[header.index("channel")]).to_pylist()) & self._known.keys()
        if len(channels) != 1:
            return None
        (channel,) = channels
        return channel if {criterion.id for criterion in self._rulebook.grid_of(channel)} <= set(header) else None

    def _texts(self, rows: Sifted) -> None:
        """All columns but times, outcome and criteria."""
        rows.ids("test_id")
        rows.listed("candidate_id", self._candidates)
        rows.listed("scenario", self._scenarios)
        rows.words("language")
        rows.ids("shopper_id")
        rows.hashes("evidence_sha256")
        rows.ids("rechecks", empty=True)
        for name in ("site", "city", "operator"):
            rows.names(name)
        rows.words("persona", empty=True)
        rows.ids("journey_id", empty=True)
        rows.numbers("step", self._steps, pa.int32())
        rows.plain &= ~rows.filled("step") | rows.filled("journey_id")
        for name in FACTS:
            rows.numbers(name, self._fact, pa.int8())


def _cells(grid: Sequence[Criterion]) -> dict[str, str]:
    """The columns of a grid's cells by number: `rating_1` or, of a measured criterion, `measure_1` (thousandths)."""
    return {
        f"{'measure' if criterion.measured else 'rating'}_{place}": criterion.id
        for place, criterion in enumerate(grid, start=1)
    }


def _applies(rows: Sifted, criterion: Criterion) -> np.ndarray:
    """Take the cells of a criterion; the rows to which it applies."""
    if criterion.measured:
        return rows.measures(criterion.id, MISSING)
    return rows.numbers(criterion.id, whole_numbers(0, criterion.max, *MISSING), pa.int16()) >= 0
