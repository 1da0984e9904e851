"""Canonical results as Parquet, made from the CSV, and compared with it.

Belongs here: the typed form of the same rows. The Parquet is derived from the CSV as read back, so the two cannot
disagree; the verifier reads it back and compares all the same.
"""

import os
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.release.csvform import Cell
from orchestration.release.table import Column, Table

Rows = Sequence[Mapping[str, Cell]]

_ARROW: dict[str, pa.DataType] = {
    "text": pa.string(),
    "integer": pa.int64(),
    "date": pa.date32(),
    "boolean": pa.bool_(),
    "time": pa.timestamp("us"),
}


def arrow_type(column: Column) -> pa.DataType:
    """The Arrow type of a column; times are UTC without a zone, as BI drivers read them."""
    if column.type.startswith("decimal"):
        return pa.decimal128(column.precision, column.scale)
    return _ARROW[column.type]


_READERS: dict[str, Callable[[str], Any]] = {
    "text": str,
    "integer": int,
    "date": date.fromisoformat,
    "boolean": "true".__eq__,
    "time": lambda text: datetime.fromisoformat(text.removesuffix("Z")),
}


def arrow_schema(table: Table) -> pa.Schema:
    """The columns of a table with their types; a key is never empty."""
    return pa.schema([pa.field(column.name, arrow_type(column), nullable=not column.key) for column in table.columns])


def _column(column: Column, rows: Rows) -> list[Any]:
    read = Decimal if column.type.startswith("decimal") else _READERS[column.type]
    return [None if cell is None else read(cell) for cell in (row[column.name] for row in rows)]


def arrow_table(table: Table, rows: Rows) -> pa.Table:
    """Rows of texts, as `csvform.parse` gives them, as typed Arrow columns."""
    arrays = [pa.array(_column(column, rows), type=arrow_type(column)) for column in table.columns]
    return pa.Table.from_arrays(arrays, schema=arrow_schema(table))


def write_parquet(path: Path, table: Table, rows: Rows) -> None:
    """Write the rows of a canonical CSV as Parquet (zstd, with page checksums), synced to disk."""
    with path.open("xb") as stream:
        pq.write_table(arrow_table(table, rows), stream, compression="zstd", write_page_checksum=True)
        stream.flush()
        os.fsync(stream.fileno())


def same_rows(path: Path, table: Table, rows: Rows) -> bool:
    """Whether a Parquet file holds exactly the rows of a canonical CSV, types included.

    Raises pyarrow.ArrowException, OSError, ValueError or OverflowError when the file is no readable Parquet. Values are
    compared, and no arrays: to make one of a list, pyarrow imports pandas.
    """
    with pq.ParquetFile(path, page_checksum_verification=True) as file:  # read_table would import data sets first
        stored = file.read()
    return bool(stored.schema.equals(arrow_schema(table))) and all(
        cells.to_pylist() == _column(column, rows) for column, cells in zip(table.columns, stored.columns, strict=True)
    )
