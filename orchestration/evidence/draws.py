"""The draws of an edition and what was found, as they stand in the evidence. Pure.

Belongs here: reading records of the kinds "draw" and "trace" together. Entering them is `bailiff/drawing.py` and
`bailiff/tracing.py`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from orchestration.evidence.records import DrawRecord, EvidenceBroken, Record, TraceRecord
from orchestration.evidence.say import say


@dataclass(frozen=True)
class Trace:
    """One filled sheet: what was found for every drawn test. A later one says what it corrects."""

    by: str
    corrects: str | None
    at: str
    outcomes: Mapping[str, str] = field(hash=False)
    sheet_sha256: str = ""


@dataclass(frozen=True)
class Draw:
    """One draw. `tests` in the order of the dice; `whole` the other tests of each close category; `traces` in order.
    With size 0 it is a full trace: named categories, no dice.

    `record` is the SHA-256 of its line in the evidence, `results_sha256` the results whose tests were drawn.
    """

    seed: str
    size: int
    close_at_most: int
    tests: tuple[str, ...]
    whole: Mapping[str, tuple[str, ...]] = field(hash=False)
    results_sha256: str = ""
    at: str = ""
    record: str = ""
    traces: tuple[Trace, ...] = ()

    @property
    def all_tests(self) -> tuple[str, ...]:
        """Every test to be traced, in the order of the sheets."""
        return _all_tests(self)

    @property
    def by_lot(self) -> bool:
        """Whether dice chose; otherwise it is the full trace of categories that were named."""
        return self.size > 0

    @property
    def traced(self) -> bool:
        """Whether a result was entered."""
        return bool(self.traces)

    @property
    def outcomes(self) -> Mapping[str, str]:
        """What was found, by test, as entered last; nothing while the draw is open."""
        return self.traces[-1].outcomes if self.traces else {}

    @property
    def odd(self) -> tuple[tuple[str, str], ...]:
        """The tests that were not found conform, and how."""
        outcomes = self.outcomes
        return tuple((test, outcomes[test]) for test in self.all_tests if outcomes and outcomes[test] != "conform")

    def says(self) -> list[object]:
        """All but the clock: what makes another dossier when it changes."""
        traces = [[t.by, t.corrects, dict(t.outcomes), t.sheet_sha256] for t in self.traces]
        whole = {category: list(tests) for category, tests in self.whole.items()}
        return [self.seed, self.size, self.close_at_most, self.results_sha256, list(self.tests), whole, traces]


def read_draws(records: Iterable[Record]) -> tuple[Draw, ...]:
    """Every draw, in order, with its results.

    Raises EvidenceBroken for a seed that draws twice, a result of no draw, one that does not cover exactly the drawn
    tests, or a second one that does not say what it corrects: no command writes such a thing.
    """
    draws: dict[str, Draw] = {}
    for record in records:
        if isinstance(record, DrawRecord):
            drawn = record.body
            if drawn.seed in draws:
                raise EvidenceBroken(say("record.drawn", number=str(record.seq), seed=drawn.seed))
            draws[drawn.seed] = Draw(
                seed=drawn.seed,
                size=drawn.size,
                close_at_most=drawn.close_at_most,
                tests=drawn.tests,
                whole=dict(sorted(drawn.whole.items())),
                results_sha256=record.fingerprints.results_sha256 or "",
                at=record.at,
                record=record.sha256,
            )
        elif isinstance(record, TraceRecord):
            traced, draw = record.body, draws.get(record.body.seed)
            wrong = draw is None or draw.record != traced.draw or set(draw.all_tests) != set(traced.outcomes)
            if draw is None or wrong or draw.traced != (traced.corrects is not None):
                raise EvidenceBroken(say("record.no_draw", number=str(record.seq)))
            trace = Trace(traced.by, traced.corrects, record.at, traced.outcomes, sheet_sha256=traced.sheet_sha256)
            draws[draw.seed] = replace(draw, traces=(*draw.traces, trace))
    return tuple(draws.values())


@dataclass(frozen=True)
class Selection:
    """The sample in the order of the dice, and for each close category the tests that are not in the sample."""

    tests: tuple[str, ...]
    whole: Mapping[str, tuple[str, ...]] = field(hash=False)

    @property
    def all_tests(self) -> tuple[str, ...]:
        """Every chosen test, in the order of the sheets."""
        return _all_tests(self)


def _all_tests(chosen: Draw | Selection) -> tuple[str, ...]:
    return (*chosen.tests, *(test for tests in chosen.whole.values() for test in tests))
