"""Plain rows of a source on their way past the rules.

Belongs here: taking them out of the parts of a file, holding as many as are written at once, removing them again. Which
rows are plain, and where they go, stands beside each source.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.intake.headers import Expected
from orchestration.intake.landing import Landing
from orchestration.intake.readers.parts import Part
from orchestration.intake.rules import SUSPECT, find_suspects
from orchestration.storage import literal

ROW_GROUP = 122_880
"""Rows that DuckDB packs together. A thread takes as many at a time: of halves it would make a whole once more."""
AT_ONCE = 4 * ROW_GROUP
"""Rows that are written at once: whole row groups go to disk, packed, past DuckDB's log."""


class Taken(ABC):
    """Plain rows on their way into `table`, which holds no others until all files of its source are read.

    See `landing.Quick`.
    """

    source: str
    table: str
    times: Collection[str]

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self.con = con
        self._held: list[pa.Table] = []
        self._rows = 0

    @abstractmethod
    def split(self, path: str, header: Sequence[str], part: Part) -> tuple[pa.Table | None, Part]:
        """The plain rows of a part as `line` and typed columns, and the other rows as they came, as text."""

    @abstractmethod
    def put(self, path: str) -> None:
        """Write the rows that are registered as `taken`."""

    def remove(self, which: str) -> None:
        """Remove the rows for which `which` (SQL) holds."""
        self.con.execute(f"DELETE FROM {self.table} WHERE {which}")

    def sift(self, path: str, header: Sequence[str], parts: Iterable[Part]) -> Iterator[Part]:
        """See `landing.Quick`."""
        self._held, self._rows = [], 0
        for part in parts:
            table, others = self.split(path, header, part)
            if table is not None:
                self._held.append(table)
            if sum(map(len, self._held)) >= AT_ONCE:
                self._write(path, AT_ONCE)
            yield others

    def finish(self, path: str) -> int:
        """See `landing.Quick`."""
        self._write(path)
        return self._rows

    def forget(self, path: str) -> None:
        """See `landing.Quick`."""
        self._held = []
        self.remove(f"file = {literal(path)}")

    @abstractmethod
    def suspects(self, landing: Landing) -> str:
        """SQL: which rows cannot be judged alone, once all files are read."""

    def repeated(self, landing: Landing, key: str, *further: str) -> str:
        """SQL: rows whose key may stand twice, in the table, among landed rows or in `further` queries."""
        keys = [f"SELECT {key} FROM {self.table}", *further]
        keys += [f"SELECT {file.cell(key)} FROM {file.table}" for file in landing.of(self.source)]
        find_suspects(self.con, key, f"({' UNION ALL '.join(keys)})")
        return SUSPECT.format(key)

    def settle(self, landing: Landing, raw: Path, expected: Expected) -> None:
        """Remove the suspects and land them as text: the rules say what becomes of them.

        `raw` is the folder of the deposits: each of these rows is read once more.
        """
        which = self.suspects(landing)
        for file in landing.of(self.source):
            here = f"file = {literal(file.path)}"
            standing = self.con.execute(f"SELECT line FROM {self.table} WHERE {here} AND {which} ORDER BY line")
            if len(lines := standing.fetchnumpy()["line"]):
                landing.land_again(raw / file.path, file, expected, lines)
                self.con.register("given_back", pa.table({"line": lines}))  # found once: a key takes longer than a line
                self.remove(f"{here} AND line IN (SELECT line FROM given_back)")
                self.con.unregister("given_back")

    def _write(self, path: str, rows: int | None = None) -> None:
        """Write what is held, or so many rows of it."""
        if not self._held:
            return
        held = pa.concat_tables(self._held).combine_chunks()
        taken = held.slice(0, rows)
        self._held = [held.slice(len(taken))] if len(taken) < len(held) else []  # an empty slice would hold all of it
        self._rows += len(taken)
        if len(taken):
            self.con.register("taken", pa.Table.from_batches(taken.to_batches(max_chunksize=ROW_GROUP)))
            self.put(path)
            self.con.unregister("taken")
