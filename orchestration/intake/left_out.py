"""Every row that was received and not counted, with its place and its reason; the annex of the dossier.

Belongs here: the one list of rows left out. Who prints it is `orchestration/dossier`.
"""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from orchestration.intake.personal import Kind, condition, register
from orchestration.rulebook import FORMULA_SIGNS
from orchestration.storage import literal, records, sha256_file

if TYPE_CHECKING:
    import duckdb


LEFT_OUT = """
    SELECT source, 'quarantined' AS outcome, reason, file, line, key, column_name FROM intake.quarantine
    UNION ALL
    SELECT 'candidates', 'excluded', 'withdrawn', file, line, candidate_id, NULL
    FROM staging.stg_candidate WHERE status <> 'entered'
    UNION ALL
    SELECT 'audits', 'excluded', exclusion_reason, file, line, test_id, NULL
    FROM intermediate.int_test WHERE NOT counted
    UNION ALL
    SELECT 'survey', 'excluded', exclusion_reason, file, line, respondent_id, NULL
    FROM intermediate.int_response WHERE NOT counted
    UNION ALL
    SELECT 'votes', 'excluded', exclusion_reason, file, line, vote_id, NULL
    FROM intermediate.int_vote WHERE NOT counted
"""
"""Every row that was received and not counted: its place, its key, its reason. Of a vote, its vote_id alone."""


ORDER = "source, outcome, reason, file, line, key, column_name"


FORMULA = f"['{FORMULA_SIGNS}].*"
"""A cell that a spreadsheet would take for a formula, in either width; or that begins as a neutralised one does."""

SHOWN_KEY = (
    f"CASE WHEN {condition('key', Kind.ID)} THEN '' "
    f"WHEN regexp_full_match(key, {literal(FORMULA)}, 's') THEN chr(39) || key ELSE key END"
)
"""The key of a row as people may read it, in SQL."""


QUARANTINE = "SELECT source, file, line, {key} AS key, reason, column_name, detail FROM intake.quarantine"
QUARANTINE_ORDER = "source <> 'candidates', file, line, reason, column_name, key"
"""The list of candidates first: a row that it lacks sets aside all that was told of that candidate."""


def quarantined(con: "duckdb.DuckDBPyConnection", limit: int | None = None) -> list[dict[str, Any]]:
    """The rows set aside, by file and line: source, file, line, key, reason, column_name, detail; never a cell.

    A key that looks like personal data is left out. `limit`: the first so many.
    """
    return records(con, f"{_quarantine(con)} LIMIT {'ALL' if limit is None else limit}")


def write_quarantine(con: "duckdb.DuckDBPyConnection", path: Path, file: str | None = None) -> None:
    """The same as a CSV file, for the supplier who is to mend them. Streams: there may be millions.

    `file`: the rows of that deposit alone.
    """
    path = path.absolute()  # so that a fault is told with the place, not with that of the state folder
    path.parent.mkdir(parents=True, exist_ok=True)
    rows = f"SELECT * FROM ({_quarantine(con)}) WHERE {'true' if file is None else f'file = {literal(file)}'}"
    con.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT csv, HEADER)")


def _quarantine(con: "duckdb.DuckDBPyConnection") -> str:
    register(con)
    return f"{QUARANTINE.format(key=SHOWN_KEY)} ORDER BY {QUARANTINE_ORDER}"


def write_annex(con: "duckdb.DuckDBPyConnection", path: Path) -> str:
    """Write every row left out to a CSV file, in order, and return its SHA-256. Streams: there may be millions.

    People open it with a spreadsheet: a key that would be taken for a formula stands behind an apostrophe, and one
    that looks like personal data is left out.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    register(con)
    rows = f"SELECT * REPLACE ({SHOWN_KEY} AS key) FROM ({LEFT_OUT}) ORDER BY {ORDER}"
    con.execute(f"COPY ({rows}) TO {literal(str(path))} (FORMAT csv, HEADER)")
    return sha256_file(path)
