"""One candidate's tests as facts: what its statement says, and all that it says.

Belongs here: the shapes, and reading them from a warehouse of tests (`intake.tests_now`). A rival would look here for a
number of somebody else: there is none, and nothing from which one follows. No shopper, no field firm's file or line, no
mark and no rank either: those wait for the signature.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from orchestration.entrants.say import say
from orchestration.errors import InputError
from orchestration.rulebook import Criterion, Rulebook
from orchestration.units import thousandths_text

if TYPE_CHECKING:
    import duckdb

FACTS = ("repeated", "redirected", "travelled", "contradicted", "resolved")


@dataclass(frozen=True)
class CriterionCell:
    """What one criterion of a test got. `rating` None: not applicable; `value`: what was measured, in its unit."""

    criterion: Criterion
    rating: int | None
    value: str | None


@dataclass(frozen=True)
class ContestOfTest:
    """The contest of a test that stands."""

    contest_id: str
    opened_on: str
    ground: str
    decision: str | None
    decided_on: str | None


@dataclass(frozen=True)
class TestOfStatement:
    """One accepted test. Times are ISO 8601 in UTC; `rechecks` names a test of the same candidate, or nothing."""

    test_id: str
    channel: str
    scenario: str
    language: str
    site: str | None
    city: str | None
    persona: str | None
    operator: str | None
    journey_id: str | None
    step: int | None
    started_at: str
    ended_at: str | None
    outcome: str
    rechecks: str | None
    facts: dict[str, int | None]
    criteria: tuple[CriterionCell, ...]
    contest: ContestOfTest | None


@dataclass(frozen=True)
class Statement:
    """All accepted tests of one candidate, by channel in the rulebook's order, then by time."""

    rulebook: Rulebook
    candidate_id: str
    company: str
    category_id: str
    custody_head: str
    received_at: str
    tests: tuple[TestOfStatement, ...]


_TESTS = f"""
    SELECT t.test_id, t.channel, t.scenario, t.language, t.site, t.city, t.persona, t.operator, t.journey_id, t.step,
        t.started_at, t.ended_at, t.outcome, own.test_id, {", ".join(f"t.{fact}" for fact in FACTS)},
        k.contest_id, CAST(k.opened_on AS VARCHAR), k.ground, k.decision, CAST(k.decided_on AS VARCHAR)
    FROM intake.test AS t
    LEFT JOIN intake.test AS own ON own.test_id = t.rechecks AND own.candidate_id = t.candidate_id
    LEFT JOIN intake.contest AS k ON k.test_id = t.test_id
    WHERE t.candidate_id = ? ORDER BY t.started_at, t.test_id
"""
_CELLS = """
    SELECT r.test_id, r.criterion_id, r.rating, m.value_thousandths FROM intake.rating AS r
    JOIN intake.test AS t USING (test_id)
    LEFT JOIN intake.measure AS m ON m.test_id = r.test_id AND m.criterion_id = r.criterion_id
    WHERE t.candidate_id = ?
"""


def statement_of(
    con: "duckdb.DuckDBPyConnection", rulebook: Rulebook, candidate_id: str, custody_head: str
) -> Statement:
    """Read one candidate's statement. Raises InputError for a candidate that there is not."""
    row = con.execute(
        "SELECT company, category_id FROM intake.candidate WHERE candidate_id = ?", [candidate_id]
    ).fetchone()
    if row is None:
        raise InputError(say("statement.no_candidate", candidate=repr(candidate_id[:80]), edition=rulebook.edition))
    cells: dict[str, dict[str, tuple[int, int | None]]] = defaultdict(dict)
    for test_id, criterion_id, rating, value in con.execute(_CELLS, [candidate_id]).fetchall():
        cells[test_id][criterion_id] = (rating, value)
    rows = con.execute(_TESTS, [candidate_id]).fetchall()
    order = {channel: place for place, channel in enumerate(rulebook.channels)}
    tests = [_test(row, rulebook, cells[row[0]]) for row in rows]
    (received,) = con.execute("SELECT max(received_at) FROM intake.deposit").fetchone() or ("",)
    return Statement(
        rulebook=rulebook,
        candidate_id=candidate_id,
        company=row[0],
        category_id=row[1],
        custody_head=custody_head,
        received_at=received,
        tests=tuple(sorted(tests, key=lambda test: order[test.channel])),
    )


def _test(row: tuple, rulebook: Rulebook, cells: dict[str, tuple[int, int | None]]) -> TestOfStatement:  # type: ignore[type-arg]
    test_id, channel, scenario, language, site, city, persona, operator, journey_id, step, start, end, *rest = row
    outcome, rechecks, *others = rest
    facts, contest = dict(zip(FACTS, others, strict=False)), others[len(FACTS) :]
    return TestOfStatement(
        test_id=test_id,
        channel=channel,
        scenario=scenario,
        language=language,
        site=site,
        city=city,
        persona=persona,
        operator=operator,
        journey_id=journey_id,
        step=step,
        started_at=_utc(start),
        ended_at=_utc(end) if end else None,
        outcome=outcome,
        rechecks=rechecks,
        facts=facts,
        criteria=tuple(_cell(criterion, cells) for criterion in rulebook.grid_of(channel)),
        contest=ContestOfTest(*contest) if contest[0] else None,
    )


def _cell(criterion: Criterion, cells: dict[str, tuple[int, int | None]]) -> CriterionCell:
    rating, value = cells.get(criterion.id, (None, None))
    return CriterionCell(criterion, rating, None if value is None else thousandths_text(value))


def _utc(moment: datetime) -> str:
    return moment.replace(tzinfo=UTC, microsecond=0).isoformat()
