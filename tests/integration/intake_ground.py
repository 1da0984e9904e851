"""Taking a tiny edition in, for the tests of intake.

Belongs here: writing, loading and reading back. Faults are made by the tests.
"""

import os
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import duckdb

from orchestration.intake import IntakeReport, load_edition
from orchestration.settings import Settings
from tests.fixtures.tiny import TinyEdition

ROWS = {
    "candidate": "candidate_id",
    "test": "test_id",
    "rating": "test_id, criterion_id",
    "response": "respondent_id, candidate_id, answered_at",
    "profile": "respondent_id, variable",
    "vote": "vote_id",
    "survey_weight": "respondent_id",
}
"""Tables of accepted rows and their keys."""


@dataclass
class Taken:
    """A tiny edition after intake: the report, and its working warehouse open for questions."""

    report: IntakeReport
    con: duckdb.DuckDBPyConnection
    settings: Settings

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        return self.con.execute(query).fetchall()

    def set_aside(self) -> list[tuple[str, str, str | None]]:
        """Key, reason and column of each quarantined row, in order."""
        return self.rows("SELECT key, reason, column_name FROM intake.quarantine ORDER BY file, line")

    def reasons(self) -> Counter[str]:
        """Quarantined rows by reason."""
        return Counter(reason for _, reason, _ in self.set_aside())

    def codes(self) -> list[str]:
        """Codes of the problems, in order."""
        return [problem.code for problem in self.report.problems]

    def typed(self) -> dict[str, list[tuple[Any, ...]]]:
        """All accepted rows, without the file and line they came from."""
        return {
            table: self.rows(f"SELECT COLUMNS(c -> c NOT IN ('file', 'line')) FROM intake.{table} ORDER BY {key}")
            for table, key in ROWS.items()
        }


def take_in(edition: TinyEdition, folder: Path, threads: int = 1, **formats: Any) -> Taken:
    """Write an edition under a folder, load it and open its working warehouse."""
    edition.write(folder / "raw", **formats)
    settings = Settings(home=folder / "home", raw=folder / "raw")
    with patch.dict(os.environ, PALMARES_THREADS=str(threads)):
        report = load_edition(settings, edition.edition)
    return Taken(report, duckdb.connect(str(settings.work_db(edition.edition)), read_only=True), settings)
