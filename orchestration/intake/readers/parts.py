"""What every reader hands over.

Belongs here: one value type that readers make and `intake/landing.py` takes, and where its unreadable lines are kept.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import duckdb
import numpy as np
import pyarrow as pa

GATHERED = 65_536
"""Rows that are landed at once."""


@dataclass
class Part:
    """Some rows of a file.

    `lines` are the numbers (int64) of the lines on which rows begin; `cells` one text column for each column of the
    header, never null: an empty cell is ''. `unreadable` are lines that made no row, with their number.
    """

    lines: pa.Array
    cells: list[pa.Array]
    unreadable: list[tuple[int, str]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.lines)

    def filter(self, mask: pa.Array) -> "Part":
        """The rows for which a truth stands in `mask`; unreadable lines stay."""
        return Part(self.lines.filter(mask), [column.filter(mask) for column in self.cells], self.unreadable)

    def renumbered(self, numbers: np.ndarray) -> "Part":
        """The same rows, read from lines that were taken out of a file: line n is its line `numbers[n - 1]`."""
        lines = pa.array(numbers[self.lines.to_numpy() - 1], pa.int64())
        return Part(lines, self.cells, [(int(numbers[line - 1]), text) for line, text in self.unreadable])


def gathered(parts: Iterable[Part], rows: int = GATHERED) -> Iterator[Part]:
    """The same rows in fewer parts: each has its price in the database, however small it is."""
    held: list[Part] = []
    for part in parts:
        held.append(part)
        if sum(map(len, held)) >= rows:
            yield _joined(held)
            held = []
    if held:
        yield _joined(held)


def _joined(parts: Sequence[Part]) -> Part:
    if len(parts) == 1:
        return parts[0]
    full = [part for part in parts if len(part)] or parts[:1]
    return Part(
        pa.concat_arrays([part.lines for part in full]),
        [pa.concat_arrays(list(columns)) for columns in zip(*(part.cells for part in full), strict=True)],
        [line for part in parts for line in part.unreadable],
    )


def keep_unreadable(con: duckdb.DuckDBPyConnection, number: int, lines: Sequence[tuple[int, str]]) -> int:
    """Keep lines of a file that made no row; returns how many."""
    if lines:
        raw = [json.dumps({"line": text}, ensure_ascii=False) for _, text in lines]
        table = pa.table({"line": pa.array([line for line, _ in lines], pa.int64()), "raw": pa.array(raw, pa.string())})
        con.register("unread", table)
        con.execute(f"INSERT INTO scratch.unreadable SELECT {int(number)}, line, raw FROM unread")
        con.unregister("unread")
    return len(lines)
