"""Tables of moderate size (candidates, contests, targets) as rows of text.

Belongs here: bytes of a CSV to cells, and its header. Does not belong here: what a cell may hold; and audits, survey
and votes, which are too many for Python rows (`tablefiles`, `votelines`).
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from orchestration.recount import csvtext
from orchestration.recount.errors import CannotRecount
from orchestration.recount.plainfile import TABLE_BYTES, plain_bytes

Row = dict[str, str]


@dataclass(frozen=True)
class Table:
    """A file as rows: the number of each row in its file and its cells by column; lines that cannot be read."""

    path: str
    rows: list[tuple[int, Row]]
    unreadable: tuple[int, ...]


def read_table(
    place: Path, path: str, required: Collection[str], used: Collection[str], named: Collection[str] = ()
) -> Table:
    """Read one deposit. Raises CannotRecount if it is unreadable as a whole or lacks a required column.

    `used` are the columns that we may use: in them a cell may not span lines. `named` are those of corrections.
    """
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
    check_header(path, header, required, {*used, *named})
    return Table(path, rows, tuple(unreadable))


def check_header(path: str, header: Sequence[str], required: Collection[str], others: Collection[str] = ()) -> None:
    """Raise CannotRecount for a required column that is missing, and for one of these or of `others` that stands twice
    or hides behind signs that do not print. Of columns that nobody reads a file may have what it likes."""
    ours = {*required, *others}
    problems = [f"{path}: the column {name[:60]!r} stands twice" for name in sorted(repeated(header) & ours)]
    hidden = {"".join(sign for sign in name if sign.isprintable()) for name in set(header) - ours}
    problems += [f"{path}: signs that do not print stand in the name of {name}" for name in sorted(hidden & ours)]
    problems += [f"{path}: the column {name} is missing" for name in sorted(set(required) - set(header))]
    if problems:
        raise CannotRecount(problems)


def repeated(names: Sequence[str]) -> set[str]:
    """The names that stand more than once."""
    return {name for name, times in Counter(names).items() if times > 1}


def csv_header(path: str, text: str | None) -> tuple[list[str], str]:
    """The column names of a header line and the delimiter. Raises CannotRecount if it cannot be read."""
    delimiter = csvtext.delimiter_of(text or "")
    header = csvtext.split(text, delimiter) if text else None
    if not header:
        raise CannotRecount(f"{path}: the first line is no CSV header in UTF-8")
    return header, delimiter
