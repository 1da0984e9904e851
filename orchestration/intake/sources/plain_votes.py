"""Votes that no rule of rows sets aside, told by columns: nearly all are.

Belongs here: telling the rows of a block that are plain, and these as the columns of `intake.vote`. Plain is narrower
than accepted: ids, keys and times written as suppliers write them, a channel that is a word, a candidate in its own
category, a time inside the window. A row that is not plain is judged by the rules of `votes.py`, like every row of a
file that a correction names. Whether an id stands twice is asked of all rows together, there too.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import personal
from orchestration.intake.patterns import WORD
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.plain_cells import (
    MICROSECONDS,
    Mask,
    plain_ids,
    plain_keys,
    plain_words,
    quiet_texts,
    zoned_times,
)
from orchestration.intake.readers.typed_cells import column_text
from orchestration.rulebook import VOTE_COLUMNS, Rulebook

TIME = "cast_at"
ROW_GROUP = 122_880
"""Rows that DuckDB packs together. A thread takes as many at a time: of halves it would make a whole once more."""
AT_ONCE = 4 * ROW_GROUP
"""Rows that are written at once: whole row groups go to disk, packed, past DuckDB's log."""
MOST_WORDS = 1_000
"""Words of one block that are worth looking at one by one."""
NO_LINES, NO_CELLS = pa.array([], pa.int64()), pa.array([], pa.string())
"""Of a part whose rows are all plain. A slice without rows would hold all of it in memory until the file is read."""


class PlainVotes:
    """What an edition's votes are held to: its candidates with their categories, and its window."""

    def __init__(self, rulebook: Rulebook, category_of: Mapping[str, str]) -> None:
        """`category_of` are the accepted candidates, corrections made."""
        if rulebook.vote is None:
            raise ValueError("the rulebook has no vote section")
        names = [category.id for category in rulebook.categories]
        clean = [name for name in names if not personal.looks_personal(name, personal.Kind.ID)]
        self._categories = {name: number for number, name in enumerate(clean)}
        self._candidates: dict[str, int] = {}
        homes: list[int] = []
        for name, category in sorted(category_of.items()):
            if category in self._categories and not personal.looks_personal(name, personal.Kind.ID):
                self._candidates[name] = len(homes)
                homes.append(self._categories[category])
        self._homes = np.array([*homes, -2], dtype=np.int64)  # the last is the home of no candidate
        self._opens, self._closes = (
            pa.scalar(moment.replace(tzinfo=None), MICROSECONDS)
            for moment in (rulebook.vote.window.opens, rulebook.vote.window.closes)
        )

    def split(self, header: Sequence[str], part: Part) -> tuple[pa.Table, Part]:
        """The plain rows of a part as `line` and the columns of a vote, and the other rows as they came.

        A column `cast_at` may hold instants instead of text; among the other rows it is text again.
        """
        cells = dict(zip(header, part.cells, strict=True))
        times, instants = self._instants(cells[TIME])
        mask = (
            times
            & self._at_home(cells["category_id"], cells["candidate_id"])
            & self._is_word(cells["channel"])
            & plain_keys(cells["voter_key"])
            & plain_keys(cells["ip_hash"])
            & plain_ids(cells["vote_id"])
        )
        for name in header:
            if name not in VOTE_COLUMNS:
                mask &= self._is_free_of_people(cells[name])
        columns = [instants if name == TIME else cells[name] for name in VOTE_COLUMNS]
        table = pa.table([part.lines, *columns], names=["line", *VOTE_COLUMNS])
        if mask.all():
            return table, Part(NO_LINES, [NO_CELLS] * len(part.cells), part.unreadable)
        others = part.filter(pa.array(~mask))
        others.cells = [_text(column) for column in others.cells]
        return table.filter(pa.array(mask)), others

    def _instants(self, cells: pa.Array) -> tuple[Mask, pa.Array]:
        """Rows with a time inside the window, and the times."""
        if pa.types.is_timestamp(cells.type):
            try:
                instants = cells.cast(MICROSECONDS)
            except pa.ArrowInvalid:  # finer than a microsecond
                return np.zeros(len(cells), dtype=bool), pa.nulls(len(cells), MICROSECONDS)
            mask = np.ones(len(cells), dtype=bool)
        else:
            mask, instants = zoned_times(cells)
        inside = pc.and_(pc.greater_equal(instants, self._opens), pc.less_equal(instants, self._closes))
        return mask & pc.fill_null(inside, False).to_numpy(zero_copy_only=False), instants

    def _at_home(self, categories: pa.Array, candidates: pa.Array) -> Mask:
        """Rows with a known candidate in its own category."""
        homes = self._homes[plain_words(candidates, self._candidates)]
        return np.asarray(plain_words(categories, self._categories) == homes)

    @staticmethod
    def _is_free_of_people(cells: pa.Array) -> Mask:
        """Rows in whose cell of an unknown column nobody would see a person."""
        quiet = quiet_texts(cells)
        if quiet.all():
            return quiet
        found = pc.unique(cells)
        if len(found) > MOST_WORDS:
            return quiet
        free = [text for text in found.to_pylist() if not personal.looks_personal(text)]
        return np.asarray(plain_words(cells, dict.fromkeys(free, 0)) == 0)

    def _is_word(self, cells: pa.Array) -> Mask:
        """Rows whose channel is a word in which nobody would see a person."""
        found = pc.unique(cells)
        if len(found) > MOST_WORDS:
            return np.zeros(len(cells), dtype=bool)
        words = [
            word
            for word in found.to_pylist()
            if re.fullmatch(WORD, word) and not personal.looks_personal(word, personal.Kind.ID)
        ]
        return np.asarray(plain_words(cells, dict.fromkeys(words, 0)) == 0)


def _text(column: pa.Array) -> pa.Array:
    return column_text(column, False) if pa.types.is_timestamp(column.type) else column


class TakenVotes:
    """Plain votes on their way into `intake.vote`, which holds no others until all files are read."""

    times = (TIME,)

    def __init__(self, con: duckdb.DuckDBPyConnection, plain: PlainVotes) -> None:
        self._con = con
        self._plain = plain
        self._held: list[pa.Table] = []
        self._rows = 0

    def sift(self, path: str, header: Sequence[str], parts: Iterable[Part]) -> Iterator[Part]:
        """See `landing.Quick`."""
        self._held, self._rows = [], 0
        for part in parts:
            table, others = self._plain.split(header, part)
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
        self._con.execute("DELETE FROM intake.vote WHERE file = ?", [path])

    def _write(self, path: str, rows: int | None = None) -> None:
        """Write what is held, or so many rows of it."""
        if not self._held:
            return
        held = pa.concat_tables(self._held).combine_chunks()
        taken = held.slice(0, rows)
        self._held = [held.slice(len(taken))]
        self._rows += len(taken)
        if len(taken):
            self._con.register("taken", pa.Table.from_batches(taken.to_batches(max_chunksize=ROW_GROUP)))
            self._con.execute("INSERT INTO intake.vote SELECT ?, * FROM taken", [path])
            self._con.unregister("taken")
