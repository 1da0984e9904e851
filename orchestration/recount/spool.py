"""Judged vote rows, kept as columns: in memory while they are few, in a temporary folder once they are many.

Belongs here: keeping rows, finding those whose hash occurs often, counting rows by file. Does not belong here: what a
row is excluded for (`votes`).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

import polars as pl

IN_MEMORY = 2_000_000
"""Rows kept in memory before the next ones go to files."""
TO_A_FILE = 500_000
"""Rows of a file: many small ones would be opened time and again."""
PIECES_AT_ONCE = 8
"""Pieces that are asked at once for rows of given numbers."""
NUMBER = pl.UInt32
"""The type of row numbers: that of Polars' own row index. An edition has at most 2^32 vote rows."""
HASHES_AT_ONCE = 25_000_000
"""Rows among which hashes that occur often are looked for at once; each takes some thirty bytes."""


class Spool:
    """All readable vote rows of an edition, numbered in the order of files and lines (column `row`)."""

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY, hashes_at_once: int = HASHES_AT_ONCE) -> None:
        self.folder = folder
        self.in_memory = in_memory
        self.hashes_at_once = hashes_at_once
        self.kept: list[pl.DataFrame] = []
        self.places: dict[Path, int] = {}
        self.waiting: list[pl.DataFrame] = []
        self.starts: list[int] = []
        self.size = 0

    def begin_file(self) -> None:
        """Say that the rows added from here on are of the next file."""
        self.starts.append(self.size)

    def add(self, frame: pl.DataFrame) -> None:
        """Keep the judged rows of one piece of the current file."""
        if frame.is_empty():
            return
        numbers = pl.int_range(self.size, self.size + len(frame), eager=True, dtype=NUMBER).alias("row")
        frame = frame.insert_column(0, numbers)
        self.size += len(frame)
        if self.size <= self.in_memory:
            self.kept.append(frame)
            return
        self.waiting.append(frame)
        if sum(map(len, self.waiting)) >= TO_A_FILE:
            place = self.folder / f"{len(self.places):06d}.parquet"
            self.places[place] = self.waiting[0]["row"][0]
            pl.concat(self.waiting).drop("row").write_parquet(place, compression="lz4", statistics=False)
            self.waiting = []

    def lazy(self) -> pl.LazyFrame:
        """All rows, not yet read. Files are one frame: a query would hold buffers for each of many."""
        files = [_numbered([*self.places], min(self.places.values()))] if self.places else []
        frames = [*map(pl.DataFrame.lazy, self.kept), *files, *map(pl.DataFrame.lazy, self.waiting)]
        return pl.concat(frames) if frames else pl.LazyFrame(schema=SCHEMA)

    def left(self, condition: pl.Expr, gone: pl.Series, column: str) -> Iterator[pl.Series]:
        """One column of the rows that meet a condition and are not `gone` (their numbers, in order), part by part."""
        for part, numbers in self._parts([gone]):
            left = part.filter(condition & pl.col("row").is_in(numbers.implode()).not_())
            yield left.select(column).collect().to_series()

    def no_rows(self) -> pl.Series:
        """An empty set of row numbers."""
        return pl.Series("row", [], dtype=NUMBER)

    def suspects(
        self, column: str, limit: int, condition: pl.Expr, at_once: int, wanted: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """Columns `wanted` of rows that meet a condition and whose hash in `column` occurs more than `limit` times, in
        parts.

        Rows of one hash are always in the same part; a part holds about `at_once` rows. They are looked up by number,
        not by a set of all hashes: Polars holds such a set for each file that it works on.
        """
        lazy, shares = self.lazy().filter(condition).select("row", column), 1 + self.size // self.hashes_at_once
        numbers = [_often(lazy.filter(pl.col(column) % shares == share), column, limit) for share in range(shares)]
        count = sum(map(len, numbers))
        if not count:
            return
        taken = self._taken(numbers, sorted({"row", column, *wanted}))
        if count < at_once and not self.places:
            yield pl.concat(taken).select(wanted)
            return
        for places in self._put_down(taken, column, 1 + count // at_once):
            yield pl.scan_parquet(places, glob=False).select(wanted).collect()
            for place in places:
                place.unlink()

    def _parts(self, numbers: Sequence[pl.Series]) -> Iterator[tuple[pl.LazyFrame, pl.Series]]:
        """All rows, a few pieces at a time, with which of some numbers (several lists, each in order) are among them.

        To ask all rows at once for numbers would take a set that grows with the votes, once for each file.
        """
        held = [(frame["row"][0], frame.lazy()) for frame in (*self.kept, *self.waiting)]
        pieces = sorted([*held, *((first, _numbered([place], first)) for place, first in self.places.items())])
        for start in range(0, len(pieces), PIECES_AT_ONCE):
            some, behind = pieces[start : start + PIECES_AT_ONCE], pieces[start + PIECES_AT_ONCE :][:1]
            bounds = pl.Series([some[0][0], behind[0][0] if behind else self.size], dtype=NUMBER)
            here = (rows[slice(*rows.search_sorted(bounds))] for rows in numbers)
            yield pl.concat(lazy for _, lazy in some), pl.concat(here)

    def _taken(self, numbers: Sequence[pl.Series], columns: Sequence[str]) -> Iterator[pl.DataFrame]:
        """The rows of these numbers (several lists, each in order), some at a time.

        Those of files are not to be gathered: a few rows hold all text that was read with them.
        """
        for part, here in self._parts(numbers):
            if not here.is_empty():
                yield part.filter(pl.col("row").is_in(here.implode())).select(columns).collect()

    def _put_down(self, taken: Iterable[pl.DataFrame], column: str, parts: int) -> Collection[list[Path]]:
        """Rows as files of one part each: to look for a part among all suspects would read them anew for each."""
        places: defaultdict[int, list[Path]] = defaultdict(list)
        for rows in taken:
            parted = rows.with_columns(part=pl.col(column) % parts)
            for (part,), some in parted.partition_by("part", include_key=False, as_dict=True).items():
                place = self.folder / f"suspect-{column}-{part}-{len(places[part])}.parquet"
                some.write_parquet(place, compression="lz4", statistics=False)
                places[part].append(place)
        return places.values()

    def read(self, index: int) -> int:
        """The number of readable rows of a file."""
        return self._bounds(index)[1] - self._bounds(index)[0]

    def by_file(self, rows: pl.Series) -> list[int]:
        """How many of these rows are in each file."""
        bounds = (self._bounds(index) for index in range(len(self.starts)))
        return [int(((rows >= low) & (rows < high)).sum()) for low, high in bounds]

    def reasons(self) -> dict[str, list[int]]:
        """How many rows of each file are set aside for a defect of their own, by reason."""
        flawed = self.lazy().filter(pl.col("reason").is_not_null()).select("row", "reason").collect(engine="streaming")
        by_reason = {str(reason): rows["row"] for (reason,), rows in flawed.group_by("reason")}
        return {reason: self.by_file(by_reason[reason]) for reason in sorted(by_reason)}

    def _bounds(self, index: int) -> tuple[int, int]:
        return self.starts[index], [*self.starts, self.size][index + 1]


def outside(frame: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    """The rows of a frame that are not `gone` (their numbers, in order)."""
    if gone.is_empty():
        return frame
    place = gone.search_sorted(frame["row"]).clip(upper_bound=len(gone) - 1)
    return frame.filter(gone.gather(place) != frame["row"])


def _numbered(places: Sequence[Path], first: int) -> pl.LazyFrame:
    """Files as rows that are numbered from the first one."""
    return pl.scan_parquet([*places], glob=False, row_index_name="row", row_index_offset=first)


def _often(lazy: pl.LazyFrame, column: str, limit: int) -> pl.Series:
    """The numbers, in order, of rows whose hash occurs more than `limit` times among these."""
    rows = lazy.collect(engine="streaming")
    hashes = rows[column].sort()
    often = hashes.filter(hashes == hashes.shift(limit)).unique()
    del hashes
    return rows.filter(pl.col(column).is_in(often.implode()))["row"].sort()


SCHEMA = {
    "row": NUMBER,
    "vote_id": pl.String,
    "voter_key": pl.String,
    "category_id": pl.String,
    "candidate_id": pl.String,
    "cast_at": pl.String,
    "channel": pl.String,
    "ip_hash": pl.String,
    "cast_micro": pl.Int64,
    "withdrawn": pl.Boolean,
    "reason": pl.String,
    "hash_id": pl.UInt64,
    "hash_hour": pl.UInt64,
    "hash_key": pl.UInt64,
}
"""The columns of a judged vote row; times in microseconds since 1970, UTC. What tens of millions of rows do not need is
not among them: a time that could be read stands there once, as a number."""
