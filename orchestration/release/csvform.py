"""The one CSV form of the canonical results, written and read strictly.

Belongs here: text of cells and lines (docs/format.md), for the release, the verifier and the published
warehouse alike. Knows nothing of databases.

The form: UTF-8 without BOM, LF after every line, comma; a field is quoted exactly when it is an empty string or
holds a comma, a quote, CR or LF; NULL is an empty unquoted field. So a file has one spelling only, and
`parse(encode(rows)) == rows`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from orchestration.release.say import say
from orchestration.release.table import Column, Table
from orchestration.words import say as house

Cell = str | None

_NEEDS_QUOTES = re.compile(r'[",\r\n]')
_FIELD = re.compile(r'"((?:[^"]|"")*)"|([^",\r\n]*)')
_SHAPES = {
    "integer": re.compile(r"0|-?[1-9][0-9]{0,17}"),
    "date": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"),
    "time": re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z"),
    "boolean": re.compile(r"true|false"),
}


class CsvFormError(ValueError):
    """A file is not in the canonical form: `line` says where, the message why."""

    def __init__(self, line: int, message: str) -> None:
        self.line = line
        super().__init__(house("place.in_line", line=line, what=message))


def encode_field(value: Cell) -> str:
    """Spell one field."""
    if value is None:
        return ""
    if not value or _NEEDS_QUOTES.search(value):
        return '"' + value.replace('"', '""') + '"'
    return value


def encode_line(values: Sequence[Cell]) -> bytes:
    """Spell one line, its LF included."""
    return (",".join(map(encode_field, values)) + "\n").encode()


def encode(table: Table, rows: Iterable[Sequence[Cell]]) -> Iterator[bytes]:
    """Spell a table: header, then rows in the order given, as lines."""
    yield encode_line(table.names)
    for row in rows:
        yield encode_line(row)


def shape_of(column: Column) -> re.Pattern[str] | None:
    """The pattern that a column's text obeys; None for free text."""
    if column.type.startswith("decimal"):
        whole = column.precision - column.scale
        return re.compile(rf"-?(0|[1-9][0-9]{{0,{max(whole - 1, 0)}}})\.[0-9]{{{column.scale}}}")
    return _SHAPES.get(column.type)


def parse_lines(data: bytes) -> Iterator[tuple[int, list[Cell]]]:
    """Read lines as (line number of its beginning, fields); raises CsvFormError on any other spelling."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise CsvFormError(data.count(b"\n", 0, error.start) + 1, say("form.encoding")) from None
    if not text.endswith("\n"):
        raise CsvFormError(text.count("\n") + 1, say("form.end"))
    line, start = 1, 0
    while start < len(text):
        end = text.index("\n", start)
        plain = text[start:end]
        if '"' in plain or "\r" in plain:
            fields, end = _quoted_line(text, start, line)
        else:
            fields = [field or None for field in plain.split(",")]
        yield line, fields
        line += text.count("\n", start, end + 1)
        start = end + 1


def _quoted_line(text: str, start: int, line: int) -> tuple[list[Cell], int]:
    """One line that may hold quotes, and where its LF stands."""
    fields: list[Cell] = []
    position = start
    while True:
        match = _FIELD.match(text, position)
        assert match is not None  # the pattern matches the empty string
        quoted, plain = match.groups()
        fields.append(quoted.replace('""', '"') if quoted is not None else plain or None)
        position = match.end()
        mark = text[position : position + 1]
        if mark == "\n":
            break
        if mark != ",":
            raise CsvFormError(line + text.count("\n", start, position), say("form.quote"))
        position += 1
    if ",".join(map(encode_field, fields)) != text[start:position]:
        raise CsvFormError(line, say("form.quotes"))
    return fields, position


def sort_key(table: Table, row: Sequence[Cell]) -> tuple[bytes | int, ...]:
    """What sorts a row: its key columns, texts by their UTF-8 bytes, integers by value."""
    return tuple(int(row[at] or 0) if number else (row[at] or "").encode() for at, number in table.key_places)


def parse(table: Table, data: bytes) -> list[dict[str, Cell]]:
    """Read a canonical file into rows of texts (None for NULL).

    Raises CsvFormError for another header, a wrong number of fields, a cell that does not look like its type, an
    empty or repeated key, or rows out of order: a file that passes is byte for byte what `encode` writes.
    """
    lines = parse_lines(data)
    first = next(lines, None)
    if first is None or tuple(first[1]) != table.names:
        raise CsvFormError(1, say("form.header", header=",".join(table.names)))
    shaped = [(at, column, shape) for at, column in enumerate(table.columns) if (shape := shape_of(column))]
    keys = [at for at, column in enumerate(table.columns) if column.key]
    rows: list[dict[str, Cell]] = []
    previous: tuple[bytes | int, ...] | None = None
    for line, fields in lines:
        if len(fields) != len(table.columns):
            raise CsvFormError(line, say("form.fields", found=len(fields), due=len(table.columns)))
        for at, column, shape in shaped:
            if (value := fields[at]) is not None and not shape.fullmatch(value):
                raise CsvFormError(line, say("form.type", column=column.name, type=column.type))
        for at in keys:
            if fields[at] is None:
                raise CsvFormError(line, say("form.empty_key", column=table.names[at]))
        key = sort_key(table, fields)
        if previous is not None and key <= previous:
            raise CsvFormError(line, say("form.order"))
        previous = key
        rows.append(dict(zip(table.names, fields, strict=True)))
    return rows
