"""The tests of the mystery shoppers (SPEC 3.2, 5).

Belongs here: reading the audit files, which tests are accepted, which count and the mark of each. Does not belong
here: channel and audit marks (`tables`).
"""

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestration.recount import marks, moments
from orchestration.recount.candidates import Candidate
from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.readers import Row, Table, check_header, read_table
from orchestration.recount.rows import ROW_ID, WORD, Cells, FileAccount, account, settle_repeats
from orchestration.recount.rules import Channel, Rules

COLUMNS = (
    "test_id",
    "candidate_id",
    "channel",
    "scenario",
    "language",
    "shopper_id",
    "started_at",
    "ended_at",
    "outcome",
)
OPTIONAL = ("evidence_sha256", "rechecks")
SCENARIOS = ("before_sale", "sale", "after_sale")
OUTCOMES = ("completed", "unanswered", "aborted")
NOT_APPLICABLE = ("", "NA")

Progress = Callable[[str, int, int], None]


@dataclass
class Test:
    """One test as read. `ratings` follows the grid of its channel, None where a criterion does not apply."""

    file: str
    line: int
    key: str
    known: tuple[Hashable, ...]
    reason: str | None
    candidate_id: str
    field_firm: str
    channel: str
    scenario: str
    language: str
    shopper_id: str
    started_at: datetime | None
    outcome: str
    rechecks: str
    ratings: tuple[int | None, ...]
    exclusion: str | None = None
    mark: int | None = None


def read_tests(
    deposits: Deposits,
    rules: Rules,
    candidates: Mapping[str, Candidate],
    corrections: Corrections,
    progress: Progress,
) -> tuple[list[Test], list[FileAccount]]:
    """All accepted tests, judged and marked, and the account of each audit file."""
    found: dict[str, list[Test]] = {}
    unreadable: dict[str, int] = {}
    paths = deposits.of("audits")
    criteria = {criterion.criterion_id for channel in rules.channels.values() for criterion in channel.grid}
    for number, path in enumerate(paths, start=1):
        table = read_table(deposits.file(path), path, COLUMNS, {*COLUMNS, *OPTIONAL, *criteria}, ())
        corrections.apply(table)
        channel = _channel_of(table, rules)
        found[path] = [_read(path, line, row, channel, rules, candidates) for line, row in table.rows]
        unreadable[path] = len(table.unreadable)
        progress("audits", number, len(paths))
    every = [test for tests in found.values() for test in tests]
    settle_repeats(every)
    accounts = [
        account(path, "audits", [test.reason for test in tests], unreadable[path]) for path, tests in found.items()
    ]
    accepted = [test for test in every if test.reason is None]
    for test in accepted:
        test.exclusion = _exclusion(test, rules, candidates[test.candidate_id])
        test.mark = _mark(test, rules.channels[test.channel])
    return accepted, accounts


def _channel_of(table: Table, rules: Rules) -> Channel | None:
    """The one channel that a file is about; None if no row names a channel of the rulebook."""
    named = sorted({row["channel"] for _, row in table.rows} & set(rules.channels))
    if len(named) > 1:
        raise CannotRecount(f"{table.path}: holds several channels ({', '.join(named)}); deposit one channel to a file")
    if not named:
        return None
    channel = rules.channels[named[0]]
    check_header(table.path, table.header, [criterion.criterion_id for criterion in channel.grid])
    return channel


def _read(
    path: str, line: int, row: Row, channel: Channel | None, rules: Rules, candidates: Mapping[str, Candidate]
) -> Test:
    firm = path.split("/")[1]
    cells = Cells(row, rules.zone)
    cells.known.append(firm)
    test_id = cells.text("test_id", ROW_ID)
    candidate_id = cells.one_of("candidate_id", candidates, "unknown_candidate")
    channel_id = cells.one_of("channel", rules.channels, "unknown_channel")
    scenario = cells.one_of("scenario", SCENARIOS, "malformed_value")
    language = cells.text("language", WORD)
    shopper_id = cells.text("shopper_id", ROW_ID)
    outcome = cells.one_of("outcome", OUTCOMES, "malformed_value")
    started_at = cells.moment("started_at")
    ended_at = cells.moment("ended_at", optional=outcome != "completed")
    cells.text("evidence_sha256", r"[0-9A-Fa-f]{64}", optional=True)
    rechecks = cells.text("rechecks", ROW_ID, optional=True)
    grid = channel.grid if channel else ()
    ratings = tuple(cells.whole(line.criterion_id, 0, line.best, NOT_APPLICABLE) for line in grid)
    for moment in (started_at, ended_at):
        local = moments.local_day(moment, rules.zone) if moment else rules.start
        if local is None or not rules.start <= local <= rules.end:
            cells.wrong("outside_window")
    if started_at and ended_at and ended_at < started_at:
        cells.wrong("impossible_times")
    if outcome == "completed" and not any(
        rating is not None and line.weight * line.best for line, rating in zip(grid, ratings, strict=True)
    ):
        cells.wrong("no_applicable_criterion")
    return Test(
        file=path,
        line=line,
        key=test_id or row["test_id"],
        known=tuple(cells.known),
        reason=cells.reason,
        candidate_id=candidate_id,
        field_firm=firm,
        channel=channel_id,
        scenario=scenario,
        language=language,
        shopper_id=shopper_id,
        started_at=started_at,
        outcome=outcome,
        rechecks=rechecks,
        ratings=ratings,
    )


def _exclusion(test: Test, rules: Rules, candidate: Candidate) -> str | None:
    """Why an accepted test enters no mark, the first of the reasons that hold; None if it counts."""
    if not candidate.entered:
        return "withdrawn"
    if (test.shopper_id, candidate.company_id) in rules.conflicts:
        return "conflict"
    if test.rechecks:
        return "recheck"
    if test.outcome == "aborted":
        return "aborted"
    if test.outcome == "unanswered" and rules.channels[test.channel].unanswered == "exclude":
        return "unanswered"
    return None


def _mark(test: Test, channel: Channel) -> int | None:
    """The mark of a test by its outcome, whether it counts or not."""
    if test.outcome == "completed":
        applying = zip(channel.grid, test.ratings, strict=True)
        return marks.mark_of_test((line.weight, rating, line.best) for line, rating in applying if rating is not None)
    return 0 if test.outcome == "unanswered" and channel.unanswered == "zero" else None
