"""Deposits as text in a scratch database: one table a file, columns `line, c0, c1, …, extra`.

Belongs here: taking what readers hand over, header rules, the search for personal data. Cells are landed as they came
and judged later (`candidates.py` and its sisters): a cast straight over a reader loses rows in some versions of
DuckDB. Names of columns stay values: in SQL a column is `c` and its place.
"""

import difflib
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from orchestration.intake import personal
from orchestration.intake.problems import FileProblem, Problems
from orchestration.intake.readers import limits, ndjson_landing
from orchestration.intake.readers.csv_rows import CsvRows
from orchestration.intake.readers.ndjson_rows import NdjsonRows
from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.parts import Part, keep_unreadable
from orchestration.intake.readers.streams import opened
from orchestration.intake.readers.xlsx_rows import XlsxRows
from orchestration.intake.say import say

Watch = Callable[[float], None]
"""Hears the share of a file that was read, 0 to 1."""


@dataclass(frozen=True)
class LandedFile:
    """A file whose rows stand in `table`. `number` orders files by path."""

    number: int
    path: str
    source: str
    header: tuple[str, ...]
    rows: int
    unreadable: int

    @property
    def table(self) -> str:
        """Its table in the scratch database."""
        return f"scratch.landed_{self.number}"

    def cell(self, column: str) -> str:
        """SQL: a column's text by name; '' when the file has no such column."""
        return f"c{self.header.index(column)}" if column in self.header else "''"


@dataclass(frozen=True)
class Expected:
    """What a source knows about its files: columns by name, the required ones, the 0/1 facts, and what people write.

    A cell of `prose` may go over several lines (in quotes); a line's end in any other known column is no cell's.
    """

    known: tuple[str, ...]
    required: tuple[str, ...]
    flags: frozenset[str] = frozenset()
    prose: frozenset[str] = frozenset()


class Landing:
    """The scratch database (attached as `scratch`) and the files landed in it so far."""

    def __init__(self, con: duckdb.DuckDBPyConnection, problems: Problems) -> None:
        self.con = con
        self.problems = problems
        self.files: list[LandedFile] = []
        self._numbered = 0
        personal.register(con)
        con.execute("CREATE TABLE scratch.unreadable (file_no INTEGER, line BIGINT, raw VARCHAR)")
        con.execute("CREATE TABLE scratch.original (file_no INTEGER, line BIGINT, raw VARCHAR)")
        con.execute("CREATE TABLE scratch.file (file_no INTEGER, path VARCHAR)")

    def of(self, source: str) -> list[LandedFile]:
        """The files of a source, by path."""
        return [file for file in self.files if file.source == source]

    def by_path(self, path: str) -> LandedFile | None:
        """A landed file."""
        return next((file for file in self.files if file.path == path), None)

    def land(self, place: Path, path: str, source: str, expected: Expected, watch: Watch) -> None:
        """Read a file whole into the scratch database; one that is refused becomes problems and nothing of it stays."""
        self._numbered += 1
        number = self._numbered
        try:
            file = self._read(place, number, path, source, expected, watch)
        except FileProblem as problem:
            self._forget(number)
            self.problems.of_file(path, problem)
            return
        if self._personal(file, expected):
            self._forget(number)
            return
        self.con.execute("INSERT INTO scratch.file VALUES (?, ?)", [number, path])
        self.files.append(file)

    def drop(self, file: LandedFile) -> None:
        """Forget a file that turned out to be unusable."""
        self.files.remove(file)
        self._forget(file.number)

    def _forget(self, number: int) -> None:
        """Remove what was landed of a file. Not by rolling back: what Arrow hands over in a transaction lives until
        its end, so that a large file would stand whole in memory."""
        self.con.execute(f"DROP TABLE IF EXISTS scratch.landed_{number}")
        self.con.execute("DELETE FROM scratch.unreadable WHERE file_no = ?", [number])
        self.con.execute("DELETE FROM scratch.file WHERE file_no = ?", [number])

    def _read(self, place: Path, number: int, path: str, source: str, expected: Expected, watch: Watch) -> LandedFile:
        size = max(place.stat().st_size, 1)
        if path.endswith(".parquet"):
            table = ParquetRows(place, expected.flags, watch)
            return self._fill(number, path, source, table.header, table.parts(), expected)
        if path.endswith(".xlsx"):
            book = XlsxRows(place, expected.flags)
            return self._fill(number, path, source, book.header, book.parts(), expected)
        with opened(place, lambda done: watch(done / size)) as read:
            if path.removesuffix(".gz").endswith(".ndjson"):
                lines = NdjsonRows(read)
                self._create(number, len(expected.known))
                missing, unreadable = ndjson_landing.fill(self.con, number, lines.parts(), expected.known)
                if missing:
                    raise _missing(missing)
                return self._finished(number, path, source, expected.known, unreadable)
            rows = CsvRows(read, [name for name in expected.known if name not in expected.prose])
            return self._fill(number, path, source, rows.header, rows.parts(), expected)

    def _fill(
        self, number: int, path: str, source: str, header: Sequence[str], parts: Iterable[Part], expected: Expected
    ) -> LandedFile:
        self._check_header(header, expected)
        self._create(number, len(header))
        unreadable = 0
        names = ["line", *(f"c{place}" for place in range(len(header)))]
        for part in parts:
            if len(part.lines):
                self.con.register("part", pa.table([part.lines, *part.cells], names=names))
                self.con.execute(f"INSERT INTO scratch.landed_{number} SELECT *, NULL FROM part")
                self.con.unregister("part")
            unreadable += keep_unreadable(self.con, number, part.unreadable)
        return self._finished(number, path, source, header, unreadable)

    def _create(self, number: int, width: int) -> None:
        columns = ", ".join(f"c{place} VARCHAR" for place in range(width))
        self.con.execute(f"CREATE TABLE scratch.landed_{number} (line BIGINT, {columns}, extra VARCHAR)")

    def _finished(self, number: int, path: str, source: str, header: Sequence[str], unreadable: int) -> LandedFile:
        (rows,) = self.con.execute(f"SELECT count(*) FROM scratch.landed_{number}").fetchone() or (0,)
        return LandedFile(number, path, source, tuple(header), rows, unreadable)

    def _check_header(self, header: Sequence[str], expected: Expected) -> None:
        if len(header) > limits.COLUMNS:
            raise FileProblem("too_large.columns", 1, count=len(header), most=limits.COLUMNS)
        if any(not name.isprintable() for name in header):
            raise FileProblem("header_name.control", 1)
        twice = sorted({name for name in header if list(header).count(name) > 1})
        if twice:
            raise FileProblem("duplicate_column.twice", 1, count=len(twice))
        if missing := [name for name in expected.required if name not in header]:
            raise _missing(missing, 1, near_columns(missing, header, expected.known))

    def _personal(self, file: LandedFile, expected: Expected) -> bool:
        cells = [
            (f"c{place}", self.shown_name(name, place), personal.kind_of(name, name in expected.known))
            for place, name in enumerate(file.header)
        ]
        found = personal.search(self.con, file.table, [*cells, ("coalesce(extra, '')", None, personal.Kind.TEXT)])
        unread = f"(SELECT line, raw FROM scratch.unreadable WHERE file_no = {file.number})"
        found += personal.search(self.con, unread, [("raw", None, personal.Kind.TEXT)])
        for item in found:
            key = "personal_data.several" if item.cells > 1 else "personal_data.one"
            self.problems.add(key, file.path, item.lines[0], item.column, cells=item.cells, lines=item.shown_lines)
        return bool(found)

    @staticmethod
    def shown_name(name: str, place: int) -> str:
        """A column's name as it may be reported: a header can hold personal data too."""
        return f"(column {place + 1})" if personal.looks_personal(name) else name


def missing_columns(missing: Collection[str]) -> str:
    """The key of the sentence for columns that a file lacks."""
    return "missing_column.several" if len(missing) > 1 else "missing_column.one"


def _missing(missing: Sequence[str], line: int | None = None, near: str = "") -> FileProblem:
    return FileProblem(missing_columns(missing), line, missing[0], columns=", ".join(missing), near=near)


def near_columns(missing: Sequence[str], header: Sequence[str], known: Collection[str]) -> str:
    """The columns of the header that nobody knows and that look like a missing one: it is spelt otherwise there."""
    stray = [name for name in header if name not in known and not personal.looks_personal(name)]
    pairs = [(name, difflib.get_close_matches(name, stray, n=1)) for name in missing]
    found = [f"{near[0]} → {name}" for name, near in pairs if near]
    return say("missing_column.near", columns=", ".join(found)) if found else ""
