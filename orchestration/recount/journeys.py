"""Journeys over several tests, and the effort that shoppers observed on them (SPEC 3.2, 5): never part of a mark.

Belongs here: which tests make a journey, `fct_journey` and `fct_observed_effort`. Does not belong here: the effort
that customers declare in the survey (`effort`).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from orchestration.recount.audits import FACTS, Test
from orchestration.recount.evidence import Evidence, Row
from orchestration.recount.marks import decimal_text
from orchestration.recount.moments import utc_text


def journey_rows(evidence: Evidence) -> list[Row]:
    """A row for each journey: its tests that were carried out are of one candidate and each has a step of its own."""
    by_journey: dict[str, list[Test]] = defaultdict(list)
    for test in evidence.tests:
        if test.journey_id is not None and test.carried_out:
            by_journey[test.journey_id].append(test)
    return [_journey(journey_id, tests) for journey_id, tests in sorted(by_journey.items()) if _is_journey(tests)]


def _is_journey(tests: Sequence[Test]) -> bool:
    steps = {test.step for test in tests}
    return len({test.candidate_id for test in tests}) == 1 and None not in steps and len(steps) == len(tests)


def _journey(journey_id: str, tests: Sequence[Test]) -> Row:
    personas = {test.persona for test in tests} - {None}
    starts = [test.started_at for test in tests if test.started_at]
    ends = [end for test in tests if (end := test.ended_at or test.started_at)]
    flags = {fact: _any(test.facts[position] for test in tests) for position, fact in enumerate(FACTS)}
    return {
        "journey_id": journey_id,
        "candidate_id": tests[0].candidate_id,
        "persona": personas.pop() if len(personas) == 1 else None,
        "steps": len(tests),
        "channels": len({test.channel for test in tests}),
        "started_at": utc_text(min(starts)),
        "ended_at": utc_text(max(ends)),
        **flags,
        "resolved": _last(tests, FACTS.index("resolved")),
    }


def _any(answers: Iterable[int | None]) -> int | None:
    """1 when any step says 1, otherwise 0 when any says 0, otherwise None."""
    return max((answer for answer in answers if answer is not None), default=None)


def _last(tests: Sequence[Test], position: int) -> int | None:
    """What the highest step says that says anything."""
    said = [(test.step or 0, answer) for test in tests if (answer := test.facts[position]) is not None]
    return max(said)[1] if said else None


def observed_rows(evidence: Evidence, journeys: Sequence[Row]) -> Iterable[Row]:
    """What the journeys of each candidate that is not withdrawn cost: mean steps, and the share of each fact."""
    for candidate_id in evidence.entered:
        own = [journey for journey in journeys if journey["candidate_id"] == candidate_id]
        yield {
            "candidate_id": candidate_id,
            "journeys": len(own),
            "steps_mean": _mean(own, "steps", 2),
            **{f"{fact}_share": _mean(own, fact, 4) for fact in FACTS},
        }


def _mean(journeys: Sequence[Row], column: str, places: int) -> str | None:
    """The mean of a column over the journeys that say anything, rounded half up once; None where none does."""
    values = [value for journey in journeys if isinstance(value := journey[column], int)]
    return decimal_text(sum(values), len(values), places) if values else None
