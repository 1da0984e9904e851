"""A working warehouse made from Python rows: what intake would have written, without intake.

Belongs here: the tables of the schemas `rulebook` and `intake`, and writing rows into them. Which rows: `worlds.py`.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from orchestration.warehouse import connect

Row = Mapping[str, Any]
Tables = Mapping[str, Sequence[Row]]
"""Rows by table: {"rulebook.channel": [{"channel": "phone", "weight": 4500, …}]}."""

TABLES: dict[str, str] = {
    "rulebook.edition": "edition VARCHAR, title_fr VARCHAR, title_en VARCHAR, title_ar VARCHAR, organiser VARCHAR, "
    "timezone VARCHAR, fieldwork_start DATE, fieldwork_end DATE, min_mark_micro BIGINT, min_candidates INTEGER, "
    "min_completion INTEGER, unresolved_tie VARCHAR, quarantine_max_share INTEGER, rulebook_sha256 VARCHAR",
    "rulebook.category": "category_id VARCHAR, sector VARCHAR, label_fr VARCHAR, label_en VARCHAR, label_ar VARCHAR",
    "rulebook.component": "component VARCHAR, weight INTEGER",
    "rulebook.channel": "channel VARCHAR, weight INTEGER, planned_tests INTEGER, grid VARCHAR, unanswered VARCHAR",
    "rulebook.criterion": "channel VARCHAR, criterion_id VARCHAR, family VARCHAR, weight INTEGER, max INTEGER, "
    "label_fr VARCHAR, label_en VARCHAR, label_ar VARCHAR",
    "rulebook.tie_break": "position INTEGER, key VARCHAR",
    "rulebook.conflict": "shopper_id VARCHAR, company_id VARCHAR",
    "rulebook.independence": "max_shopper_share INTEGER, min_recheck_share INTEGER",
    "rulebook.survey": "window_start DATE, window_end DATE, satisfaction_weight INTEGER, "
    "recommendation_weight INTEGER, effort_weight INTEGER, keep VARCHAR, min_respondents INTEGER",
    "rulebook.vote": "opens TIMESTAMP, closes TIMESTAMP, keep VARCHAR, mark VARCHAR, min_votes INTEGER, "
    "max_per_ip_hour INTEGER, burst_action VARCHAR",
    "rulebook.vote_key": "position INTEGER, column_name VARCHAR",
    "intake.row_account": "file VARCHAR, source VARCHAR, rows_read BIGINT, rows_accepted BIGINT, "
    "rows_quarantined BIGINT",
    "intake.candidate": "file VARCHAR, line BIGINT, candidate_id VARCHAR, company_id VARCHAR, company VARCHAR, "
    "category_id VARCHAR, status VARCHAR, withdrawn_on DATE",
    "intake.test": "file VARCHAR, line BIGINT, test_id VARCHAR, candidate_id VARCHAR, field_firm VARCHAR, "
    "channel VARCHAR, scenario VARCHAR, language VARCHAR, shopper_id VARCHAR, started_at TIMESTAMP, "
    "ended_at TIMESTAMP, outcome VARCHAR, evidence_sha256 VARCHAR, rechecks VARCHAR",
    "intake.rating": "test_id VARCHAR, criterion_id VARCHAR, rating SMALLINT",
    "intake.response": "file VARCHAR, line BIGINT, respondent_id VARCHAR, candidate_id VARCHAR, "
    "answered_at TIMESTAMP, satisfaction SMALLINT, recommendation SMALLINT, effort SMALLINT, contacts INTEGER, "
    "repeated SMALLINT, redirected SMALLINT, travelled SMALLINT, contradicted SMALLINT, resolved SMALLINT",
    "intake.survey_weight": "respondent_id VARCHAR, weight_micro BIGINT",
    "intake.vote": "file VARCHAR, line BIGINT, vote_id VARCHAR, voter_key VARCHAR, category_id VARCHAR, "
    "candidate_id VARCHAR, cast_at TIMESTAMP, channel VARCHAR, ip_hash VARCHAR",
}
"""The tables that the dbt project reads, with the columns and types that intake gives them."""

ACCOUNTED = {"candidates": "candidate", "audits": "test", "survey": "response", "votes": "vote"}


def create(con: duckdb.DuckDBPyConnection) -> None:
    """Create both schemas with empty tables."""
    for schema in ("rulebook", "intake"):
        con.execute(f"CREATE SCHEMA IF NOT EXISTS {schema}")
    for table, columns in TABLES.items():
        con.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")


def insert(con: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Insert rows into a table of TABLES; a column that a row leaves out is empty. Raises KeyError for one unknown."""
    columns = [part.split()[0] for part in TABLES[table].split(", ")]
    for row in rows:
        if unknown := set(row) - set(columns):
            raise KeyError(f"{table} has no column {sorted(unknown)}")
    if rows:
        con.register("landed", pa.table({column: [row.get(column) for row in rows] for column in columns}))
        con.execute(f"INSERT INTO {table} SELECT {', '.join(columns)} FROM landed")
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


def rows(con: duckdb.DuckDBPyConnection, sql: str) -> list[dict[str, Any]]:
    """Rows of a query as dictionaries, with exact types."""
    cursor = con.execute(sql)
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
