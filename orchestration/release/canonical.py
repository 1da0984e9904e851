"""Canonical results: the tables of SPEC 8 as bytes that are the same for equal inputs, and their digest.

Belongs here: reading the marts of a working warehouse as text, writing `results/`, the results digest. What the
columns are stands in `catalogue.py`, the spelling of a cell in `csvform.py`.
"""

import hashlib
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.errors import PalmaresError
from orchestration.release.catalogue import DIGESTED, OUTSIDE_DIGEST, TABLES
from orchestration.release.csvform import Cell, encode, parse, sort_key
from orchestration.release.say import say
from orchestration.release.table import Column, Table
from orchestration.settings import RULEBOOK_FILE
from orchestration.storage import listed, read_file, sha256_bytes

if TYPE_CHECKING:
    import duckdb

MARTS = "marts"
BATCH = 50_000
_INTEGERS = {"TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT"}
_SQL_TYPES = {
    "text": {"VARCHAR"},
    "integer": _INTEGERS,
    "date": {"DATE"},
    "boolean": {"BOOLEAN"},
    "time": {"TIMESTAMP"},
}


def _type_fits(column: Column, sql_type: str) -> bool:
    """Whether the warehouse's type holds the column without any conversion of values. A float never does."""
    if column.type.startswith("decimal"):
        decimal = re.fullmatch(r"DECIMAL\((\d+),(\d+)\)", sql_type)
        return decimal is not None and int(decimal[2]) == column.scale
    return sql_type in _SQL_TYPES[column.type]


def _text_of(column: Column) -> str:
    """SQL that spells a column's values. Names come from the fixed list of `catalogue.py`."""
    if column.type == "time":
        return f"strftime(\"{column.name}\", '%Y-%m-%dT%H:%M:%SZ')"
    return f'CAST("{column.name}" AS VARCHAR)'


def _check_types(con: "duckdb.DuckDBPyConnection", table: Table) -> None:
    from duckdb import CatalogException

    try:  # information_schema asks for all that the file holds, for each table anew: a tenth of `palmares status`
        columns = con.execute(f'DESCRIBE {MARTS}."{table.name}"').fetchall()
    except CatalogException:
        columns = []
    name, types = f"{MARTS}.{table.name}", {column: sql_type for column, sql_type, *_ in columns}
    if not types:
        raise PalmaresError(say("mart.no_table", table=name))
    for column in table.columns:
        if column.name not in types:
            raise PalmaresError(say("mart.no_column", table=name, column=column.name))
        if not _type_fits(column, types[column.name]):
            found = types[column.name]
            raise PalmaresError(say("mart.other_type", column=f"{name}.{column.name}", found=found, due=column.type))


def table_rows(con: "duckdb.DuckDBPyConnection", table: Table) -> Iterator[tuple[Cell, ...]]:
    """Rows of a mart as texts, in the bytewise order of its key.

    Raises PalmaresError for a missing table or column, a wrong type, an empty or a repeated key.
    """
    _check_types(con, table)
    order = listed(table.keys)
    columns = ", ".join(_text_of(column) for column in table.columns)
    cursor = con.cursor()
    cursor.execute(f'SELECT {columns} FROM {MARTS}."{table.name}" ORDER BY {order}')
    previous: tuple[bytes | int, ...] | None = None
    keys = [table.names.index(name) for name in table.keys]
    while batch := cursor.fetchmany(BATCH):
        for row in batch:
            key = sort_key(table, row)
            if any(row[position] is None for position in keys):
                raise PalmaresError(say("mart.empty_key", table=f"{MARTS}.{table.name}"))
            if previous is not None and key <= previous:
                raise PalmaresError(say("mart.same_key", table=f"{MARTS}.{table.name}", keys=", ".join(table.keys)))
            previous = key
            yield row


def results_digest(digests: Mapping[str, str], rulebook: bytes) -> str:
    """The results digest of SPEC 8.

    `digests` maps base names ("fct_ranking.csv") to SHA-256 in hexadecimal; dim_edition.csv, quality_check.csv and
    what is no CSV are left out; the rulebook enters as "rulebook.yml".
    """
    left_out = {f"{name}.csv" for name in OUTSIDE_DIGEST}
    chosen = {name: value for name, value in digests.items() if name.endswith(".csv") and name not in left_out}
    chosen[RULEBOOK_FILE] = sha256_bytes(rulebook)
    lines = "".join(f"{chosen[name]}  {name}\n" for name in sorted(chosen, key=str.encode))
    return sha256_bytes(lines.encode())


def compute_digest(con: "duckdb.DuckDBPyConnection", rulebook_path: Path) -> str:
    """The results digest straight from the marts, before anything is published: what the dossier bears."""
    digests: dict[str, str] = {}
    for table in DIGESTED:
        digest = hashlib.sha256()
        for line in encode(table, table_rows(con, table)):
            digest.update(line)
        digests[f"{table.name}.csv"] = digest.hexdigest()
    return results_digest(digests, read_file(rulebook_path))


def write_table(out_dir: Path, table: Table, rows: Iterable[Sequence[Cell]]) -> str:
    """Write results/<table>.csv and .parquet from rows of text in key order; returns the SHA-256 of the CSV."""
    from orchestration.release.parquet import write_parquet  # pyarrow: only who writes a release needs it

    data = b"".join(encode(table, rows))
    with (out_dir / f"{table.name}.csv").open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    write_parquet(out_dir / f"{table.name}.parquet", table, parse(table, data))
    return sha256_bytes(data)


def export_results(
    con: "duckdb.DuckDBPyConnection", out_dir: Path, extra_tables: Mapping[str, Sequence[Sequence[Cell]]]
) -> dict[str, str]:
    """Write every table of SPEC 8 into `out_dir` as canonical CSV and as Parquet.

    `extra_tables` gives the rows, as texts, of the tables that publication adds (dim_edition, quality_check).
    Returns the SHA-256 of each CSV by base name, ready for `results_digest`.
    """
    out_dir.mkdir(parents=True, exist_ok=True)
    digests: dict[str, str] = {}
    for table in TABLES.values():
        if table.name in OUTSIDE_DIGEST:
            rows: Iterable[Sequence[Cell]] = sorted(extra_tables[table.name], key=lambda row: sort_key(table, row))
        else:
            rows = table_rows(con, table)
        digests[f"{table.name}.csv"] = write_table(out_dir, table, rows)
    return digests
