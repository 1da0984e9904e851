"""Fingerprints of what is not one file: the program, and the rows that intake read.

Belongs here: digests to which evidence is tied. The custody head is `custody`'s, the results digest is
`release`'s: those two leave the house and are defined by SPEC 8, these two never do.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from orchestration.settings import PROJECT_DIR
from orchestration.storage import sha256_bytes, sha256_file

if TYPE_CHECKING:
    import duckdb

SOURCES = ("orchestration", "dbt_project", "expectations")
_MADE = {"__pycache__", "target", "logs", "dbt_packages", ".user.yml"}
"""Parts of paths under the sources that programs write."""


def code_sha256(project: Path = PROJECT_DIR) -> str:
    """SHA-256 over the project's own sources: the lines `<sha256>  <path>`, sorted by path (as `sha256sum`)."""
    files = sorted(
        (path.relative_to(project).as_posix(), path)
        for folder in SOURCES
        for path in (project / folder).rglob("*")
        if path.is_file() and path.suffix != ".pyc" and not _MADE & set(path.relative_to(project).parts)
    )
    return sha256_bytes("".join(f"{sha256_file(path)}  {name}\n" for name, path in files).encode())


def intake_sha256(con: "duckdb.DuckDBPyConnection") -> str:
    """Digest of every row of the schemas `rulebook` and `intake` of a working warehouse, in any row order.

    Notices rows added, removed or edited between steps. It sums DuckDB's own 64-bit row hashes, so that 50 million
    votes take seconds: enough against accidents and edits by hand; what a mark is worth rests on the recount, which
    reads the deposits themselves. Equal only for the same DuckDB version.
    """
    tables = con.execute(
        "SELECT table_schema, table_name, list(column_name ORDER BY ordinal_position) FROM information_schema.columns"
        " WHERE table_schema IN ('rulebook', 'intake') GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    lines = []
    for schema, table, columns in tables:
        row = ", ".join('"' + column.replace('"', '""') + '"' for column in columns)
        hashes = f'SELECT hash({row}) AS h FROM "{schema}"."{table}"'
        found = con.execute(f"SELECT count(*), sum(h), bit_xor(h) FROM ({hashes})").fetchone()
        lines.append(f"{schema}.{table} {columns} {found}\n")
    return sha256_bytes("".join(lines).encode())
