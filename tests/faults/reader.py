"""A BI tool in a process of its own, which opens the published warehouse and keeps it open.

Belongs here: the reader's side of a publication: what somebody sees who opened the file before.
"""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SCRIPT = """
import sys, duckdb
held = None
for line in sys.stdin:
    if line.startswith("open "):
        held = duckdb.connect(line[5:-1], read_only=True)
    elif line == "close\\n":
        held = held.close()
    if held:
        marks = held.execute("select count(*) from fct_test_mark join fct_ranking using (candidate_id)").fetchone()[0]
        print(held.execute("select min(release) from dim_edition").fetchone()[0] if marks else 0, flush=True)
"""


class Reader:
    """The reader; it is asked what it sees, and reads the tables each time."""

    def __enter__(self) -> "Reader":
        self._process = subprocess.Popen(
            [sys.executable, "-c", SCRIPT], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    @contextmanager
    def holding(self, path: Path) -> Iterator[None]:
        """Open a file and keep it open for a block of work."""
        self._say(f"open {path}")
        self._hear()
        try:
            yield
        finally:
            self._say("close")

    def sees(self) -> int:
        """The release in the file that it holds."""
        self._say("look")
        return self._hear()

    def _say(self, word: str) -> None:
        assert self._process.stdin
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()

    def _hear(self) -> int:
        assert self._process.stdout
        return int(self._process.stdout.readline())
