"""A row exactly as it was received: the characters of a CSV line, the cells of a Parquet or XLSX row.

Belongs here: reading given lines of an audit file again. What a row means is intake's business; this only shows it.
"""

from collections.abc import Collection, Iterator
from pathlib import Path

from orchestration.intake import ParquetRows, Part, XlsxRows
from orchestration.storage import read_file


def raw_rows(path: Path, numbers: Collection[int]) -> dict[int, str]:
    """The rows that begin at these lines (CSV: physical lines; others: rows as the contract numbers them).

    A CSV row is shown with the line ends inside its quotes; a row of cells as `column=value`, one after the other.
    """
    if path.suffix == ".csv":
        return dict(_csv_rows(path, numbers))
    reader = ParquetRows(path, ()) if path.suffix == ".parquet" else XlsxRows(path)
    return dict(_cells(reader.header, reader.parts(), set(numbers)))


def _csv_rows(path: Path, numbers: Collection[int]) -> Iterator[tuple[int, str]]:
    lines = read_file(path).decode("utf-8-sig", "replace").split("\n")
    for number in numbers:
        end, quotes = number, lines[number - 1].count('"')
        while quotes % 2 and end < len(lines):
            quotes += lines[end].count('"')
            end += 1
        yield number, "\n".join(lines[number - 1 : end]).rstrip("\r")


def _cells(header: Collection[str], parts: Iterator[Part], wanted: set[int]) -> Iterator[tuple[int, str]]:
    for part in parts:
        for place, number in enumerate(part.lines.to_pylist()):
            if number in wanted:
                cells = (column[place].as_py() or "" for column in part.cells)
                yield number, "; ".join(f"{name}={cell}" for name, cell in zip(header, cells, strict=True))
