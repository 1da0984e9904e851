"""What entrants contested and how the organiser decided: `contests.csv`, and the corrections that follow.

Belongs here: which tests are contested, on what ground, with what ending. One test in 25 is contested, none that
gave nearly all its points; one in a hundred changes. A contest that is upheld takes a test away only where completion
bears it, and none is upheld where a tie is built on purpose.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from orchestration.sample.audits import MysteryTest, conflicts
from orchestration.sample.ballots import TIE_ROLES
from orchestration.sample.plan import Candidate, Plan
from orchestration.sample.tables import csv_bytes

COLUMNS = ("contest_id", "candidate_id", "test_id", "opened_on", "ground", "decision", "decided_on", "reason")
CONTESTED = 40
"""Per mille of a candidate’s tests."""
CONTENT = 85
"""Nobody contests a test that gave so many per cent of its points."""

EXCLUDED = (
    ("wrong_company", "L’enregistrement montre que l’appel est arrivé chez un homonyme\u202f; le test est retiré."),
    ("service_down", "Panne de l’opérateur attestée ce jour-là\u202f; le test est retiré."),
    ("shopper_conduct", "L’enquêteur s’est fait connaître pendant l’échange\u202f; le test est retiré."),
)
CORRECTED = ("wrong_facts", "La pièce jointe au test montre l’inverse de ce qui est noté\u202f; la note est corrigée.")
REJECTED = (
    ("wrong_facts", "L'enregistrement confirme la note."),
    ("service_down", "Aucune panne n’est attestée à cette heure\u202f: ligne et site répondaient."),
    ("shopper_conduct", "L’écoute ne montre aucun manquement de l’enquêteur."),
    ("other", "Le règlement ne prévoit pas ce motif\u202f; le test est conforme au scénario."),
)


@dataclass(frozen=True)
class Contest:
    """One row of the file; a corrected one has the cell, what stands in it, and what should."""

    test: MysteryTest
    ground: str
    decision: str
    opened: date
    decided: date
    reason: str
    cell: tuple[str, str, str] | None = None

    @property
    def contest_id(self) -> str:
        """Named after its test, as `palmares contest` does: it tells nobody how many there are."""
        return f"K-{self.test.test_id}"

    @property
    def row(self) -> dict[str, str]:
        """The cells of COLUMNS."""
        return {
            "contest_id": self.contest_id,
            "candidate_id": self.test.candidate.candidate_id,
            "test_id": self.test.test_id,
            "opened_on": self.opened.isoformat(),
            "ground": self.ground,
            "decision": self.decision,
            "decided_on": self.decided.isoformat(),
            "reason": self.reason,
        }


def contests(plan: Plan, tests: Mapping[str, Sequence[MysteryTest]], spoken_for: set[str]) -> list[Contest]:
    """All contests, in the order of their day and id; none of the tests that are `spoken_for`."""
    of: dict[int, list[MysteryTest]] = {candidate.place: [] for candidate in plan.candidates}
    for test in (test for firm in sorted(tests) for test in tests[firm]):
        of[test.candidate.place].append(test)
    contested: list[Contest] = []
    for candidate in plan.candidates:
        contested.extend(_of_candidate(plan, candidate, of[candidate.place], spoken_for))
    return sorted(contested, key=lambda contest: (contest.opened, contest.contest_id))


def _of_candidate(
    plan: Plan, candidate: Candidate, tests: Sequence[MysteryTest], spoken_for: set[str]
) -> Iterator[Contest]:
    """4 % of its tests: one excluded and one corrected where both can be, the others rejected."""
    broken = conflicts(plan)[0]
    open_to = [
        test
        for test in tests
        if test.test_id not in spoken_for
        and not test.rechecks
        and test.sheet.outcome != "aborted"
        and _points(test) < CONTENT
        and (test.shopper != broken.shopper or test.candidate is not broken.candidate)
    ]
    order = sorted(open_to, key=lambda test: (plan.draws.word("contested", *test.key), test.test_id))
    number = (len(tests) * CONTESTED + 500) // 1000
    chosen, others = order[:number], order[number:]
    if candidate.entered and candidate.category.role not in TIE_ROLES:
        calls = [test for test in (*chosen, *others) if test.channel is plan.channels[0]]
        cells = [test for test in (*chosen, *others) if test not in calls[:1] and _mistaken(test)]
        if calls:
            yield _excluded(plan, calls[0])
        if cells:
            yield _corrected(plan, cells[0])
        chosen = [test for test in order if test not in (*calls[:1], *cells[:1])][: number - 2]
    for test in chosen:
        ground, reason = REJECTED[plan.draws.pick((45, 25, 15, 15), "rejected", *test.key)]
        yield _contest(plan, test, ground, decision="rejected", reason=reason)


def _points(test: MysteryTest) -> int:
    """Per cent of the points that the test gave."""
    given = best = 0
    for criterion, rating in zip(test.channel.grid, test.sheet.ratings, strict=False):
        if rating is not None:
            given += criterion.weight * rating
            best += criterion.weight * criterion.max
    return 100 * given // best if best else 0


def _mistaken(test: MysteryTest) -> list[tuple[str, int]]:
    """The criteria of the test that could have been rated one point too low, with their rating."""
    return [
        (criterion.criterion_id, rating)
        for criterion, rating in zip(test.channel.grid, test.sheet.ratings, strict=False)
        if rating is not None and rating < criterion.max and criterion.measured is None
    ]


def _excluded(plan: Plan, test: MysteryTest) -> Contest:
    ground, reason = EXCLUDED[plan.draws.below(len(EXCLUDED), "excluded", *test.key)]
    return _contest(plan, test, ground, decision="excluded", reason=reason)


def _corrected(plan: Plan, test: MysteryTest) -> Contest:
    criteria = _mistaken(test)
    name, rating = criteria[plan.draws.below(len(criteria), "corrected", *test.key)]
    return _contest(
        plan,
        test,
        ground=CORRECTED[0],
        decision="corrected",
        reason=CORRECTED[1],
        cell=(name, str(rating), str(rating + 1)),
    )


def _contest(
    plan: Plan, test: MysteryTest, ground: str, decision: str, reason: str, cell: tuple[str, str, str] | None = None
) -> Contest:
    first, last = plan.contest_window
    opened = first + timedelta(days=plan.draws.below((last - first).days + 1, "opened", *test.key))
    decided = opened + timedelta(days=1 + plan.draws.below(5, "decided", *test.key))
    return Contest(test, ground, decision, opened, decided=decided, reason=reason, cell=cell)


def contests_csv(contested: Sequence[Contest]) -> bytes:
    """SPEC 3.5b."""
    return csv_bytes(COLUMNS, [contest.row for contest in contested])


def corrections(contested: Sequence[Contest], file_of: Mapping[str, str], first: int, by: str) -> list[dict[str, Any]]:
    """The corrections that bear a contest, numbered from `first`; `file_of` says where a test stands."""
    corrected = [(contest, *contest.cell) for contest in contested if contest.cell is not None]
    return [
        {
            "id": f"COR-{number:03d}",
            "file": file_of[contest.test.test_id],
            "key": contest.test.test_id,
            "column": column,
            "expect": expect,
            "value": value,
            "reason": contest.reason,
            "by": by,
            "on": contest.decided.isoformat(),
            "contest": contest.contest_id,
        }
        for number, (contest, column, expect, value) in enumerate(corrected, first)
    ]
