"""The quick way through CSV: blocks in which quotes mean nothing but "the cell is between them".

Belongs here: the proof that a block is of that kind, and its reading by Arrow. Where the proof fails the block is not
wrong: `csv_rows.py` reads it record by record.

A block is trivial when it is UTF-8, has no CR but before LF, and its quotes, in order, open right after a delimiter
or a line's start and close on the same line right before a delimiter or a line's end. Then no cell holds a quote or a
line's end, a record is a line, and Arrow (which is lenient about quotes) has nothing to be lenient about.
"""

import numpy as np
import pyarrow as pa
import pyarrow.csv as arrow_csv

from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.streams import Block, is_utf8

LF, CR, QUOTE = 10, 13, 34


class PlainBlock:
    """A block looked at as an array of bytes."""

    def __init__(self, block: Block, delimiter: str) -> None:
        self._block = block
        self._delimiter = delimiter
        self._bytes = np.frombuffer(block.data, dtype=np.uint8)
        self._ends = np.flatnonzero(self._bytes == LF)
        if not block.data.endswith(b"\n"):
            self._ends = np.append(self._ends, len(self._bytes))

    @property
    def trivial(self) -> bool:
        """Whether the quick way and the careful way must give the same rows."""
        return self._returns_end_lines() and self._quotes_wrap_cells() and is_utf8(self._block.data)

    def _returns_end_lines(self) -> bool:
        if b"\r" not in self._block.data:
            return True
        returns = np.flatnonzero(self._bytes == CR)
        return bool(returns[-1] + 1 < len(self._bytes) and np.all(self._bytes[returns + 1] == LF))

    def _quotes_wrap_cells(self) -> bool:
        if b'"' not in self._block.data:
            return True
        quotes = np.flatnonzero(self._bytes == QUOTE)
        if len(quotes) % 2:
            return False
        opening, closing = quotes[::2], quotes[1::2]
        ahead = np.minimum(closing + 1, len(self._bytes) - 1)
        before = np.where(opening > 0, self._bytes[opening - 1], LF)
        after = np.where(closing + 1 < len(self._bytes), self._bytes[ahead], LF)
        delimiter = ord(self._delimiter)
        return bool(
            np.all((before == delimiter) | (before == LF))
            and np.all((after == delimiter) | (after == LF) | (after == CR))
            and np.array_equal(np.searchsorted(self._ends, opening), np.searchsorted(self._ends, closing))
        )

    def part(self, width: int) -> Part:
        """The rows of a trivial block; lines with another number of fields than `width` are unreadable."""
        starts = np.concatenate(([0], self._ends[:-1] + 1))
        returned = (self._ends > starts) & (self._bytes[self._ends - 1] == CR)
        lengths = self._ends - starts - returned
        ragged: list[int] = []

        def skip(row: arrow_csv.InvalidRow) -> str:
            ragged.append(row.number - 1)
            return "skip"

        names = [f"c{place}" for place in range(width)]
        table = arrow_csv.read_csv(
            pa.BufferReader(self._block.data),
            arrow_csv.ReadOptions(use_threads=False, column_names=names, block_size=len(self._block.data) + 1),
            arrow_csv.ParseOptions(
                delimiter=self._delimiter, double_quote=True, ignore_empty_lines=False, invalid_row_handler=skip
            ),
            arrow_csv.ConvertOptions(
                check_utf8=False, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        ).combine_chunks()
        rows = np.ones(len(starts), dtype=bool)
        rows[ragged] = False
        if table.num_rows != int(rows.sum()):
            raise AssertionError("lines of a CSV block are not its rows and its ragged lines")
        full = pa.array(lengths[rows] > 0)
        numbers = pa.array(np.flatnonzero(rows) + self._block.first, pa.int64())
        cells = [table.column(name).chunk(0) if table.num_rows else pa.array([], pa.string()) for name in names]
        unreadable = [
            (self._block.first + place, self._block.data[starts[place] : starts[place] + lengths[place]].decode())
            for place in ragged
            if lengths[place]
        ]
        return Part(numbers.filter(full), [column.filter(full) for column in cells], unreadable)
