"""What entrants contested (SPEC 3.5b): which contests stand, and how they were decided.

Belongs here: reading `contests.csv` against the accepted tests. Does not belong here: what an excluded test is worth
(`audits`), and whether anything is left undecided, which a check tells and the recount does not judge.
"""

from collections import Counter
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

import polars as pl

from orchestration.recount.audits import Tests
from orchestration.recount.candidates import Candidate
from orchestration.recount.deposits import Deposits
from orchestration.recount.readers import Row, read_table
from orchestration.recount.rows import ROW_ID, Cells, FileAccount, account, is_blank, settle_repeats
from orchestration.recount.rules import Rules

COLUMNS = ("contest_id", "candidate_id", "test_id", "opened_on", "ground", "decision", "decided_on", "reason")
GROUNDS = ("wrong_company", "wrong_facts", "service_down", "shopper_conduct", "other")
DECISIONS = ("", "rejected", "excluded", "corrected")
ONE_LINE = COLUMNS[:-1]
"""Columns whose cells span no lines; a reason may."""


@dataclass
class Contest:
    """One contest as read; days as they are written. `decision` and `decided_on` are None while it is open."""

    file: str
    line: int
    key: str
    known: tuple[Hashable, ...]
    reason: str | None
    candidate_id: str
    test_id: str
    opened_on: str
    ground: str
    decision: str | None
    decided_on: str | None


def read_contests(
    deposits: Deposits, rules: Rules, candidates: Mapping[str, Candidate], tests: Tests
) -> tuple[list[Contest], list[FileAccount]]:
    """The contests that stand and the account of the file. `tests` are the accepted ones, corrections made.

    Without `contest` in the rulebook the file is not read; with it, no file is no contest.
    """
    paths = deposits.of("contests")
    if rules.contest is None or not paths:
        return [], []
    path = paths[0]
    table = read_table(deposits.file(path), path, COLUMNS, ONE_LINE)
    contests = [_read(path, line, row, rules, candidates=candidates) for line, row in table.rows]
    settle_repeats(contests)
    _settle_tests(contests, rules.contest[0].isoformat(), rules.contest[1].isoformat(), tests)
    reasons = [contest.reason for contest in contests]
    standing = [contest for contest in contests if contest.reason is None]
    return standing, [account(path, "contests", reasons, len(table.unreadable))]


def _read(path: str, line: int, row: Row, rules: Rules, candidates: Mapping[str, Candidate]) -> Contest:
    cells = Cells(row)
    contest_id = cells.text("contest_id", ROW_ID)
    test_id = cells.text("test_id", ROW_ID)
    opened_on = cells.day("opened_on")
    ground = cells.one_of("ground", GROUNDS, "malformed_value")
    decision = cells.one_of("decision", DECISIONS, "malformed_value")
    decided_on = None
    if decision:  # without one, neither the day nor the reason is read
        decided_on = cells.day("decided_on")
        cells.known.append(row["reason"])
        if decided_on < opened_on or is_blank(row["reason"]):
            cells.wrong("malformed_value")
    candidate_id = cells.one_of("candidate_id", candidates, "unknown_candidate")  # last: what is malformed comes first
    return Contest(
        file=path,
        line=line,
        key=contest_id or row["contest_id"],
        known=tuple(cells.known),
        reason=cells.reason,
        candidate_id=candidate_id,
        test_id=test_id,
        opened_on=opened_on,
        ground=ground,
        decision=decision or None,
        decided_on=decided_on,
    )


def _settle_tests(contests: Collection[Contest], opens: str, closes: str, tests: Tests) -> None:
    """Set aside what is not about a test of the candidate's own, then what is early or late, then what is doubled.

    Days written as 2025-11-17 compare as texts.
    """
    named = pl.Series([contest.test_id for contest in contests], dtype=pl.String).implode()
    own = {
        pair
        for accepted in tests.values()
        for pair in accepted.filter(pl.col("test_id").is_in(named)).select("test_id", "candidate_id").iter_rows()
    }
    for contest in contests:
        if contest.reason is None and (contest.test_id, contest.candidate_id) not in own:
            contest.reason = "unknown_test"
        elif contest.reason is None and not opens <= contest.opened_on <= closes:
            contest.reason = "outside_window"
    remaining = Counter(contest.test_id for contest in contests if contest.reason is None)
    for contest in contests:
        if contest.reason is None and remaining[contest.test_id] > 1:
            contest.reason = "contested_twice"
