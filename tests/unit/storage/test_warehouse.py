"""How DuckDB is opened: nothing of its own in what a command answers."""

import subprocess
import sys

import pytest

from orchestration.storage import connect

ASK = """
from orchestration.storage import connect
print(connect(":memory:").execute("SELECT current_setting('enable_progress_bar')").fetchone())
"""


@pytest.mark.parametrize(("told", "asked", "threads"), [("3", None, 3), ("3", 2, 2), ("", 1, 1)])
def test_every_opening_keeps_to_the_threads_that_are_allowed(
    told: str, asked: int | None, threads: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PALMARES_THREADS", told)
    with connect(":memory:", threads=asked) as con:
        assert con.execute("SELECT current_setting('threads')").fetchall() == [(threads,)]


def test_a_slow_query_draws_no_progress_bar() -> None:
    """Where there is no script (a worker process, a notebook) DuckDB draws one on the output after two seconds."""
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert told.stdout == "(False,)\n"
