"""Parquet files as columns of text.

Belongs here: opening, limits, types that a flat row cannot have. Lines are row numbers, from 1.
"""

from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import limits
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.typed_cells import column_text, is_simple

ROWS = 65_536


class ParquetRows:
    """A Parquet file: its `header` and its `parts()`."""

    def __init__(self, path: Path, flags: Collection[str], watch: Callable[[float], None] | None = None) -> None:
        """`flags` are the columns of 0/1 facts; `watch` hears the share of rows read (0 to 1)."""
        try:
            self._file = pq.ParquetFile(path, memory_map=False, pre_buffer=False, buffer_size=limits.MIB)
        except (pa.ArrowException, OSError) as error:
            raise FileProblem("unreadable_file.parquet") from error
        self._flags = flags
        self._watch = watch
        self._check_size()
        schema = self._file.schema_arrow
        for name, kind in zip(schema.names, schema.types, strict=True):
            if not is_simple(kind):
                raise FileProblem("column_type.parquet", column=name, kind=kind)
        self.header = tuple(schema.names)

    def _check_size(self) -> None:
        meta = self._file.metadata
        claimed = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        if meta.num_rows > limits.PARQUET_ROWS or claimed > limits.PARQUET_BYTES:
            raise FileProblem("too_large.parquet")

    def parts(self) -> Iterator[Part]:
        """The rows in the order of the file. Raises FileProblem for damaged pages and text that is not UTF-8."""
        first = 1
        rows = max(self._file.metadata.num_rows, 1)
        try:
            for batch in self._file.iter_batches(batch_size=ROWS):
                lines = pa.array(range(first, first + batch.num_rows), pa.int64())
                first += batch.num_rows
                cells = [
                    column_text(column, name in self._flags)
                    for name, column in zip(self.header, batch.columns, strict=True)
                ]
                if self._watch is not None:
                    self._watch((first - 1) / rows)
                yield Part(lines, cells)
        except (pa.ArrowException, OSError) as error:
            raise FileProblem("unreadable_file.parquet") from error
