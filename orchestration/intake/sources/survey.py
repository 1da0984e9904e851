"""The survey (SPEC 3.3): responses and profiles.

Belongs here: the rules of rows. Which of several responses counts is a rule of scoring; weights are made in
`weights.py`.
"""

import duckdb

from orchestration.intake.headers import Expected
from orchestration.intake.landing import LandedFile, landed
from orchestration.intake.patterns import is_row_id
from orchestration.intake.rules import Rule, Sieve, known_as, malformed, moment, whole
from orchestration.intake.scratch import unpacked
from orchestration.intake.times import Clock
from orchestration.rulebook import SURVEY_COLUMNS, Rulebook
from orchestration.storage import literal

REQUIRED = ("respondent_id", "candidate_id", "answered_at", "satisfaction", "recommendation", "effort")
ANSWERS = {"satisfaction": (0, 10), "recommendation": (0, 10), "effort": (1, 7)}
FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")
MAX_CONTACTS = 32_767
"""As many as the column's type holds; nobody ever needed a hundred."""

BOUNDS = {**ANSWERS, "contacts": (0, MAX_CONTACTS), **dict.fromkeys(FACTS, (0, 1))}
"""The columns of whole numbers, as they stand in `intake.response`."""

TYPED = "scratch.typed_survey"
CONTRADICTION = Rule("contradictory_profile", None, "the respondent has another profile in another response", "")


def variables(rulebook: Rulebook) -> tuple[str, ...]:
    """The profile columns: those that the rulebook rakes on."""
    raking = rulebook.survey.raking if rulebook.survey else None
    return raking.variables if raking else ()


def expected(rulebook: Rulebook) -> Expected:
    """Columns of a file of responses."""
    profile = variables(rulebook)
    return Expected((*SURVEY_COLUMNS, *profile), (*REQUIRED, *profile), frozenset(FACTS))


def rules(rulebook: Rulebook, clock: Clock) -> list[Rule]:
    """Why a response is set aside, in order. Profile values are those of `intake.target`.

    Raises ValueError for a rulebook without a survey.
    """
    if rulebook.survey is None:
        raise ValueError("the rulebook has no survey section")
    window = rulebook.survey.window
    days = f"DATE '{window.start}' AND DATE '{window.end}'"
    numbers = [whole(name, low, high) for name, (low, high) in BOUNDS.items()]
    profile = [
        Rule(
            "unknown_profile_value",
            name,
            "is no value of targets.csv",
            f"profile[{place}] NOT IN (SELECT value FROM intake.target WHERE variable = {literal(name)})",
        )
        for place, name in enumerate(variables(rulebook), start=1)
    ]
    return [
        malformed("respondent_id", f"NOT {is_row_id('respondent_id')}", "is not an id"),
        *known_as("candidate_id", "own_category IS NULL", "unknown_candidate", "candidates.csv"),
        *moment("answered_at"),
        *numbers,
        Rule("no_answer", None, "none of the three questions is answered", f"{' || '.join(ANSWERS)} = ''"),
        Rule(
            "outside_window",
            "answered_at",
            "lies outside the survey",
            f"{clock.local_day('answered_at_utc')} NOT BETWEEN {days}",
        ),
        *profile,
        CONTRADICTION,
    ]


def load(con: duckdb.DuckDBPyConnection, files: list[LandedFile], rulebook: Rulebook, clock: Clock) -> None:
    """Fill `intake.response`, `intake.profile`, the quarantine and the accounts."""
    sieve = Sieve(con, "survey", rules(rulebook, clock))
    names = variables(rulebook)
    if careful := landed(con, files):
        rows = " UNION ALL ".join(
            f"SELECT {file.number} AS file_no, line, "
            + ", ".join(f"{file.cell(column)} AS {column}" for column in SURVEY_COLUMNS)
            + f", CAST([{', '.join(file.cell(name) for name in names)}] AS VARCHAR[]) AS profile FROM {file.table}"
            for file in careful
        )
        with unpacked(con):
            con.execute(
                f"CREATE TABLE {TYPED} AS SELECT timed.*, candidate.category_id AS own_category "
                f"FROM {clock.with_times(f'({rows})', ('answered_at',))} AS timed "
                "LEFT JOIN intake.candidate AS candidate USING (candidate_id)"
            )
        sieve.judge(TYPED)
        sieve.add(
            f"WITH sound AS (SELECT * FROM {TYPED} ANTI JOIN {sieve.rejected} USING (file_no, line)) "
            f"SELECT file_no, line, {sieve.rules.index(CONTRADICTION)} FROM sound WHERE respondent_id IN "
            "(SELECT respondent_id FROM sound GROUP BY respondent_id HAVING min(profile) <> max(profile))"
        )
        numbers = ", ".join(f"CAST(nullif({name}, '') AS SMALLINT)" for name in BOUNDS)
        con.execute(
            f"INSERT INTO intake.response SELECT file, line, respondent_id, candidate_id, answered_at_utc, {numbers} "
            f"FROM {sieve.accepted(TYPED)} ORDER BY file, line"
        )
        if names:
            con.execute(
                "INSERT INTO intake.profile SELECT DISTINCT respondent_id, unnest(?::VARCHAR[]) AS variable, "
                f"unnest(profile) AS value FROM {sieve.accepted(TYPED)} ORDER BY respondent_id, variable",
                [list(names)],
            )
    sieve.quarantine(files, "respondent_id")
    sieve.account(files, "intake.response")
