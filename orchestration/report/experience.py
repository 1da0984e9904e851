"""What one candidate's own tests, journeys and contests say beyond its marks: read from its own rows alone.

Belongs here: the journey before, during and after the sale, the gap between visitor and resident with its interval,
observed effort, contests. Nothing is compared with anybody, so nothing of another candidate can be worked out. Marks
are micropoints, shares basis points, means hundredths.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import isqrt

from orchestration.release import Cell
from orchestration.report.figures import SHARES
from orchestration.units import BASIS_POINTS

Row = Mapping[str, Cell]
SCENARIOS = ("before_sale", "sale", "after_sale")
VISITOR, RESIDENT = "visitor", "resident"
Z = Fraction(196, 100)


@dataclass(frozen=True)
class SegmentLine:
    """The mark of the tests that bear a value: `scenario` `sale`, `persona` `visitor`."""

    value: str
    tests: int
    mark: int


@dataclass(frozen=True)
class Gap:
    """How much higher the visitor's mark is than the resident's; `half_width`: of its 95 % interval, where both know
    one."""

    visitor: SegmentLine
    resident: SegmentLine
    half_width: int | None

    @property
    def difference(self) -> int:
        """Visitor less resident, in micropoints."""
        return self.visitor.mark - self.resident.mark


@dataclass(frozen=True)
class ContestLine:
    """One of the candidate's own contests that stands."""

    contest_id: str
    test_id: str
    opened_on: str
    ground: str
    decision: str | None
    decided_on: str | None


@dataclass(frozen=True)
class Experience:
    """`journeys` is the number behind `observed`, which has each fact that any journey says something of."""

    scenarios: tuple[SegmentLine, ...] = ()
    gap: Gap | None = None
    journeys: int = 0
    observed: Mapping[str, int] | None = None
    contests: tuple[ContestLine, ...] = ()


def experience_of(
    tests: Iterable[Row],
    segments: Iterable[Row],
    observed: Row | None,
    contests: Iterable[Row],
    weights: Mapping[str, int],
) -> Experience:
    """From a candidate's own rows of the published tables; `weights` are those of the rulebook's channels."""
    lines = {(row["segment"], row["value"]): _segment(row) for row in segments}
    facts = {
        name: int(Decimal(cell) * BASIS_POINTS) for name in SHARES if observed and (cell := observed[name]) is not None
    }
    return Experience(
        scenarios=tuple(lines["scenario", name] for name in SCENARIOS if ("scenario", name) in lines),
        gap=_gap(lines, list(tests), weights),
        journeys=int(observed["journeys"] or 0) if observed else 0,
        observed=facts,
        contests=tuple(_contest(row) for row in contests),
    )


def _gap(
    lines: Mapping[tuple[Cell, Cell], SegmentLine], tests: Sequence[Row], weights: Mapping[str, int]
) -> Gap | None:
    visitor, resident = lines.get(("persona", VISITOR)), lines.get(("persona", RESIDENT))
    if visitor is None or resident is None:
        return None
    variances = [_variance([t for t in tests if t["persona"] == who], weights) for who in (VISITOR, RESIDENT)]
    if variances[0] is None or variances[1] is None:
        return Gap(visitor, resident, None)
    return Gap(visitor, resident, isqrt(int(Z * Z * (variances[0] + variances[1]))))


def _variance(tests: Sequence[Row], weights: Mapping[str, int]) -> Fraction | None:
    """Σ w²s²/n / (Σ w)² over the channels of these tests' counted marks; None where a channel has a single test."""
    marks: dict[str, list[int]] = defaultdict(list)
    for test in tests:
        if test["counted"] == "true":
            marks[str(test["channel"])].append(int(test["mark_micro"] or 0))
    if not marks or any(len(values) < 2 for values in marks.values()):
        return None
    total = sum(weights[channel] for channel in marks)
    return sum((weights[c] ** 2 * _spread(values) / len(values) for c, values in marks.items()), Fraction()) / total**2


def _spread(marks: Sequence[int]) -> Fraction:
    """The sample variance."""
    mean = Fraction(sum(marks), len(marks))
    return sum(((mark - mean) ** 2 for mark in marks), Fraction()) / (len(marks) - 1)


def _segment(row: Row) -> SegmentLine:
    return SegmentLine(str(row["value"]), int(row["tests"] or 0), int(row["mark_micro"] or 0))


def _contest(row: Row) -> ContestLine:
    return ContestLine(
        contest_id=str(row["contest_id"]),
        test_id=str(row["test_id"]),
        opened_on=str(row["opened_on"]),
        ground=str(row["ground"]),
        decision=row["decision"],
        decided_on=row["decided_on"],
    )
