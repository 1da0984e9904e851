"""The published tables in a PostgreSQL server too: `palmares publish EDITION --also postgresql://…`.

Belongs here: copying the published DuckDB file, as it is, into schemas of a server, in one transaction. Readers are
never locked out: the rows of a table are replaced by DELETE and COPY, so that whoever reads keeps the rows of before
until the whole is committed. Tables are made anew only when their columns or keys change. Nothing here decides what is
published: the DuckDB file is, and a server that was away is brought up to it by the same command later.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from orchestration.errors import InputError, PalmaresError
from orchestration.publication.say import say
from orchestration.storage import canonical_json, connect, listed, literal, quoted, sha256_bytes
from orchestration.words import remedied

if TYPE_CHECKING:
    import duckdb
    import psycopg

SCHEMAS = {"main": "palmares", "archive": "palmares_archive", "analytics": "palmares_analytics"}
"""Schemas of the published warehouse, and where they stand in a server."""

OURS = "Published tables of Palmarès, replaced at each publication; shape "
"""Begins the description of our schemas: one of that name without it is somebody else's, and is left alone."""

READER = "bi_reader"
TIMEOUT = "60s"
"""How long a query of a BI tool may take on the server."""

TYPES = {"VARCHAR": "text", "BIGINT": "bigint", "DATE": "date", "BOOLEAN": "boolean", "TIMESTAMP": "timestamp"}
BATCH = 10_000
WAIT = 10
"""Seconds to wait for a server."""


@dataclass(frozen=True)
class Definition:
    """One table as it stands in the DuckDB file: columns as (name, type, may be NULL, description), and its keys."""

    name: str
    comment: str
    columns: tuple[tuple[str, str, bool, str], ...]
    primary: tuple[str, ...]
    unique: tuple[tuple[str, ...], ...]
    references: tuple[tuple[str, tuple[str, ...], tuple[str, ...]], ...]
    """(parent, columns here, columns there)"""

    @property
    def names(self) -> str:
        """Its columns, quoted and listed."""
        return listed(name for name, *_ in self.columns)

    @property
    def no_key(self) -> str:
        """A column that is not the table's key by itself."""
        return next(name for name, *_ in self.columns if (name,) not in (self.primary, *self.unique))


@dataclass(frozen=True)
class Copied:
    """What stands in the server: its name without user or password, rows of each table, what was not granted."""

    server: str
    rows: dict[str, int]
    notice: str | None


def copy_to_postgres(published_db: Path, url: str) -> Copied:
    """Replace our schemas of a server by the tables of the published warehouse, in one transaction.

    Raises InputError for what is no address of a server, PalmaresError when the server cannot be reached or refuses:
    then it holds what it held before.
    """
    import psycopg

    server = server_named(url)
    try:
        with (
            connect(published_db, read_only=True) as source,
            psycopg.connect(url, connect_timeout=WAIT, application_name="palmares") as target,
        ):
            rows: dict[str, int] = {}
            tables_of = {schema: definitions(source, schema) for schema in SCHEMAS}
            for schema, into in SCHEMAS.items():
                tables = tables_of[schema]
                _prepare(target, into, tables)
                for table in tables:
                    _run(target, f"DELETE FROM {_named(into, table.name)}")
                for table in _parents_first(tables):
                    rows[f"{into}.{table.name}"] = _copy(source, schema, target, into, table=table)
            notice = _grant(target, tables_of)
    except psycopg.Error as error:
        # The driver's words may hold the address with its password: only the server's own are repeated.
        words = error.diag.message_primary or type(error).__name__
        failed = say("server.failed", server=server, error=words)
        raise PalmaresError(remedied(failed, say("server.failed_mend"))) from None
    return Copied(server, rows, notice)


def server_named(url: str) -> str:
    """Host and database of an address, without user and password; InputError for what is no address of a server.

    Nothing is reached: whoever publishes asks this first, so that a slip of the pen is told before a release is made.
    """
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        parts = urlsplit(url)
        if parts.scheme not in ("postgresql", "postgres"):
            raise ValueError
        conninfo_to_dict(url)
    except (ValueError, psycopg.Error):  # what they say may hold the password
        raise InputError(say("refused.no_server"), "--also", say("refused.no_server_mend")) from None
    return f"{parts.hostname or 'local socket'}{parts.path}"


def definitions(source: "duckdb.DuckDBPyConnection", schema: str) -> list[Definition]:
    """The tables of a schema as the file declares them, by name."""
    columns = source.execute(
        "SELECT table_name, column_name, data_type, is_nullable, coalesce(comment, '') FROM duckdb_columns()"
        " WHERE schema_name = ? AND NOT internal ORDER BY table_name, column_index",
        [schema],
    ).fetchall()
    keys = source.execute(
        "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names"
        " FROM duckdb_constraints() WHERE schema_name = ? ORDER BY table_name, constraint_index",
        [schema],
    ).fetchall()
    comments = source.execute(
        "SELECT table_name, coalesce(comment, '') FROM duckdb_tables() WHERE schema_name = ? ORDER BY table_name",
        [schema],
    ).fetchall()
    return [
        Definition(
            name,
            comment,
            columns=tuple(tuple(rest) for table, *rest in columns if table == name),
            primary=next((tuple(own) for table, kind, own, *_ in keys if (table, kind) == (name, "PRIMARY KEY")), ()),
            unique=tuple(tuple(own) for table, kind, own, *_ in keys if (table, kind) == (name, "UNIQUE")),
            references=tuple(
                (parent, tuple(own), tuple(parent_columns))
                for table, kind, own, parent, parent_columns in keys
                if (table, kind) == (name, "FOREIGN KEY")
            ),
        )
        for name, comment in comments
    ]


def _prepare(target: "psycopg.Connection[Any]", schema: str, tables: Sequence[Definition]) -> None:
    """Make the schema's tables, unless they stand there in this very shape."""
    shape = OURS + sha256_bytes(canonical_json([vars(table) for table in tables]))
    comment = _run(
        target, "SELECT obj_description(oid, 'pg_namespace') FROM pg_namespace WHERE nspname = %s", schema
    ).fetchone()
    if comment is not None and comment[0] == shape:
        return
    if comment is not None and not (comment[0] or "").startswith(OURS):
        raise PalmaresError(remedied(say("server.foreign", schema=schema), say("server.foreign_mend")))
    _run(target, f"DROP SCHEMA IF EXISTS {quoted(schema)} CASCADE")
    _run(target, f"CREATE SCHEMA {quoted(schema)}")
    _run(target, f"COMMENT ON SCHEMA {quoted(schema)} IS {literal(shape)}")
    for table in _parents_first(tables):
        _create(target, schema, table)


def _create(target: "psycopg.Connection[Any]", schema: str, table: Definition) -> None:
    name = _named(schema, table.name)
    parts = [
        f"{quoted(column)} {_type(kind)}{'' if nullable else ' NOT NULL'}"
        for column, kind, nullable, _ in table.columns
    ]
    if table.primary:
        parts.append(f"PRIMARY KEY ({listed(table.primary)})")
    parts += [f"UNIQUE ({listed(own)})" for own in table.unique]
    parts += [
        # Checked when all is there: rows are deleted in any order.
        f"FOREIGN KEY ({listed(columns)}) REFERENCES {_named(schema, parent)} ({listed(parent_columns)})"
        " DEFERRABLE INITIALLY DEFERRED"
        for parent, columns, parent_columns in table.references
    ]
    _run(target, f"CREATE TABLE {name} ({', '.join(parts)})")
    _run(target, f"COMMENT ON TABLE {name} IS {literal(table.comment)}")
    for column, _, _, comment in table.columns:
        _run(target, f"COMMENT ON COLUMN {name}.{quoted(column)} IS {literal(comment)}")


def _copy(
    source: "duckdb.DuckDBPyConnection", schema: str, target: "psycopg.Connection[Any]", into: str, table: Definition
) -> int:
    """Copy the rows of one table; returns how many."""
    cursor = source.cursor()
    cursor.execute(f"SELECT {table.names} FROM {_named(schema, table.name)}")
    count = 0
    with target.cursor().copy(f"COPY {_named(into, table.name)} ({table.names}) FROM STDIN".encode()) as copy:
        while batch := cursor.fetchmany(BATCH):
            count += len(batch)
            for row in batch:
                copy.write_row(row)
    return count


def _grant(target: "psycopg.Connection[Any]", tables_of: Mapping[str, Sequence[Definition]]) -> str | None:
    """Let the role of the BI tools read, and nothing else. Returns what could not be granted, in words.

    `information_schema`, where BI tools look for keys, hides them from whoever may only SELECT: REFERENCES is granted
    on one column that no foreign key can refer to: the keys are seen, and nothing can be tied to a published row.
    """
    import psycopg

    schemas = ", ".join(map(quoted, SCHEMAS.values()))
    try:
        with target.transaction():
            if _run(target, "SELECT 1 FROM pg_roles WHERE rolname = %s", READER).fetchone() is None:
                _run(target, f"CREATE ROLE {READER} NOLOGIN")
                _run(target, f"ALTER ROLE {READER} SET statement_timeout = '{TIMEOUT}'")
                _run(target, f"ALTER ROLE {READER} SET default_transaction_read_only = on")
            _run(target, f"GRANT USAGE ON SCHEMA {schemas} TO {READER}")
            _run(target, f"GRANT SELECT ON ALL TABLES IN SCHEMA {schemas} TO {READER}")
            for schema, tables in tables_of.items():
                for table in tables:
                    named = _named(SCHEMAS[schema], table.name)
                    _run(target, f"GRANT REFERENCES ({quoted(table.no_key)}) ON {named} TO {READER}")
    except psycopg.errors.InsufficientPrivilege:
        return f"this user may make no roles: create {READER}, or grant SELECT on {schemas} to whoever reads"
    return None


def _run(target: "psycopg.Connection[Any]", statement: str, *values: str) -> "psycopg.Cursor[Any]":
    """A statement of ours: names in it come from the published file's catalogue, quoted; values are passed apart."""
    return target.execute(statement.encode(), values or None)


def _parents_first(tables: Sequence[Definition]) -> Iterator[Definition]:
    """Each table after those that it refers to."""
    placed: set[str] = set()
    waiting = list(tables)
    while waiting:
        ready = [t for t in waiting if {parent for parent, *_ in t.references} - {t.name} <= placed]
        assert ready, "no table of the catalogue refers to itself through others"
        yield from ready
        placed |= {table.name for table in ready}
        waiting = [table for table in waiting if table.name not in placed]


def _type(kind: str) -> str:
    return TYPES.get(kind) or kind.replace("DECIMAL", "numeric")


def _named(schema: str, name: str) -> str:
    return f"{quoted(schema)}.{quoted(name)}"
