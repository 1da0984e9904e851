"""What intake tells: rows by file, problems, quarantine by reason.

Belongs here: reading the tables of schema `intake` back.
"""

from dataclasses import dataclass

import duckdb

from orchestration.intake.carrying import NOTHING, Carried
from orchestration.intake.problems import Problem


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
        quarantined={(source, reason): count for source, reason, count in counts},
        unknown_columns=tuple((file, column) for file, column in unknown),
    )
