"""A working warehouse made from Python rows: what intake would have written, without intake.

Belongs here: writing rows into the schemas `rulebook` and `intake`. Which rows: `worlds.py`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.intake.ddl import INTAKE, RULEBOOK
from orchestration.recount.comparison import Declared
from orchestration.release.canonical import table_rows
from orchestration.release.catalogue import DIGESTED
from orchestration.storage.warehouse import connect

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
"""Rows by table: {"rulebook.channel": [{"channel": "phone", "weight": 4500, …}]}."""

ACCOUNTED = {"candidates": "candidate", "audits": "test", "survey": "response", "votes": "vote", "contests": "contest"}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create both schemas with empty tables, by intake's own DDL."""
    con.execute("DROP SCHEMA IF EXISTS rulebook CASCADE; DROP SCHEMA IF EXISTS intake CASCADE")
    con.execute(RULEBOOK)
    con.execute(INTAKE)


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows into a table; a column that a row leaves out is empty. Raises KeyError for one that is unknown."""
    columns = [column[0] for column in con.execute(f"SELECT * FROM {table} LIMIT 0").description or ()]
    if unknown := {name for row in rows for name in row} - set(columns):
        raise KeyError(f"{table} has no column {sorted(unknown)}")
    if rows:
        con.register("landed", pa.table({column: [row.get(column) for row in rows] for column in columns}))
        con.execute(f"INSERT INTO {table} SELECT * FROM landed")
        con.unregister("landed")


def account(con: duckdb.DuckDBPyConnection) -> None:
    """Write the row accounts of what was inserted, as intake does: all read, all accepted."""
    for source, table in ACCOUNTED.items():
        con.execute(
            f"INSERT INTO intake.row_account SELECT file, ?, count(*), count(*), 0 FROM intake.{table} GROUP BY file",
            [source],
        )


def fill(con: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Both schemas anew with these rows and their accounts."""
    create(con)
    for table, rows in tables.items():
        insert(con, table, rows)
    account(con)


def write(path: Path, tables: Tables) -> Path:
    """A working warehouse at `path` with these rows and their accounts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with connect(path) as con:
        con.execute("BEGIN")
        fill(con, tables)
        con.execute("COMMIT")
    return path


def declared(con: duckdb.DuckDBPyConnection) -> Declared:
    """The tables under the results digest as texts, as a recount is laid beside them."""
    return {
        table.name: [dict(zip(table.names, row, strict=True)) for row in table_rows(con, table)] for table in DIGESTED
    }


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries, with exact types."""
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
