"""contests.csv (SPEC 3.5b): what entrants contest, test by test, and how it was decided.

Belongs here: the rules of its rows, in the order of the contract; what *stands* is in `intake.contest`. It is read
after the audits, corrections made, for each row is about an accepted test. What follows from a contest is a rule of
scoring.
"""

import duckdb

from orchestration.intake.headers import Expected
from orchestration.intake.landing import LandedFile
from orchestration.intake.patterns import BLANK, is_day, is_like, is_row_id, one_of
from orchestration.intake.rules import CONFLICT, DUPLICATE, Rule, Sieve, known_as, malformed
from orchestration.rulebook import Rulebook

COLUMNS = (
    "contest_id", "candidate_id", "test_id", "opened_on", "ground",
    "decision", "decided_on", "reason",
)  # fmt: skip
GROUNDS = ("wrong_company", "wrong_facts", "service_down", "shopper_conduct", "other")
DECISIONS = ("rejected", "excluded", "corrected")
TYPED = "scratch.typed_contests"
DECIDED = "decision <> ''"
SAME = (
    "to_json([candidate_id, test_id, opened_on, ground, decision, "
    f"CASE WHEN {DECIDED} THEN decided_on END, CASE WHEN {DECIDED} THEN reason END])::VARCHAR"
)
"""All that is read of a row: without a decision its day and reason are not."""

UNKNOWN_TEST = Rule("unknown_test", "test_id", "is not one of the candidate's accepted tests", "")
OUTSIDE = Rule("outside_window", "opened_on", "lies outside the days on which tests may be contested", "")
TWICE = Rule("contested_twice", "test_id", "is contested by another row too: nobody can tell which is meant", "")


def expected() -> Expected:
    """Columns of contests.csv."""
    return Expected(COLUMNS, COLUMNS, prose=frozenset({"reason"}))


def rules() -> list[Rule]:
    """Why a contest is set aside, in the order of SPEC 3.5b; those after the repeats are judged one after the other."""
    return [
        malformed("contest_id", f"NOT {is_row_id('contest_id')}", "is not an id"),
        malformed("candidate_id", "candidate_id = ''", "is empty"),
        malformed("test_id", f"NOT {is_row_id('test_id')}", "is not an id"),
        malformed("opened_on", f"NOT {is_day('opened_on')}", "is not a day like 2025-11-17"),
        malformed("ground", f"NOT {one_of('ground', GROUNDS)}", "is no ground"),
        malformed("decision", f"{DECIDED} AND NOT {one_of('decision', DECISIONS)}", "is no decision"),
        malformed("decided_on", f"{DECIDED} AND NOT {is_day('decided_on')}", "is not a day like 2025-11-17"),
        malformed("decided_on", f"{DECIDED} AND decided_on < opened_on", "lies before opened_on"),
        malformed("reason", f"{DECIDED} AND {is_like('reason', BLANK)}", "is blank although the contest is decided"),
        known_as("candidate_id", "own_category IS NULL", "unknown_candidate", "candidates.csv")[1],
        DUPLICATE,
        CONFLICT,
        UNKNOWN_TEST,
        OUTSIDE,
        TWICE,
    ]


def load(con: duckdb.DuckDBPyConnection, files: list[LandedFile], rulebook: Rulebook) -> None:
    """Fill `intake.contest`, the quarantine and the accounts. Raises ValueError for a rulebook without contests."""
    if rulebook.contest is None:
        raise ValueError("the rulebook lets nobody contest")
    sieve = Sieve(con, "contests", rules())
    for file in files:
        cells = ", ".join(f"{file.cell(column)} AS {column}" for column in COLUMNS)
        con.execute(
            f"CREATE TABLE {TYPED} AS SELECT typed.*, candidate.category_id AS own_category "
            f"FROM (SELECT {file.number} AS file_no, line, {cells} FROM {file.table}) AS typed "
            "LEFT JOIN intake.candidate AS candidate USING (candidate_id)"
        )
        sieve.judge(TYPED)
        sieve.judge_repeats(TYPED, "contest_id", SAME)
        left = f"(SELECT * FROM {TYPED} ANTI JOIN {sieve.rejected} USING (file_no, line))"
        sieve.set_aside(UNKNOWN_TEST, f"{left} AS c ANTI JOIN intake.test USING (test_id, candidate_id)")
        days = f"'{rulebook.contest.opens}' AND '{rulebook.contest.closes}'"
        sieve.set_aside(OUTSIDE, f"{left} AS c WHERE opened_on NOT BETWEEN {days}")
        sieve.set_aside(
            TWICE, f"{left} AS c WHERE test_id IN (SELECT test_id FROM {left} GROUP BY test_id HAVING count(*) > 1)"
        )
        con.execute(
            "INSERT INTO intake.contest SELECT file, line, contest_id, candidate_id, test_id, CAST(opened_on AS DATE), "
            f"ground, nullif(decision, ''), CASE WHEN {DECIDED} THEN CAST(decided_on AS DATE) END, "
            f"CASE WHEN {DECIDED} THEN reason END FROM {sieve.accepted(TYPED)} ORDER BY contest_id"
        )
    sieve.quarantine(files, "contest_id")
    sieve.account(files, "intake.contest")
