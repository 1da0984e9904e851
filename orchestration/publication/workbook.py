"""The published tables as a workbook (XLSX) whose cells are inert: `palmares export`.

Belongs here: one sheet a table, typed cells, a sheet of definitions. It is read from the published warehouse alone,
after that is proven and put right, so it never shows anything unsigned. Text stands in cells of type text with Excel's
own mark for "as it is written": a name that begins like a formula is a name. A workbook is for reading; what may be
verified is the release.
"""

import io
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import InputError, Refused
from orchestration.publication.say import say
from orchestration.publication.warehouse import publish_warehouse
from orchestration.release import TABLES, TITLE_HISTORY, Column, Table
from orchestration.settings import Settings
from orchestration.storage import connect, listed, write_atomic

if TYPE_CHECKING:
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

DEFINITIONS = "definitions"
MAX_ROWS = 1_048_576
"""Rows of a sheet, its head included; a longer table goes on in a sheet of the same name with a number."""

FORMATS = {"date": "yyyy-mm-dd", "time": "yyyy-mm-dd hh:mm:ss", "integer": "0"}
WIDEST = 60
"""Width of a column in characters: a label is read, a fingerprint need not be seen whole."""


def export_workbook(settings: Settings, target: Path, edition: str | None = None) -> dict[str, int]:
    """Write the workbook of one edition, or of all, and return the number of rows of each table.

    The same releases give the same cells. Raises InputError for a target that is no .xlsx file in a folder that exists,
    Refused when nothing (or not that edition) is published, and whatever `publish_warehouse` raises.
    """
    if target.suffix.lower() != ".xlsx" or not target.parent.is_dir():
        raise InputError(say("workbook.place"), str(target), say("workbook.place_mend"))
    if not settings.published_db.exists():
        raise Refused([say("refused.nothing_published")])
    publish_warehouse(settings)  # anyone may have edited the file since it was published: nothing of it is believed
    with connect(settings.published_db, read_only=True) as con:
        made_at, known = con.execute("SELECT max(published_at), list(edition) FROM main.dim_edition").fetchone() or ()
        if made_at is None:
            raise Refused([say("workbook.none")])
        if edition is not None and edition not in known:
            raise Refused([say("workbook.not_this", edition=edition)])
        tables = {table: _rows(con, table, edition) for table in (*TABLES.values(), TITLE_HISTORY)}
    write_atomic(target, _workbook(tables, made_at))
    return {table.name: len(rows) for table, rows in tables.items()}


def _rows(con: Any, table: Table, edition: str | None) -> list[tuple[Any, ...]]:
    columns = listed(table.names)
    keys = listed(table.keys)
    of_edition, values = ("WHERE edition = ?", [edition]) if edition is not None else ("", [])
    rows: list[tuple[Any, ...]] = con.execute(
        f'SELECT {columns} FROM main."{table.name}" {of_edition} ORDER BY {keys}', values
    ).fetchall()
    return rows


def _workbook(tables: dict[Table, list[tuple[Any, ...]]], made_at: datetime) -> bytes:
    """The file's bytes. Its own dates are those of the newest release, not of the export."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    book.properties.creator = "Palmarès"
    book.properties.created = book.properties.modified = made_at.replace(tzinfo=None)
    _sheet(book.create_sheet(DEFINITIONS), _DEFINITION.columns, _definitions(tables))
    for table, rows in tables.items():
        for number, part in enumerate(_parts(rows)):
            _sheet(book.create_sheet(f"{table.name} {number + 1}" if number else table.name), table.columns, part)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


_DEFINITION = Table(
    DEFINITIONS,
    "What each column means.",
    tuple(Column(name, "text", "") for name in ("table", "column", "type", "key", "meaning")),
)


def _definitions(tables: Iterable[Table]) -> Iterator[tuple[str, ...]]:
    for table in tables:
        yield table.name, "", "", "", table.comment
        for column in table.columns:
            yield table.name, column.name, column.type, "key" if column.key else "", column.comment


def _parts(rows: list[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    size = MAX_ROWS - 1
    yield from (rows[start : start + size] for start in range(0, max(1, len(rows)), size))


def _sheet(sheet: "WriteOnlyWorksheet", columns: tuple[Column, ...], rows: Iterable[tuple[Any, ...]]) -> None:
    """A frozen head and the rows; a filter over all of it."""
    from openpyxl.utils import get_column_letter

    rows = list(rows)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(columns))}{len(rows) + 1}"
    for place, column in enumerate(columns):
        shown = max([len(column.name), *(len(str(row[place])) for row in rows[:200])])
        sheet.column_dimensions[get_column_letter(place + 1)].width = min(shown, WIDEST) + 2
    sheet.append([_text_cell(sheet, column.name, bold=True) for column in columns])
    for row in rows:
        sheet.append([_cell(sheet, column, value) for column, value in zip(columns, row, strict=True)])


def _cell(sheet: Any, column: Column, value: Any) -> Any:
    from openpyxl.cell import WriteOnlyCell

    if value is None:
        return None
    if column.type == "text":
        return _text_cell(sheet, str(value))
    if isinstance(value, datetime):
        value = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
    cell = WriteOnlyCell(sheet, value)
    cell.number_format = FORMATS.get(column.type, f"0.{'0' * column.scale}" if "decimal" in column.type else "General")
    return cell


def _text_cell(sheet: Any, text: str, *, bold: bool = False) -> Any:
    """Text as it is written. Signs that XML cannot hold are replaced; Excel holds 32 767 of them."""
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, ILLEGAL_CHARACTERS_RE.sub("\ufffd", text)[:32_767])
    cell.data_type = "s"
    cell.quotePrefix = True
    if bold:
        cell.font = Font(bold=True)
    return cell
