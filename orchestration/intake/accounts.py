"""What intake tells: rows by file, problems, quarantine by reason; and a digest of it.

Belongs here: reading the tables of schema `intake` back.
"""

import hashlib
from dataclasses import dataclass

import duckdb

from orchestration.intake.carrying import NOTHING, Carried
from orchestration.intake.problems import Problem
from orchestration.storage import canonical_json

BATCH = 10_000


@dataclass(frozen=True)
class FileRows:
    """What became of the rows of one deposit: read = accepted + quarantined."""

    file: str
    source: str
    read: int
    accepted: int
    quarantined: int


@dataclass(frozen=True)
class IntakeReport:
    """The outcome of intake. An edition with problems is blocked; whether its quarantine is too large, a check says.

    `quarantined` counts rows by (source, reason); `carried` tells which sources were not read again.
    """

    edition: str
    files: tuple[FileRows, ...]
    problems: tuple[Problem, ...]
    quarantined: dict[tuple[str, str], int]
    unknown_columns: tuple[tuple[str, str], ...]
    carried: Carried = NOTHING

    @property
    def blocked(self) -> bool:
        """Whether something must be mended before anything is computed."""
        return bool(self.problems)


def read_report(con: duckdb.DuckDBPyConnection, edition: str, problems: tuple[Problem, ...]) -> IntakeReport:
    """The report of a working warehouse that intake has just filled."""
    files = con.execute("SELECT * FROM intake.row_account ORDER BY file").fetchall()
    counts = con.execute(
        "SELECT source, reason, count(*) FROM intake.quarantine GROUP BY source, reason ORDER BY source, reason"
    ).fetchall()
    unknown = con.execute("SELECT file, column_name FROM intake.unknown_column ORDER BY file, column_name").fetchall()
    return IntakeReport(
        edition,
        tuple(FileRows(*row) for row in files),
        problems,
        {(source, reason): count for source, reason, count in counts},
        tuple((file, column) for file, column in unknown),
    )


def intake_digest(con: duckdb.DuckDBPyConnection) -> str:
    """SHA-256 over every row account and every quarantined row, whole, in order: what must not change afterwards.

    The digest is that of the lines `<canonical JSON list of the columns>` + LF, first of `intake.row_account` by file,
    then of `intake.quarantine` by file, line, reason. It does not depend on how the tables are stored.
    """
    digest = hashlib.sha256()
    for query in (
        "SELECT file, source, rows_read, rows_accepted, rows_quarantined FROM intake.row_account ORDER BY ALL",
        "SELECT file, line, reason, source, key, column_name, detail, raw FROM intake.quarantine ORDER BY ALL",
    ):
        rows = con.execute(query)
        while batch := rows.fetchmany(BATCH):
            for row in batch:
                digest.update(canonical_json(list(row)) + b"\n")
    return digest.hexdigest()
