"""The tests of the mystery shoppers (SPEC 3.2, 5).

Belongs here: reading the audit files, which tests are accepted, which count and the mark of each. Does not belong
here: contests (`contests`), channel and audit marks (`finals`), journeys (`journeys`).
"""

from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from datetime import datetime

from orchestration.recount import marks, moments
from orchestration.recount.candidates import Candidate
from orchestration.recount.corrections import Corrections
from orchestration.recount.deposits import Deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.grids import Channel, Criterion
from orchestration.recount.readers import Row, Table, check_header, read_table
from orchestration.recount.rows import ROW_ID, WORD, Cells, FileAccount, account, settle_repeats
from orchestration.recount.rules import Rules

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
FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")
"""What the shopper had to do, 0 or 1 each."""
OPTIONAL = ("evidence_sha256", "rechecks", "site", "city", "persona", "operator", "journey_id", "step", *FACTS)
LAST_STEP = 999
SCENARIOS = ("before_sale", "sale", "after_sale")
OUTCOMES = ("completed", "unanswered", "aborted")
NOT_APPLICABLE = ("", "NA")

Progress = Callable[[str, int, int], None]


@dataclass
class Test:
    """One test as read.

    `ratings` and `values` follow the grid of its channel: the points of each criterion, None where it does not apply,
    and the number measured in thousandths, None where nothing was. `facts` follow FACTS. What a deposit left empty is
    None. `in_conflict`, `contested` (excluded by a contest), `exclusion` and `mark` are set by `judge_tests`.
    """

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
    city: str | None
    site: str | None
    persona: str | None
    operator: str | None
    journey_id: str | None
    step: int | None
    facts: tuple[int | None, ...]
    shopper_id: str
    started_at: datetime | None
    ended_at: datetime | None
    outcome: str
    rechecks: str
    ratings: tuple[int | None, ...]
    values: tuple[int | None, ...]
    in_conflict: bool = False
    contested: bool = False
    exclusion: str | None = None
    mark: int | None = None

    @property
    def carried_out(self) -> bool:
        """Whether the test was carried out (SPEC 3.6), whatever became of its candidate."""
        return self.outcome != "aborted" and not (self.rechecks or self.in_conflict or self.contested)


def read_tests(
    deposits: Deposits,
    rules: Rules,
    candidates: Mapping[str, Candidate],
    corrections: Corrections,
    progress: Progress,
) -> tuple[list[Test], list[FileAccount]]:
    """All accepted tests, not yet judged, and the account of each audit file."""
    by_file: dict[str, list[Test]] = {}
    unreadable: dict[str, int] = {}
    paths = deposits.of("audits")
    criteria = {criterion.criterion_id for channel in rules.channels.values() for criterion in channel.grid}
    for number, path in enumerate(paths, start=1):
        table = read_table(deposits.file(path), path, COLUMNS, {*COLUMNS, *OPTIONAL, *criteria}, FACTS)
        corrections.apply(table)
        channel = _channel_of(table, rules)
        by_file[path] = [_read(path, line, row, channel, rules, candidates) for line, row in table.rows]
        unreadable[path] = len(table.unreadable)
        progress("audits", number, len(paths))
    tests = [test for rows in by_file.values() for test in rows]
    settle_repeats(tests)
    accounts = [
        account(path, "audits", [test.reason for test in rows], unreadable[path]) for path, rows in by_file.items()
    ]
    return [test for test in tests if test.reason is None], accounts


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
    site, city = cells.name("site"), cells.name("city")
    persona = cells.text("persona", WORD, optional=True) or None
    operator = cells.name("operator")
    journey_id = cells.text("journey_id", ROW_ID, optional=True) or None
    step = cells.whole("step", 1, LAST_STEP)
    facts = tuple(cells.whole(fact, 0, 1) for fact in FACTS)
    grid = channel.grid if channel else ()
    rated = [_rated(cells, criterion) for criterion in grid]
    ratings, values = tuple(rating for rating, _ in rated), tuple(value for _, value in rated)
    if step is not None and journey_id is None:
        cells.wrong("malformed_value")
    for moment in (started_at, ended_at):
        local = moments.local_day(moment, rules.zone) if moment else rules.start
        if local is None or not rules.start <= local <= rules.end:
            cells.wrong("outside_window")
    if started_at and ended_at and ended_at < started_at:
        cells.wrong("impossible_times")
    if outcome == "completed" and not any(
        rating is not None and criterion.weight * criterion.best
        for criterion, rating in zip(grid, ratings, strict=True)
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
        city=city,
        site=site,
        persona=persona,
        operator=operator,
        journey_id=journey_id,
        step=step,
        facts=facts,
        shopper_id=shopper_id,
        started_at=started_at,
        ended_at=ended_at,
        outcome=outcome,
        rechecks=rechecks,
        ratings=ratings,
        values=values,
    )


def _rated(cells: Cells, criterion: Criterion) -> tuple[int | None, int | None]:
    """The rating of one criterion and, if it is measured, the value that it was made from."""
    if not criterion.bands:
        return cells.whole(criterion.criterion_id, 0, criterion.best, NOT_APPLICABLE), None
    value = cells.measure(criterion.criterion_id, NOT_APPLICABLE)
    return None if value is None else criterion.points(value), value


def judge_tests(
    tests: Collection[Test], rules: Rules, candidates: Mapping[str, Candidate], contested: Collection[str]
) -> None:
    """Say of each accepted test whether it counts and what its mark is. `contested` are the ids excluded by contest."""
    for test in tests:
        candidate, channel = candidates[test.candidate_id], rules.channels[test.channel]
        test.in_conflict = (test.shopper_id, candidate.company_id) in rules.conflicts
        test.contested = test.key in contested
        test.exclusion = _exclusion(test, candidate, channel)
        test.mark = _mark(test, channel)


def _exclusion(test: Test, candidate: Candidate, channel: Channel) -> str | None:
    """Why an accepted test enters no mark, the first of the reasons that hold; None if it counts."""
    reasons = {
        "withdrawn": not candidate.entered,
        "conflict": test.in_conflict,
        "recheck": bool(test.rechecks),
        "contested": test.contested,
        "aborted": test.outcome == "aborted",
        "unanswered": test.outcome == "unanswered" and channel.unanswered == "exclude",
    }
    return next((reason for reason, holds in reasons.items() if holds), None)


def _mark(test: Test, channel: Channel) -> int | None:
    """The mark of a test by its outcome, whether it counts or not."""
    if test.outcome == "completed":
        applying = zip(channel.grid, test.ratings, strict=True)
        return marks.mark_of_test((line.weight, rating, line.best) for line, rating in applying if rating is not None)
    return 0 if test.outcome == "unanswered" and channel.unanswered == "zero" else None
