"""Judged vote rows, kept as columns: in memory while they are few, in a temporary folder once they are many.

Belongs here: keeping rows, finding those whose hash occurs often, counting rows by file. Does not belong here: what a
row is excluded for (`votes`).
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

IN_MEMORY = 2_000_000
"""Rows kept in memory before the next ones go to files."""
TO_A_FILE = 500_000
"""Rows of a file: many small ones would be opened time and again."""
FRAMES_AT_ONCE = 8
"""Frames of which two columns are held at once."""
HASHES_AT_ONCE = 25_000_000
"""Rows among which hashes that occur often are looked for at once; each takes some thirty bytes."""


class Spool:
    """All readable vote rows of an edition, numbered in the order of files and lines (column `row`)."""

    def __init__(self, folder: Path, in_memory: int = IN_MEMORY, hashes_at_once: int = HASHES_AT_ONCE) -> None:
        self.folder = folder
        self.in_memory = in_memory
        self.hashes_at_once = hashes_at_once
        self.frames: list[pl.LazyFrame] = []
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
        numbers = pl.int_range(self.size, self.size + len(frame), eager=True, dtype=pl.Int64).alias("row")
        frame = frame.insert_column(0, numbers)
        self.size += len(frame)
        if self.size <= self.in_memory:
            self.frames.append(frame.lazy())
            return
        self.waiting.append(frame)
        if sum(map(len, self.waiting)) >= TO_A_FILE:
            place = self.folder / f"{len(self.frames):06d}.parquet"
            pl.concat(self.waiting).write_parquet(place, compression="lz4", statistics=False)
            self.frames.append(pl.scan_parquet(place, glob=False))
            self.waiting = []

    def lazy(self) -> pl.LazyFrame:
        """All rows, not yet read."""
        frames = [*self.frames, *(frame.lazy() for frame in self.waiting)]
        return pl.concat(frames) if frames else pl.LazyFrame(schema=SCHEMA)

    def left(self, condition: pl.Expr, gone: pl.Series, told: str) -> Iterator[pl.Series]:
        """One column of the rows that meet a condition and are not `gone` (their numbers, in order), part by part.

        To ask of all rows at once whether they are gone would take a set that grows with the votes.
        """
        frames = [*self.frames, *(frame.lazy() for frame in self.waiting)]
        for start in range(0, len(frames), FRAMES_AT_ONCE):
            part = pl.concat(frames[start : start + FRAMES_AT_ONCE])
            yield outside(part.filter(condition).select({"row", told}).collect(), gone)[told]

    def no_rows(self) -> pl.Series:
        """An empty set of row numbers."""
        return pl.Series("row", [], dtype=pl.Int64)

    def suspects(
        self, column: str, limit: int, condition: pl.Expr, at_once: int, told: Sequence[str]
    ) -> Iterator[pl.DataFrame]:
        """Columns `told` of rows that meet a condition and whose hash in `column` occurs more than `limit` times, in
        parts.

        Rows of one hash are always in the same part; a part holds about `at_once` rows.
        """
        lazy = self.lazy().filter(condition)
        shares = 1 + self.size // self.hashes_at_once
        found = [_often(lazy.select(column).filter(pl.col(column) % shares == share), limit) for share in range(shares)]
        often = pl.concat([hashes for hashes, _ in found])
        if often.is_empty():
            return
        rows = lazy.filter(pl.col(column).is_in(often.implode())).select(sorted({column, *told}))
        parts = 1 + sum(number for _, number in found) // at_once
        if parts > 1:  # put down once: each part would read all rows anew
            place = self.folder / f"suspect-{column}.parquet"
            rows.sink_parquet(place, compression="lz4", statistics=False)
            rows = pl.scan_parquet(place, glob=False)
        for part in range(parts):
            yield rows.filter(pl.col(column) % parts == part).select(told).collect(engine="streaming")

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
        found = {str(reason): rows["row"] for (reason,), rows in flawed.group_by("reason")}
        return {reason: self.by_file(found[reason]) for reason in sorted(found)}

    def _bounds(self, index: int) -> tuple[int, int]:
        return self.starts[index], [*self.starts, self.size][index + 1]


def outside(frame: pl.DataFrame, gone: pl.Series) -> pl.DataFrame:
    """The rows of a frame that are not `gone` (their numbers, in order)."""
    if gone.is_empty():
        return frame
    place = gone.search_sorted(frame["row"]).clip(upper_bound=len(gone) - 1)
    return frame.filter(gone.gather(place) != frame["row"])


def _often(lazy: pl.LazyFrame, limit: int) -> tuple[pl.Series, int]:
    """The hashes that occur more than `limit` times in the one column, and how many rows have them."""
    hashes = lazy.collect(engine="streaming").to_series().sort()
    often = hashes.filter(hashes == hashes.shift(limit)).unique()
    return often, int(hashes.is_in(often.implode()).sum())


SCHEMA = {
    "row": pl.Int64,
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
