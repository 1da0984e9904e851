"""How Palmarès opens DuckDB.

Belongs here: the settings that make results the same on every machine and keep DuckDB off the network.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.errors import PalmaresError
from orchestration.settings import engine_memory, engine_threads
from orchestration.storage.files import NotOrdinary, check_ordinary
from orchestration.storage.say import say
from orchestration.words import remedied

if TYPE_CHECKING:
    import duckdb


def engine_config(threads: int | None = None) -> dict[str, str | bool | int | float | list[str]]:
    """What every opening of DuckDB is told, whoever opens it. `threads`: other than PALMARES_THREADS says."""
    threads = threads or engine_threads()
    return {
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "preserve_insertion_order": "true",
        "memory_limit": engine_memory(),
        **({"threads": str(threads)} if threads else {}),
    }


def connect(path: Path | str, *, read_only: bool = False, threads: int | None = None) -> "duckdb.DuckDBPyConnection":
    """Open a DuckDB file (or ":memory:"): UTC, insertion order kept, memory and threads bounded, no extension fetched.

    Raises PalmaresError when another process holds the file, in words that say what to do; NotOrdinary (an OSError) for
    what is no file, or no database.
    """
    if str(path) != ":memory:" and os.path.lexists(path):
        check_ordinary(Path(path))  # DuckDB would wait for a pipe and read a device for ever
    import duckdb  # whoever verifies a release, or asks for help, does without

    try:
        connection = duckdb.connect(str(path), read_only=read_only, config=engine_config(threads))
    except duckdb.IOException as error:
        if "lock" in str(error).lower():
            raise PalmaresError(remedied(say("warehouse.open", path=path), say("warehouse.open_mend"))) from error
        if "not a valid DuckDB database" in str(error):
            raise NotOrdinary(say("file.database"), Path(path)) from error
        raise
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET enable_progress_bar = false")  # it would draw into what a worker prints
    return connection


def records(con: "duckdb.DuckDBPyConnection", sql: str) -> list[dict[str, Any]]:
    """The rows of a query, each by the names of its columns, in their order."""
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
