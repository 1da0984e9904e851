"""Tables of the published warehouse, filled from releases.

Belongs here: schema `main` (the newest release of each edition, and the titles of all time) and schema `archive`
(every release ever published, by number); `analytics.py` adds what dbt makes of `main`. Types, names, descriptions and
keys come from the release's catalogue. The keys are constraints of the file: a row that breaks one is in no table, and
BI tools find the relations by them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.errors import PalmaresError
from orchestration.publication.analytics import fill_analytics
from orchestration.publication.ddl import Field, create_table
from orchestration.publication.dims import fill_dims
from orchestration.publication.revocations import Revoked, still_standing
from orchestration.publication.say import say
from orchestration.release import (
    EDITION,
    RELEASE,
    TABLES,
    TITLE_HISTORY,
    Cell,
    Column,
    Release,
    Table,
    encode,
    parse,
    references,
)
from orchestration.release.parquet import arrow_table, arrow_type
from orchestration.storage import connect, listed, literal

if TYPE_CHECKING:
    import duckdb

STORAGE_VERSION = "v1.0.0"
"""The oldest form that DuckDB still writes, for drivers of BI tools lag behind. With keys in it DuckDB 1.1 and every
later version opens the file (tried with 1.1.3, 1.2.2, 1.3.2); 1.0 does not know how a later version stores an index."""

RELEASES = Table(
    "release",
    "Every release ever published, replaced ones too.",
    (
        EDITION,
        Column(RELEASE.name, RELEASE.type, RELEASE.comment, key=True),
        Column("seq", "integer", "Place in the chain of all releases."),
        Column("published_at", "time", "When it was made, UTC."),
        Column("results_sha256", "text", "Results digest, which the signed dossier bears."),
        Column("corrects", "integer", "Number of the release that it corrects."),
        Column("asked_by", "text", "Who asked for the correction."),
        Column("reason", "text", "Why it was corrected."),
        Column("replaced", "boolean", "Whether a later release of the edition stands in its place."),
        Column("revoked_at", "time", "When the bailiff revoked its signature, UTC; empty for one that stands."),
        Column("revoked_by", "text", "Who revoked it."),
        Column("revocation", "text", "Why it was revoked."),
        Column("demonstration", "boolean", "Signed with a throw-away key: no real award."),
    ),
)


UNIQUE: Mapping[str, tuple[tuple[str, ...], ...]] = {RELEASES.name: (("seq",),)}
"""Columns besides the key that tell a row from every other; any other table has such columns in its key alone."""

References = Mapping[str, tuple[str, ...]]
"""Tables of the same schema that are referred to, and by which columns, which bear the same names there."""


def _archived(table: Table) -> Table:
    """The same table with the number of the release in its key, behind the edition."""
    number = replace(RELEASE, key=True)
    if RELEASE.name in table.names:
        columns = tuple(number if column.name == RELEASE.name else column for column in table.columns)
        return Table(table.name, table.comment, columns)
    return Table(table.name, f"{table.comment} Every release.", (EDITION, number, *table.columns[1:]))


def _archived_references(table: Table) -> References:
    """As in `main`, within one release; each edition's own row refers to the release."""
    number = (EDITION.name, RELEASE.name)
    within = {parent: (*number, *columns[1:]) for parent, columns in references(table).items()}
    return within or {RELEASES.name: number}


def _sql_type(column: Column) -> str:
    return {"text": "VARCHAR", "integer": "BIGINT", "time": "TIMESTAMP"}.get(column.type, column.type.upper())


def _create(con: "duckdb.DuckDBPyConnection", schema: str, table: Table, refers: References) -> str:
    """Create the table with its keys and descriptions; returns its full name."""
    name = f'published."{schema}"."{table.name}"'
    create_table(
        con,
        name,
        table.comment,
        fields=(Field(column.name, _sql_type(column), column.comment) for column in table.columns),
        key=table.keys,
        constraints=[
            *(f"UNIQUE ({listed(columns)})" for columns in UNIQUE.get(table.name, ())),
            *(
                f'FOREIGN KEY ({listed(by)}) REFERENCES "{schema}"."{parent}" ({listed(by)})'
                for parent, by in refers.items()
            ),
        ],
        never_null=(column for columns in refers.values() for column in columns),
    )
    return name


def _fill(
    con: "duckdb.DuckDBPyConnection", schema: str, table: Table, parts: Iterable[pa.Table], refers: References
) -> None:
    """Create the table and insert the parts. Raises PalmaresError for a row that breaks a key."""
    import duckdb  # whoever only asks for help does without

    name = _create(con, schema, table, refers)
    columns = listed(table.names)
    for part in parts:
        con.register("part", part)
        try:
            con.execute(f"INSERT INTO {name} ({columns}) SELECT {columns} FROM part")
        except duckdb.ConstraintException as error:
            raise PalmaresError(say("unmade.key", table=f"{schema}.{table.name}")) from error
        con.unregister("part")


def _from_release(release: Release, table: Table) -> pa.Table:
    return arrow_table(table, release.rows(table.name))


def _from_texts(table: Table, rows: list[list[Cell]]) -> pa.Table:
    """Rows that no release holds; they pass through the canonical form, which checks types, keys and order."""
    return arrow_table(table, parse(table, b"".join(encode(table, rows))))


def _with_number(release: Release, table: Table) -> pa.Table:
    part = _from_release(release, table)
    if RELEASE.name in table.names:
        return part
    return part.append_column(RELEASE.name, pa.array([release.record.number] * part.num_rows, pa.int64()))


def _release_rows(every: Sequence[Release], shown: Sequence[Release], revoked: Revoked) -> list[list[Cell]]:
    newest = {release.folder for release in shown}
    rows: list[list[Cell]] = []
    for release in sorted(every, key=lambda release: (release.record.edition, release.record.number)):
        record, corrects = release.record, release.record.corrects
        revocation = revoked.get((record.edition, record.number))
        rows.append(
            [
                record.edition,
                str(record.number),
                str(record.seq),
                record.published_at,
                record.digests.results_sha256,
                str(corrects.number) if corrects else None,
                corrects.asked_by if corrects else None,
                corrects.reason if corrects else None,
                "false" if release.folder in newest else "true",
                revocation.at if revocation else None,
                revocation.by if revocation else None,
                revocation.reason if revocation else None,
                "true" if record.demonstration else "false",
            ]
        )
    return rows


def fill_warehouse(
    duckdb_file: Path,
    parquet: Path,
    every: Sequence[Release],
    shown: Sequence[Release],
    revoked: Revoked,
    titles: list[list[Cell]],
) -> None:
    """Write the DuckDB file and one Parquet file for each table of schema `main`.

    `every`: all releases; `shown`: the newest of each edition, of which those `revoked` have rows in the archive
    alone; `titles`: rows of title_history in key order.
    """
    standing = still_standing(shown, revoked)
    con = connect(":memory:")
    try:
        con.execute(f"ATTACH {literal(str(duckdb_file))} AS published (STORAGE_VERSION {literal(STORAGE_VERSION)})")
        # A foreign key may name a table of the current database only.
        con.execute("USE published")
        con.execute("CREATE SCHEMA published.archive")
        con.execute("BEGIN")
        _fill(
            con,
            "archive",
            table=RELEASES,
            parts=[_from_texts(RELEASES, _release_rows(every, shown, revoked))],
            refers={},
        )
        for table in TABLES.values():
            parts = [_from_release(release, table) for release in standing]
            _fill(con, "main", table, parts, refers=references(table))
            _write_parquet(parquet, table, parts)
            numbered = (_with_number(release, table) for release in every)
            _fill(con, "archive", table=_archived(table), parts=numbered, refers=_archived_references(table))
        history = _from_texts(TITLE_HISTORY, titles)
        _fill(con, "main", table=TITLE_HISTORY, parts=[history], refers={})
        _write_parquet(parquet, TITLE_HISTORY, [history])
        fill_analytics(con)
        fill_dims(con, standing)
        con.execute("COMMIT")
        con.execute("CHECKPOINT published")
        con.execute("USE memory")
        con.execute("DETACH published")
    finally:
        con.close()


def _write_parquet(folder: Path, table: Table, parts: list[pa.Table]) -> None:
    schema = pa.schema([pa.field(c.name, arrow_type(c), not c.key, {"comment": c.comment}) for c in table.columns])
    whole = pa.concat_tables([schema.empty_table(), *(part.cast(schema) for part in parts)])
    whole = whole.replace_schema_metadata({"comment": table.comment})
    pq.write_table(whole, folder / f"{table.name}.parquet", compression="zstd")
