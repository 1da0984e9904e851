"""Tables of moderate size (candidates, audits, survey, targets) as rows of text, whatever their format.

Belongs here: bytes to cells. Does not belong here: what a cell may hold; and votes, which are too many for Python
rows (`votelines`). Text formats keep their text; a typed cell becomes the shortest text that a CSV would hold: 4.0 is
"4", 19.9000 "19.9", 0.1 in 32 bits "0.1", an empty cell or NaN "", a date-time ISO 8601.
"""

import math
import zipfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from orchestration.recount import csvtext
from orchestration.recount.errors import CannotRecount
from orchestration.recount.plainfile import TABLE_BYTES, plain_bytes

LARGEST_UNZIPPED = 512 * 2**20
"""Bytes that an XLSX may unzip to."""

UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What Polars raises on a damaged Parquet file; its panics are no ordinary exceptions."""

Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file as rows: the number of each row in its file and its cells by column; lines that cannot be read."""

    path: str
    header: tuple[str, ...]
    rows: list[tuple[int, Row]]
    unreadable: tuple[int, ...]


def read_table(
    place: Path, path: str, required: Collection[str], used: Collection[str], flags: Collection[str]
) -> Table:
    """Read one deposit. Raises CannotRecount if it is unreadable as a whole or lacks a required column.

    `used` are the columns that we may use (in them a CSV cell may not span lines), `flags` those in which a typed
    true and false are 1 and 0.
    """
    if path.endswith(".csv"):
        table = _read_csv(place, path, used)
    elif path.endswith(".xlsx"):
        table = _from_typed(path, _xlsx_rows(place, path), flags)
    else:
        table = _from_typed(path, _parquet_rows(place, path), flags)
    check_header(path, table.header, required)
    return table


def check_header(path: str, header: Sequence[str], required: Collection[str]) -> None:
    """Raise CannotRecount for a column that stands twice or a required one that is missing."""
    problems = [f"{path}: the column {name[:60]!r} stands twice" for name in sorted(repeated(header))]
    problems += [f"{path}: the column {name} is missing" for name in sorted(set(required) - set(header))]
    if problems:
        raise CannotRecount(problems)


def repeated(names: Sequence[str]) -> set[str]:
    """The names that stand more than once."""
    return {name for name, times in Counter(names).items() if times > 1}


def _read_csv(place: Path, path: str, used: Collection[str]) -> Table:
    lines = csvtext.lines_of(plain_bytes(place, TABLE_BYTES))
    start = next((index for index, (_, text) in enumerate(lines) if text != ""), None)
    if start is None:
        raise CannotRecount(f"{path}: the file is empty; its first line must name the columns")
    header, delimiter = csv_header(path, lines[start][1])
    positions = [index for index, name in enumerate(header) if name in used]
    rows, unreadable = [], []
    for number, fields in csvtext.records(lines[start + 1 :], delimiter, len(header), positions):
        if fields is None:
            unreadable.append(number)
        else:
            rows.append((number, dict(zip(header, fields, strict=True))))
    return Table(path, tuple(header), rows, tuple(unreadable))


def csv_header(path: str, text: str | None) -> tuple[list[str], str]:
    """The column names of a header line and the delimiter. Raises CannotRecount if it cannot be read."""
    delimiter = csvtext.delimiter_of(text or "")
    header = csvtext.split(text, delimiter) if text else None
    if not header:
        raise CannotRecount(f"{path}: the first line is no CSV header in UTF-8")
    return header, delimiter


def _xlsx_rows(place: Path, path: str) -> Iterator[tuple[int, Sequence[Any]]]:
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
                (number, row)
                for number, row in enumerate(first.iter_rows(values_only=True), start=1)
                if not _blank(row)  # sheets end in rows that only look used
            )
        finally:
            book.close()
    except CannotRecount:
        raise
    except Exception as error:  # openpyxl raises whatever its parsers meet; the file is unreadable all the same
        raise CannotRecount(f"{path}: this is not a readable XLSX workbook") from error


def _parquet_rows(place: Path, path: str) -> Iterator[tuple[int, Sequence[Any]]]:
    try:
        frame = pl.read_parquet(place, glob=False, hive_partitioning=False)
    except UNREADABLE as error:
        raise CannotRecount(f"{path}: this is not a readable Parquet file") from error
    # Python knows no number of 32 bits: without the way through its text 0.1 would read 0.10000000149011612.
    frame = frame.with_columns(pl.col(pl.Float32).cast(pl.String).cast(pl.Float64))
    yield 0, frame.columns
    yield from enumerate(frame.iter_rows(), start=1)


def _blank(row: Iterable[Any]) -> bool:
    return all(cell is None or cell == "" for cell in row)


def _from_typed(path: str, rows: Iterator[tuple[int, Sequence[Any]]], flags: Collection[str]) -> Table:
    _, first = next(rows, (0, ()))
    named = [position for position, cell in enumerate(first, start=1) if cell is not None]
    header = [cell_text(cell) for cell in first[: max(named, default=0)]]
    if not header:
        raise CannotRecount(f"{path}: the file is empty; its first row must name the columns")
    read, unreadable = [], []
    for number, row in rows:
        if not _blank(row[len(header) :]):
            unreadable.append(number)
            continue
        cells = [*row, *(None for _ in range(len(header) - len(row)))]
        read.append((number, {name: cell_text(cell, name in flags) for name, cell in zip(header, cells, strict=False)}))
    return Table(path, tuple(header), read, tuple(unreadable))


def cell_text(value: Any, flag: bool = False) -> str:
    """A typed cell as text; in a column of flags true is "1" and false "0"."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(int(value)) if flag else str(value).lower()
    if isinstance(value, float | Decimal):
        if math.isnan(value):
            return ""
        if math.isfinite(value) and value == int(value):
            return str(int(value))
        return f"{value:f}".rstrip("0") if isinstance(value, Decimal) and math.isfinite(value) else str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)
