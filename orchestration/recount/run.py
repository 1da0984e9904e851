"""One recount, start to finish: deposits in, the results of SPEC 8 and the account of every row out."""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import polars as pl

from orchestration.recount.audits import Tests, read_tests
from orchestration.recount.candidates import read_candidates
from orchestration.recount.contests import Contest, read_contests
from orchestration.recount.corrections import read_corrections
from orchestration.recount.deposits import Deposits, current_deposits
from orchestration.recount.errors import CannotRecount
from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.judging import judge_tests
from orchestration.recount.plainfile import plain_bytes
from orchestration.recount.respondents import Residual, check_weights, uneven_weights, weighed
from orchestration.recount.rows import FileAccount
from orchestration.recount.rules import read_rules
from orchestration.recount.survey import NO_SURVEY, read_responses, read_targets
from orchestration.recount.tables import build_tables
from orchestration.recount.votes import VoteCount, count_votes
from orchestration.recount.yamltext import LARGEST

SOURCES = {"audit": ("audits",), "survey": ("survey", "targets"), "vote": ("votes",)}

Progress = Callable[[str, int, int], None]
"""Told what is being read ("audits", "survey", "votes"), how far, and of how much."""


@dataclass(frozen=True)
class Recount:
    """What the recount found.

    `tables` holds the rows of each table of SPEC 8 by name, cells as str, int, bool or None (what is not here is
    `comparison.VOUCHED_ELSEWHERE`); `files` the account of each file read; `used` the number of accepted rows by
    (source, file, "counted" or "excluded", reason or None); `residuals` what the raking weights make of each margin,
    `uneven` the respondents whose weight is not their profile's, with the one that it is.
    """

    edition: str
    tables: Mapping[str, Sequence[Row]]
    files: tuple[FileAccount, ...]
    used: Mapping[tuple[str, str, str, str | None], int]
    residuals: tuple[Residual, ...]
    uneven: Mapping[str, int]

    @property
    def cells(self) -> Mapping[str, int]:
        """How many values each table has."""
        return {name: len(rows) * len(rows[0]) if rows else 0 for name, rows in self.tables.items()}


def recount(
    edition_dir: Path,
    survey_weights: Mapping[str, int] | None = None,
    progress: Progress | None = None,
    *,
    entered: Collection[str] = (),
) -> Recount:
    """Compute an edition again from its deposits.

    `survey_weights` are the stored raking weights by respondent, in millionths; they are needed if the rulebook rakes.
    `entered`: candidates that are counted as if they had not withdrawn (what their withdrawal changed).
    Raises CannotRecount, with every problem found at that point, if the deposits cannot be read as they stand.
    """
    report = progress or (lambda what, done, total: None)
    deposits = current_deposits(edition_dir)
    rulebook = _rulebook(deposits)
    rules = read_rules(rulebook)
    corrected = deposits.of("corrections")
    corrections = read_corrections(deposits.file(corrected[0]) if corrected else None)
    candidates, candidate_file = read_candidates(deposits, rules, corrections)
    for key in entered:
        candidates[key].entered = True
    tests: Tests = {}
    survey = NO_SURVEY
    respondents = survey.respondents.with_columns(weight=pl.lit(None, pl.Int64))
    residuals: list[Residual] = []
    uneven: Mapping[str, int] = {}
    files = [candidate_file]
    votes = VoteCount({}, {}, {}, ())
    if "audit" in rules.components:
        tests, accounts = read_tests(deposits, rules, candidates, corrections, progress=report)
        files += accounts
    contests, accounts = read_contests(deposits, rules, candidates, tests)
    files += accounts
    tests = judge_tests(
        tests, rules, candidates, {contest.test_id for contest in contests if contest.decision == "excluded"}
    )
    if rules.survey is not None:
        targets = read_targets(deposits, rules.survey, corrections)
        survey, accounts = read_responses(
            deposits, rules, rules.survey, targets, candidates=candidates, corrections=corrections, progress=report
        )
        files += accounts
        respondents = weighed(survey, survey_weights, rules.survey)
        residuals = check_weights(respondents, survey, rules.survey, targets)
        uneven = uneven_weights(respondents, rules.survey)
    if rules.vote is not None:
        votes = count_votes(deposits, rules, rules.vote, candidates, corrections=corrections, progress=report)
        files += votes.accounts
    unused = {source for name, sources in SOURCES.items() if name not in rules.components for source in sources}
    corrections.check({path for source in unused for path in deposits.of(source)})
    evidence = Evidence(
        rules=rules,
        rulebook_sha256=sha256(plain_bytes(rulebook, LARGEST)).hexdigest(),
        candidates=candidates,
        tests=tests,
        contests=contests,
        responses=survey.responses,
        respondents=respondents,
        votes=votes.counted,
    )
    return Recount(
        edition=rules.edition,
        tables=build_tables(evidence),
        files=tuple(files),
        used=_used(tests, contests, survey.responses, votes),
        residuals=tuple(residuals),
        uneven=uneven,
    )


def _rulebook(deposits: Deposits) -> Path:
    paths = deposits.of("rulebook")
    if not paths:
        raise CannotRecount("rulebook.yml: not deposited")
    return deposits.file(paths[0])


def _used(
    tests: Tests, contests: list[Contest], responses: pl.DataFrame, votes: VoteCount
) -> dict[tuple[str, str, str, str | None], int]:
    """Accepted rows by source, file, whether they are counted, and the reason if they are not."""
    used: Counter[tuple[str, str, str, str | None]] = Counter()
    for source, frames in (("audits", list(tests.values())), ("survey", [responses])):
        for frame in frames:
            for file, exclusion, rows in frame.group_by("file", "exclusion").len().iter_rows():
                used[source, file, "excluded" if exclusion else "counted", exclusion] += rows
    for contest in contests:
        used["contests", contest.file, "counted", None] += 1
    for file, number in votes.counted_by_file.items():
        used["votes", file, "counted", None] = number
    for (file, reason), number in votes.excluded.items():
        used["votes", file, "excluded", reason] = number
    return dict(used)
