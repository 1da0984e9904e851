"""How DuckDB is opened: nothing of its own in what a command answers."""

import subprocess
import sys

import duckdb
import pytest

from orchestration.errors import PalmaresError
from orchestration.storage import connect
from orchestration.words import in_language, told

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


def test_a_warehouse_that_another_process_holds_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def held(*_: object, **__: object) -> None:
        raise duckdb.IOException('IO Error: Could not set lock on file "/d/2026.duckdb"')

    monkeypatch.setattr(duckdb, "connect", held)
    with pytest.raises(PalmaresError) as busy:
        connect("/d/2026.duckdb")
    assert str(busy.value) == (
        "/d/2026.duckdb: another process has this working warehouse open.\n"
        "  How to mend it: wait until that run ends (see the Dagster UI), then start again."
    )
    assert in_language(told(busy.value), "fr") == (
        "/d/2026.duckdb\u00a0: un autre processus a ouvert cette base de travail.\n"
        "  Remède\u00a0: attendre la fin de cette exécution (voir l’interface de Dagster), puis relancer."
    )


def test_a_slow_query_draws_no_progress_bar() -> None:
    """Where there is no script (a worker process, a notebook) DuckDB draws one on the output after two seconds."""
    told = subprocess.run([sys.executable, "-c", ASK], capture_output=True, text=True, check=True)
    assert told.stdout == "(False,)\n"
