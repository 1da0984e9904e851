"""candidates.csv (SPEC 3.1).

Belongs here: the rules of its rows. It is read before every other source: they refer to it.
"""

import duckdb

from orchestration.intake.headers import Expected
from orchestration.intake.landing import LandedFile
from orchestration.intake.patterns import COMPANY, ID, is_day, is_like, one_of
from orchestration.intake.rules import CONFLICT, DUPLICATE, Rule, Sieve, known_as, malformed
from orchestration.rulebook import Rulebook

COLUMNS = ("candidate_id", "company_id", "company", "category_id", "status", "withdrawn_on")
STATUSES = ("entered", "withdrawn")


def expected() -> Expected:
    """Columns of candidates.csv."""
    return Expected(COLUMNS, COLUMNS)


def rules(rulebook: Rulebook) -> list[Rule]:
    """Why a row of candidates.csv is set aside, in order."""
    categories = tuple(category.id for category in rulebook.categories)
    return [
        malformed("candidate_id", f"NOT {is_like('candidate_id', ID)}", "is not an id"),
        malformed("company_id", f"NOT {is_like('company_id', ID)}", "is not an id"),
        malformed("company", f"NOT {is_like('company', COMPANY)}", "is not a name of 1 to 200 printable characters"),
        *known_as("category_id", f"NOT {one_of('category_id', categories)}", "unknown_category", "the rulebook"),
        malformed("status", f"NOT {one_of('status', STATUSES)}", "is neither entered nor withdrawn"),
        malformed(
            "withdrawn_on", f"withdrawn_on <> '' AND NOT {is_day('withdrawn_on')}", "is not a day like 2025-08-25"
        ),
        malformed(
            "withdrawn_on",
            "withdrawn_on <> '' AND status = 'entered'",
            "is given although the candidate is entered",
        ),
        DUPLICATE,
        CONFLICT,
    ]


def load(con: duckdb.DuckDBPyConnection, files: list[LandedFile], rulebook: Rulebook) -> None:
    """Fill `intake.candidate`, the quarantine and the accounts."""
    sieve = Sieve(con, "candidates", rules(rulebook))
    for file in files:
        typed = "scratch.typed_candidates"
        cells = ", ".join(f"{file.cell(column)} AS {column}" for column in COLUMNS)
        con.execute(f"CREATE TABLE {typed} AS SELECT {file.number} AS file_no, line, {cells} FROM {file.table}")
        sieve.judge(typed)
        sieve.judge_repeats(typed, "candidate_id", f"to_json([{', '.join(COLUMNS)}])::VARCHAR")
        con.execute(
            "INSERT INTO intake.candidate SELECT file, line, candidate_id, company_id, company, category_id, status, "
            f"CAST(nullif(withdrawn_on, '') AS DATE) FROM {sieve.accepted(typed)} ORDER BY candidate_id"
        )
    sieve.quarantine(files, "candidate_id")
    sieve.account(files, "intake.candidate")
