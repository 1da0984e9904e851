"""Votes (SPEC 3.4): millions of rows, so nearly all go past the rules (`plain_votes.py`), and nothing is sorted.

Belongs here: the rules of rows. Withdrawn candidates, bursts and repeated votes are
rules of scoring, not of intake.
"""

from collections.abc import Iterable

import duckdb

from orchestration.intake.ddl import LISTED, PACKED, VOTE, enum
from orchestration.intake.headers import Expected
from orchestration.intake.landing import LandedFile, landed
from orchestration.intake.patterns import WORD, is_like, is_row_id, one_of
from orchestration.intake.rules import CONFLICT, DUPLICATE, Rule, Sieve, malformed, moment
from orchestration.intake.times import Clock
from orchestration.rulebook import VOTE_COLUMNS, Rulebook

TYPED = "typed_votes"
SAME = (
    "to_json([voter_key, category_id, candidate_id, coalesce('=' || epoch_us(cast_at_utc)::VARCHAR, cast_at), "
    "channel, ip_hash])::VARCHAR"
)


def expected() -> Expected:
    """Columns of a vote file."""
    return Expected(VOTE_COLUMNS, VOTE_COLUMNS)


def rules(rulebook: Rulebook) -> list[Rule]:
    """Why a vote is set aside, in order. Raises ValueError for a rulebook without a vote."""
    if rulebook.vote is None:
        raise ValueError("the rulebook has no vote section")
    opens, closes = (
        f"TIMESTAMP '{bound.replace(tzinfo=None)}'"
        for bound in (rulebook.vote.window.opens, rulebook.vote.window.closes)
    )
    return [
        malformed("vote_id", f"NOT {is_row_id('vote_id')}", "is not an id"),
        malformed("voter_key", f"NOT {is_row_id('voter_key')}", "is not a keyed hash"),
        malformed("ip_hash", f"NOT {is_row_id('ip_hash')}", "is not a keyed hash"),
        malformed("channel", f"NOT {is_like('channel', WORD)}", "is not a word"),
        malformed("category_id", "category_id = ''", "is empty"),
        malformed("candidate_id", "candidate_id = ''", "is empty"),
        *moment("cast_at"),
        Rule(
            "unknown_category",
            "category_id",
            "is not in the rulebook",
            f"NOT {one_of('category_id', tuple(category.id for category in rulebook.categories))}",
        ),
        Rule("unknown_candidate", "candidate_id", "is not in candidates.csv", "own_category IS NULL"),
        Rule("category_mismatch", "category_id", "is not the candidate's category", "own_category <> category_id"),
        Rule("outside_window", "cast_at", "lies outside the vote", f"cast_at_utc NOT BETWEEN {opens} AND {closes}"),
        DUPLICATE,
        CONFLICT,
    ]


def prepare(con: duckdb.DuckDBPyConnection, files: Iterable[str]) -> None:
    """Make `intake.vote` anew for the votes of these files: files, categories and candidates as ENUM, which a row holds
    as a number. The candidates must be loaded."""
    candidates = con.execute("SELECT category_id, candidate_id FROM intake.candidate").fetchall()
    if candidates:
        listed = dict(zip(LISTED, (files, *zip(*candidates, strict=True)), strict=True))
        enums = {name: f"{enum(texts)} {PACKED}" for name, texts in listed.items()}
        con.execute(f"DROP TABLE intake.vote; {VOTE.format_map(enums)}")


def load(con: duckdb.DuckDBPyConnection, files: list[LandedFile], rulebook: Rulebook, clock: Clock) -> None:
    """Judge the votes that were landed; fill `intake.vote` with them, the quarantine and the accounts."""
    sieve = Sieve(con, "votes", rules(rulebook))
    if careful := landed(con, files):
        rows = " UNION ALL ".join(
            f"SELECT {file.number} AS file_no, line, "
            + ", ".join(f"{file.cell(column)} AS {column}" for column in VOTE_COLUMNS)
            + f" FROM {file.table}"
            for file in careful
        )
        con.execute(
            f"CREATE TEMP VIEW {TYPED} AS SELECT timed.*, candidate.category_id AS own_category "
            f"FROM {clock.with_times(f'({rows})', ('cast_at',))} AS timed "
            "LEFT JOIN intake.candidate AS candidate USING (candidate_id)"
        )
        sieve.judge(TYPED)
        sieve.judge_repeats(TYPED, "vote_id", SAME)
        con.execute(
            "INSERT INTO intake.vote SELECT file, line, vote_id, voter_key, category_id, candidate_id, cast_at_utc, "
            f"channel, ip_hash FROM {sieve.accepted(TYPED)}"
        )
    sieve.quarantine(files, "vote_id")
    sieve.account(files, "intake.vote")
