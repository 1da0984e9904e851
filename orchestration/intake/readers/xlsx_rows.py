"""XLSX workbooks (audits) as columns of text.

Belongs here: opening a workbook that nobody vouches for. Macros, external links, styles and cached results of
formulas are not looked at: a formula is its own text, which no column accepts. Lines are the sheet's row numbers.
"""

import itertools
import zipfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from orchestration.intake import personal
from orchestration.intake.problems import FileProblem
from orchestration.intake.readers import limits
from orchestration.intake.readers.parts import Part
from orchestration.intake.readers.typed_cells import value_text
from orchestration.units import MIB

ROWS = 20_000
FORBIDDEN_XML = (b"<!DOCTYPE", b"<!ENTITY", b"\0")
"""Entities unfold without bound; a NUL means UTF-16, in which they would hide."""


class XlsxRows:
    """A workbook whose first sheet is its only sheet with anything in it: its `header` and its `parts()`."""

    def __init__(self, path: Path, flags: Collection[str] = ()) -> None:
        """`flags` are the columns of 0/1 facts."""
        import openpyxl  # and the pictures that it could draw: not for every process that may take files in

        check_parts(path)
        try:
            book = openpyxl.load_workbook(path, read_only=True, data_only=False, keep_links=False, keep_vba=False)
            sheets = list(book.worksheets)
            if not sheets:
                raise FileProblem("unreadable_file.no_sheet")
            for sheet in sheets:
                sheet.reset_dimensions()  # the size that a sheet claims for itself is not believed
            if more := [place for place, sheet in enumerate(sheets[1:], 2) if _holds(sheet)]:
                names = ", ".join(shown_sheet(sheets[place - 1].title, place) for place in more)
                raise FileProblem("several_sheets.sheets", read=shown_sheet(sheets[0].title, 1), others=names)
            self._rows = _bounded(sheets[0])
            self.header = _header(next(self._rows, ()))
            self._flags = tuple(name in flags for name in self.header)
        except FileProblem:
            raise
        except Exception as error:  # openpyxl raises whatever its parser met: KeyError, ValueError, BadZipFile, …
            raise FileProblem("unreadable_file.workbook") from error

    def parts(self) -> Iterator[Part]:
        """The rows that are not empty, in the order of the sheet; a cell beyond the header makes a row unreadable.

        Raises FileProblem for a sheet with too many rows, and for one that cannot be read to its end.
        """
        width = len(self.header)
        numbers: list[int] = []
        rows: list[list[str]] = []
        unreadable: list[tuple[int, str]] = []
        for number, cells in enumerate(self._values(), start=2):
            if number > limits.XLSX_ROWS:
                raise FileProblem("too_large.sheet")
            texts = [value_text(cell, flag) for cell, flag in zip(cells, self._flags, strict=False)]
            if _filled(cells[width:]):
                unreadable.append((number, "\t".join(value_text(cell) for cell in cells).rstrip("\t")))
            elif any(texts):
                numbers.append(number)
                rows.append(texts + [""] * (width - len(texts)))
            if len(rows) == ROWS:
                yield _part(numbers, rows, unreadable, width)
                numbers, rows, unreadable = [], [], []
        yield _part(numbers, rows, unreadable, width)

    def _values(self) -> Iterator[tuple[Any, ...]]:
        try:
            yield from self._rows
        except Exception as error:  # see above
            raise FileProblem("unreadable_file.workbook") from error


def _part(numbers: list[int], rows: list[list[str]], unreadable: list[tuple[int, str]], width: int) -> Part:
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return Part(pa.array(numbers, pa.int64()), [pa.array(cells, pa.string()) for cells in columns], unreadable)


def _header(cells: tuple[Any, ...]) -> tuple[str, ...]:
    texts = [value_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    if not texts:
        raise FileProblem("no_header.sheet", 1)
    return tuple(texts)


def _bounded(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """Rows of a sheet; columns far beyond any header are not unfolded."""
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows(values_only=True, max_col=limits.COLUMNS + 1)
    return rows


def _holds(sheet: Any) -> bool:
    """Whether a sheet has a cell with something in it."""
    return any(_filled(row) for row in itertools.islice(_bounded(sheet), limits.XLSX_ROWS))


def shown_sheet(title: str, place: int) -> str:
    """A sheet's name as it may be reported: people put names and addresses there too."""
    return f"(sheet {place})" if personal.looks_personal(title) or not title.isprintable() else title[:40]


def _filled(cells: tuple[Any, ...]) -> bool:
    """Whether a cell holds anything. Counting first: most cells beyond a header are None."""
    return cells.count(None) < len(cells) and any(cell not in (None, "") for cell in cells)


def check_parts(path: Path) -> None:
    """Raise FileProblem for a workbook that cannot be opened or is a bomb: too many parts, too large, XML entities."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > limits.XLSX_PARTS or sum(part.file_size for part in parts) > limits.XLSX_BYTES:
                raise FileProblem("too_large.workbook")
            for part in parts:
                ratio = part.file_size / max(part.compress_size, 1)
                if part.file_size > limits.XLSX_FREE_BYTES and ratio > limits.XLSX_RATIO:
                    raise FileProblem("too_large.workbook")
                if part.filename.endswith((".xml", ".rels")):
                    _check_xml(archive, part)
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError) as error:
        raise FileProblem("unreadable_file.workbook") from error


def _check_xml(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """No document type (entities live there) anywhere in a part. Unfolding it whole also checks its size and sum."""
    tail = b""
    with archive.open(part) as stream:
        while data := stream.read(MIB):
            if any(mark in tail + data for mark in FORBIDDEN_XML):
                raise FileProblem("unreadable_file.odd_xml")
            tail = data[-16:]
