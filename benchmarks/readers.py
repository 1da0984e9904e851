"""What reading a packed file of votes into columns costs: intake's reader beside DuckDB's own, on the same file.

Belongs here: reading alone. Ours unpacks, tells lines apart, proves a block plain, makes columns of text with the
number of each row's line, and accounts for every line that is no row; nobody judges or writes rows. DuckDB's reader
makes the same seven columns of text, and leaves out what it cannot read. A process of its own, as all measurements.

    python -m benchmarks.readers VOTES_OF_A_TINY_EDITION VOTES [THREADS]
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks.bare import COLUMNS, CSV, NDJSON, as_ndjson
from benchmarks.stopwatch import Stopwatch
from orchestration.intake.landing import Landing
from orchestration.intake.problems import Problems
from orchestration.intake.readers.parts import Part
from orchestration.intake.scratch import plain_memory
from orchestration.intake.sources.votes import expected
from orchestration.storage.warehouse import connect

FILES = {"CSV.gz": CSV, "NDJSON.gz": NDJSON}
OURS, BESIDE = "reading {}", "DuckDB reading {}"


class Counted:
    """Takes every row and keeps none (`landing.Quick`)."""

    times = ()

    def __init__(self) -> None:
        self.rows = 0

    def sift(self, path: str, header: Sequence[str], parts: Iterable[Part]) -> Iterator[Part]:
        """Count the rows; what is left are lines that made none."""
        for part in parts:
            self.rows += len(part)
            if part.unreadable:
                yield part.filter(pa.array([False] * len(part), pa.bool_()))

    def finish(self, path: str) -> int:
        """The rows of the file."""
        return self.rows

    def forget(self, path: str) -> None:
        """A file that was refused has no rows."""
        self.rows = 0


def by_us(place: Path, threads: int) -> tuple[int, int]:
    """Intake's reader: rows, and lines that it could not read."""
    counted = Counted()
    with connect(":memory:", threads=threads) as con, plain_memory():
        con.execute("ATTACH ':memory:' AS scratch")
        landing = Landing(con, Problems())
        landing.land(place, place.name, "votes", expected(), watch=lambda _: None, quick=counted)
    (file,) = landing.files
    return file.rows, file.unreadable


def by_duckdb(place: Path, threads: int) -> int:
    """DuckDB's reader, its rows as Arrow hands them over."""
    as_csv = f"read_csv('{place}', header = true, all_varchar = true, ignore_errors = true)"
    read = as_csv if place.name == CSV else as_ndjson(place)
    with duckdb.connect(config={"threads": threads}) as con:
        return sum(len(batch) for batch in con.execute(f"SELECT {', '.join(COLUMNS)} FROM {read}").to_arrow_reader())


def measure(tiny: Path, votes: Path, threads: int) -> dict[str, Any]:
    """Each file by each reader, once a tiny one has loaded what it needs. Raises SystemExit where rows differ by more
    than the lines that ours could not read: such a figure would be worth nothing."""
    watch = Stopwatch()
    for name, file in FILES.items():
        by_us(tiny / file, threads)
        by_duckdb(tiny / file, threads)
        rows, unreadable = watch.step(OURS.format(name), partial(by_us, votes / file, threads))
        others = watch.step(BESIDE.format(name), partial(by_duckdb, votes / file, threads))
        if abs(rows - others) > unreadable:
            raise SystemExit(f"{file}: {rows} rows and {unreadable} unreadable lines, of which DuckDB reads {others}")
    return {"steps": watch.steps}


def main(words: list[str]) -> None:
    """Print what was measured."""
    tiny, votes, *threads = words
    print(json.dumps(measure(Path(tiny), Path(votes), int(*threads or ["2"]))))


if __name__ == "__main__":
    main(sys.argv[1:])
