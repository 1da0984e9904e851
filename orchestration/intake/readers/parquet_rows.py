"""Parquet files as columns of text.

Belongs here: opening, limits. Lines are row numbers, from 1.
"""

import base64
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import limits
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.typed_cells import column_text, is_simple
from orchestration.units import MIB

ROWS = 65_536
DECLARED = b"ARROW:schema"
"""Where Arrow keeps the types of a table beside those of Parquet, which are fewer."""
MILLISECONDS = pa.timestamp("ms")


class ParquetRows:
    """A Parquet file: its `header`, its `parts()`, and in `opaque` the types of columns that no flat row can have.

    Unlike in a CSV no name stands there twice, known or not: nearly all who read Parquet do so by name.
    """

    def __init__(self, path: Path, flags: Collection[str], watch: Callable[[float], None] | None = None) -> None:
        """`flags` are the columns of 0/1 facts; `watch` hears the share of rows read (0 to 1)."""
        try:
            self._file = pq.ParquetFile(path, memory_map=False, pre_buffer=False, buffer_size=MIB)
        except (pa.ArrowException, OSError) as error:
            raise FileProblem("unreadable_file.parquet") from error
        self._flags = flags
        self._watch = watch
        self._check_size()
        schema = self._file.schema_arrow
        self.header = tuple(schema.names)
        self._midnights = self._declared_in_milliseconds()
        if twice := len(self.header) - len(set(self.header)):
            raise FileProblem("duplicate_column.twice", 1, count=twice)
        self.opaque = {
            name: str(kind).partition("<")[0]  # names of fields are a supplier's words, as cells are
            for name, kind in zip(schema.names, schema.types, strict=True)
            if not is_simple(kind)
        }

    def _declared_in_milliseconds(self) -> frozenset[str]:
        """Columns of days that are times to their writer (`date64`) and to the recount's reader, but not to Arrow's."""
        declared = (self._file.metadata.metadata or {}).get(DECLARED)
        if declared is None:
            return frozenset()
        types = pa.ipc.read_schema(pa.py_buffer(base64.b64decode(declared))).types
        plain = (kind.value_type if pa.types.is_dictionary(kind) else kind for kind in types)
        return frozenset(name for name, kind in zip(self.header, plain, strict=False) if pa.types.is_date64(kind))

    def _check_size(self) -> None:
        meta = self._file.metadata
        claimed = sum(meta.row_group(group).total_byte_size for group in range(meta.num_row_groups))
        if meta.num_rows > limits.PARQUET_ROWS or claimed > limits.PARQUET_BYTES:
            raise FileProblem("too_large.parquet")

    def parts(self, only: np.ndarray | None = None, times: Collection[str] = ()) -> Iterator[Part]:
        """The rows in the order of the file, or those on the lines `only` (sorted).

        A column of `times` stays as it is if it holds instants. Raises FileProblem for damaged pages and text that is
        not UTF-8.
        """
        first = 1
        rows = max(self._file.metadata.num_rows, 1)
        try:
            for group in range(self._file.metadata.num_row_groups):
                after = first + self._file.metadata.row_group(group).num_rows
                if only is not None and np.searchsorted(only, first) == np.searchsorted(only, after):
                    first = after
                    continue
                for whole in self._file.iter_batches(batch_size=ROWS, row_groups=[group]):
                    numbers = np.arange(first, first + whole.num_rows)
                    first += whole.num_rows
                    batch = whole
                    if only is not None:
                        numbers = only[slice(*np.searchsorted(only, [first - whole.num_rows, first]))]
                        batch = whole.take(pa.array(numbers - (first - whole.num_rows)))
                    cells = [
                        column
                        if name in times and pa.types.is_timestamp(column.type) and column.type.tz
                        else column_text(
                            column.cast(MILLISECONDS) if name in self._midnights else column, name in self._flags
                        )
                        for name, column in zip(self.header, batch.columns, strict=True)
                    ]
                    if self._watch is not None:
                        self._watch((first - 1) / rows)
                    yield Part(pa.array(numbers, pa.int64()), cells)
        except (pa.ArrowException, OSError) as error:
            raise FileProblem("unreadable_file.parquet") from error
