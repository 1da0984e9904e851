"""Files of tests and responses, piece by piece, as columns of text, whatever their format.

Belongs here: CSV, XLSX and Parquet to frames of the columns that somebody reads. Does not belong here: what a cell may
hold (`columns`), and what text a typed one is (`typedcells`). A CSV keeps its text.
"""

import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.recount import csvcolumns
from orchestration.recount.blocks import of_bytes
from orchestration.recount.errors import CannotRecount
from orchestration.recount.plainfile import TABLE_BYTES, plain_bytes
from orchestration.recount.readers import check_header
from orchestration.recount.typedcells import cell_text, check_types, texts

LARGEST_UNZIPPED = 512 * 2**20
"""Bytes that an XLSX may unzip to."""
PARQUET_ROWS = 250_000
"""Rows read at once."""

UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What Polars raises on a damaged Parquet file; its panics are no ordinary exceptions."""

Piece = tuple[pl.DataFrame, int]
"""Rows that can be read, as text by column, and the number of those that cannot."""


@dataclass(frozen=True)
class Wanted:
    """What is asked of a file: columns that it must have, all those that we may use (in them a CSV cell spans no
    lines), others that a correction names, and those in which a typed true and false are 1 and 0.
    """

    required: Collection[str]
    used: Collection[str]
    named: Collection[str] = ()
    flags: Collection[str] = ()

    def of(self, header: Iterable[str]) -> list[str]:
        """The columns of a header that are read."""
        return [name for name in header if name in self.used or name in self.named]

    def check(self, path: str, header: Sequence[str]) -> None:
        """Raise CannotRecount for a header that cannot be used."""
        check_header(path, header, self.required, {*self.used, *self.named})


def table_pieces(place: Path, path: str, wanted: Wanted) -> tuple[Sequence[str], Iterator[Piece]]:
    """The header of a deposit and its rows. Raises CannotRecount if it is unreadable as a whole or lacks a column.

    A column of `named` that the file does not have is null.
    """
    if path.endswith(".csv"):
        header, pieces = _csv(place, path, wanted)
    elif path.endswith(".xlsx"):
        header, pieces = _xlsx(place, path, wanted)
    else:
        header, pieces = _parquet(place, path, wanted)
    absent = [pl.lit(None, pl.String).alias(name) for name in wanted.named if name not in header]
    return header, ((frame.with_columns(absent), lost) for frame, lost in pieces)


def _csv(place: Path, path: str, wanted: Wanted) -> tuple[Sequence[str], Iterator[Piece]]:
    blocks = of_bytes(plain_bytes(place, TABLE_BYTES))
    form, behind = csvcolumns.header_of(path, blocks, wanted.required, wanted.used, named=wanted.named)
    return form.header, ((rows, lost) for _, rows, lost in csvcolumns.pieces(form, behind))


def _xlsx(place: Path, path: str, wanted: Wanted) -> tuple[Sequence[str], Iterator[Piece]]:
    rows = _xlsx_rows(place, path)
    first = next(rows, ())
    named = [position for position, cell in enumerate(first, start=1) if cell not in (None, "")]
    header = [cell_text(cell) for cell in first[: max(named, default=0)]]
    if not header:
        raise CannotRecount(f"{path}: the file is empty; its first row must name the columns")
    others = list(rows)
    wanted.check(path, header)
    read = [row for row in others if _blank(row[len(header) :])]
    columns = {
        name: [cell_text(row[place] if place < len(row) else None, name in wanted.flags) for row in read]
        for place, name in enumerate(header)
        if name in wanted.of(header)
    }
    frame = pl.DataFrame(columns, schema=dict.fromkeys(columns, pl.String))
    return header, iter([(frame, len(others) - len(read))])


def _xlsx_rows(place: Path, path: str) -> Iterator[Sequence[Any]]:
    try:
        with zipfile.ZipFile(place) as packed:
            if sum(item.file_size for item in packed.infolist()) > LARGEST_UNZIPPED:
                raise CannotRecount(f"{path}: unzips to more than {LARGEST_UNZIPPED} bytes")
        import openpyxl  # a third of a second, and few deposits are workbooks

        book = openpyxl.load_workbook(place, read_only=True, data_only=False)
        try:
            first, *others = book.worksheets
            for sheet in (first, *others):
                sheet.reset_dimensions()
            if any(not _blank(row) for sheet in others for row in sheet.iter_rows(values_only=True)):
                raise CannotRecount(f"{path}: a sheet behind the first holds data; deposit one sheet to a file")
            yield from (
                row
                for row in first.iter_rows(values_only=True)
                if not _blank(row)  # sheets end in rows that only look used
            )
        finally:
            book.close()
    except CannotRecount:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers meet; the file is unreadable all the same
        raise CannotRecount(f"{path}: this is not a readable XLSX workbook") from error


def _parquet(place: Path, path: str, wanted: Wanted) -> tuple[Sequence[str], Iterator[Piece]]:
    header, lazy, rows = parquet(place, path, wanted)
    return header, _parquet_pieces(lazy, rows, path, wanted.flags)


def parquet(place: Path, path: str, wanted: Wanted) -> tuple[Sequence[str], pl.LazyFrame, int]:
    """The header of a Parquet file, the columns of it that are read, and the number of rows. Raises CannotRecount."""
    try:
        lazy = pl.scan_parquet(place, glob=False, hive_partitioning=False)
        schema = lazy.collect_schema()
        rows = int(lazy.select(pl.len()).collect().item())
    except pl.exceptions.DuplicateError as error:
        raise CannotRecount(f"{path}: the name of a column stands twice, and Parquet is read by name") from error
    except UNREADABLE as error:
        raise unreadable(path, error) from error
    header = schema.names()
    if not header:
        raise CannotRecount(f"{path}: the file is empty; its first row must name the columns")
    wanted.check(path, header)
    check_types(path, schema, wanted.of(header))
    return header, lazy.select(wanted.of(header)), rows


def _parquet_pieces(lazy: pl.LazyFrame, rows: int, path: str, flags: Collection[str]) -> Iterator[Piece]:
    for start in range(0, rows, PARQUET_ROWS):
        try:
            part = lazy.slice(start, PARQUET_ROWS).collect()
        except UNREADABLE as error:
            raise unreadable(path, error) from error
        yield pl.DataFrame([texts(column, column.name in flags) for column in part]), 0


def unreadable(path: str, error: BaseException) -> CannotRecount:
    """Why a Parquet file cannot be read."""
    if isinstance(error, pl.exceptions.InvalidOperationError):
        return CannotRecount(
            f"{path}: a column is of a type that cannot be read (a decimal of more than 38 digits?): deposit flat text"
        )
    return CannotRecount(f"{path}: this is not a readable Parquet file")


def _blank(row: Iterable[Any]) -> bool:
    return all(cell is None or cell == "" for cell in row)
