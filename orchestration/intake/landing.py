"""Deposits as text in a scratch database: one table a file, columns `line, c0, c1, …, extra`.

Belongs here: taking what readers hand over, the search for personal data. Cells are landed as they came
and judged later (`sources/candidates.py` and its sisters): a cast straight over a reader loses rows in some versions of
DuckDB. Names of columns stay values: in SQL a column is `c` and its place.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.intake import personal
from orchestration.intake.headers import Expected, check_header, check_types, inert, lacking, told_apart
from orchestration.intake.problems import FileProblem, Problems
from orchestration.intake.readers import ndjson_landing
from orchestration.intake.readers.csv_rows import CsvRows
from orchestration.intake.readers.ndjson_rows import NdjsonRows
from orchestration.intake.readers.parquet_rows import ParquetRows
from orchestration.intake.readers.parts import GATHERED, Part, gathered, keep_unreadable
from orchestration.intake.readers.streams import opened
from orchestration.intake.readers.xlsx_rows import XlsxRows

Watch = Callable[[float], None]
"""Called with the share of a file that was read, 0 to 1."""


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

    def whole(self, table: str = "") -> tuple[str, list[str]]:
        """SQL: a row of `table` (its own by default) as it was received, in JSON, and the parameters in it."""
        cells = ", ".join(f"?, {table}c{place}" for place in range(len(self.header)))
        return f"coalesce({table}extra, json_object({cells})::VARCHAR)", list(told_apart(self.header))


def landed(con: duckdb.DuckDBPyConnection, files: Iterable[LandedFile]) -> list[LandedFile]:
    """Those files of which rows stand in their table: of most, all rows are plain and went another way."""
    return [file for file in files if con.execute(f"SELECT 1 FROM {file.table} LIMIT 1").fetchone()]


class Quick(Protocol):
    """Takes rows of one source that need no second look, past the scratch database."""

    @property
    def times(self) -> Collection[str]:
        """Columns that it takes as instants where a file has them so."""

    def sift(self, path: str, header: Sequence[str], parts: Iterable[Part]) -> Iterator[Part]:
        """Take such rows out of the parts of a file; what is left."""

    def finish(self, path: str) -> int:
        """Put what was taken where it belongs; returns the number of rows taken from the file."""

    def forget(self, path: str) -> None:
        """Remove what was taken from a file."""


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

    def land(
        self, place: Path, path: str, source: str, expected: Expected, watch: Watch, quick: Quick | None = None
    ) -> None:
        """Read a file whole into the scratch database; one that is refused becomes problems and nothing of it stays.

        Rows that `quick` takes are not landed.
        """
        self._numbered += 1
        number = self._numbered
        try:
            file = self._read(place, number, path, source, expected=expected, watch=watch, quick=quick)
        except FileProblem as problem:
            refused = True
            self.problems.of_file(path, problem)
        else:
            refused = self._personal(file, expected)
        if refused:
            self._forget(number)
            if quick is not None:
                quick.forget(path)
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

    def _read(
        self, place: Path, number: int, path: str, source: str, expected: Expected, watch: Watch, quick: Quick | None
    ) -> LandedFile:
        size = max(place.stat().st_size, 1)
        if path.endswith(".parquet"):
            table = ParquetRows(place, expected.flags, watch)
            check_types(table.opaque, expected)
            parts = table.parts(times=quick.times if quick else ())
            return self._fill(number, path, source, table.header, parts=parts, expected=expected, quick=quick)
        if path.endswith(".xlsx"):
            book = XlsxRows(place, expected.flags)
            return self._fill(number, path, source, book.header, parts=book.parts(), expected=expected)
        with opened(place, lambda done: watch(done / size)) as read:
            if path.removesuffix(".gz").endswith(".ndjson"):
                return self._fill_lines(number, path, source, rows=NdjsonRows(read), expected=expected, quick=quick)
            rows = CsvRows(read, [name for name in expected.known if name not in expected.prose])
            return self._fill(number, path, source, rows.header, parts=rows.parts(), expected=expected, quick=quick)

    def _fill(
        self,
        number: int,
        path: str,
        source: str,
        header: Sequence[str],
        parts: Iterable[Part],
        expected: Expected,
        quick: Quick | None = None,
    ) -> LandedFile:
        check_header(header, expected)
        self._create(number, len(header))
        unreadable = plain = 0
        if quick is not None:
            parts = quick.sift(path, header, parts)
        for part in gathered(parts):
            self._insert(number, part)
            unreadable += keep_unreadable(self.con, number, part.unreadable)
        if quick is not None:
            plain = quick.finish(path)
        return self._finished(number, path, source, header, unreadable=unreadable, plain=plain)

    def _fill_lines(
        self, number: int, path: str, source: str, rows: NdjsonRows, expected: Expected, quick: Quick | None
    ) -> LandedFile:
        columns = (*expected.known, *sorted(expected.named.difference(expected.known)))
        self._create(number, len(columns))
        lines = ndjson_landing.Lines(self.con, number, columns)
        plain = 0
        if quick is None:
            for part in rows.parts():
                lines.land(part)
        else:
            careful: list[Part] = []

            def plain_parts() -> Iterator[Part]:
                for is_plain, part in rows.told_apart(expected.known):
                    if is_plain:
                        yield part
                    else:
                        careful.append(part)
                        if sum(map(len, careful)) >= GATHERED:
                            self._land_lines(lines, careful)

            for part in gathered(quick.sift(path, expected.known, plain_parts())):
                self._insert(number, part)
            self._land_lines(lines, careful)
            plain = quick.finish(path)
        (landed,) = self.con.execute(f"SELECT count(*) FROM scratch.landed_{number}").fetchone() or (0,)
        if lines.missing and plain + landed == lines.rows:  # no line that had all columns went another way
            if missing := [name for name in lines.missing if name in expected.known]:
                raise lacking(missing)
            raise FileProblem("correction_column.absent", columns=", ".join(map(inert, lines.missing)))
        return self._finished(number, path, source, header=columns, unreadable=lines.unreadable, plain=plain)

    @staticmethod
    def _land_lines(lines: ndjson_landing.Lines, careful: list[Part]) -> None:
        for part in gathered(careful):
            lines.land(part)
        careful.clear()

    def land_again(self, place: Path, file: LandedFile, expected: Expected, only: np.ndarray) -> None:
        """Land the rows of a file on the lines `only` (sorted) as text, which were plain and went another way."""
        wanted = pa.array(only, pa.int64())

        def insert(parts: Iterable[Part]) -> None:
            for part in gathered(parts):
                rows = Part(part.lines, part.cells).filter(pc.is_in(part.lines, wanted))
                self._insert(file.number, rows)

        if file.path.endswith(".parquet"):
            insert(ParquetRows(place, expected.flags).parts(only))
            return
        with opened(place) as read:
            if file.path.removesuffix(".gz").endswith(".ndjson"):
                lines = ndjson_landing.Lines(self.con, file.number, expected.known)
                for part in gathered(NdjsonRows(read).lines(only)):
                    lines.land(part)
            else:
                insert(CsvRows(read, expected.known).parts(only))

    def _insert(self, number: int, part: Part) -> None:
        if len(part):
            names = ["line", *(f"c{place}" for place in range(len(part.cells)))]
            self.con.register("part", pa.table([part.lines, *part.cells], names=names))
            self.con.execute(f"INSERT INTO scratch.landed_{number} SELECT *, NULL FROM part")
            self.con.unregister("part")

    def _create(self, number: int, width: int) -> None:
        columns = ", ".join(f"c{place} VARCHAR" for place in range(width))
        self.con.execute(f"CREATE TABLE scratch.landed_{number} (line BIGINT, {columns}, extra VARCHAR)")

    def _finished(
        self, number: int, path: str, source: str, header: Sequence[str], unreadable: int, plain: int
    ) -> LandedFile:
        (rows,) = self.con.execute(f"SELECT count(*) FROM scratch.landed_{number}").fetchone() or (0,)
        return LandedFile(number, path, source, header=tuple(header), rows=rows + plain, unreadable=unreadable)

    def _personal(self, file: LandedFile, expected: Expected) -> bool:
        cells = [
            (f"c{place}", self.shown_name(name, place), personal.kind_of(name, name in expected.known))
            for place, name in enumerate(file.header)
        ]
        persons = []
        if landed(self.con, [file]):
            persons += personal.search(
                self.con, file.table, [*cells, (personal.of_json("extra"), None, personal.Kind.TEXT)]
            )
        if file.unreadable:
            unread = f"(SELECT line, raw FROM scratch.unreadable WHERE file_no = {file.number})"
            persons += personal.search(self.con, unread, [(personal.of_json("raw"), None, personal.Kind.TEXT)])
        for item in persons:
            key = "personal_data.several" if item.cells > 1 else "personal_data.one"
            self.problems.add(key, file.path, item.lines[0], item.column, cells=item.cells, lines=item.shown_lines)
        return bool(persons)

    @staticmethod
    def shown_name(name: str, place: int) -> str:
        """A column's name as it may be reported: a header can hold personal data too, or what does not print."""
        return f"(column {place + 1})" if not name or not name.isprintable() or personal.looks_personal(name) else name
