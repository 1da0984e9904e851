"""The results of a dossier as plain facts: candidates, categories, the second computation.

Belongs here: shapes; marks are micropoints. What else a dossier says is in `dossier/model.py`.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class ComponentFact:
    """One component of a candidate's mark: audit, survey or vote."""

    component: str
    mark: int | None
    observations: int


@dataclass(frozen=True)
class ChannelFact:
    """One channel of a candidate; `test_marks` are the counted tests' marks, in micropoints."""

    channel: str
    weight: int
    planned: int
    counted: int
    mark: int | None
    test_marks: tuple[int, ...] = ()


@dataclass(frozen=True)
class CandidateFact:
    """One candidate of a category. `low`, `high`: 95 % interval of the audit mark, in hundredths of a point."""

    candidate_id: str
    company: str
    withdrawn: bool = False
    final: int | None = None
    rank: int | None = None
    eligible: bool = False
    reason: str | None = None
    margin: int | None = None
    low: int | None = None
    high: int | None = None
    components: tuple[ComponentFact, ...] = ()
    channels: tuple[ChannelFact, ...] = ()

    def mark_of(self, component: str) -> int | None:
        """The mark of a component, None where it has none."""
        return next((c.mark for c in self.components if c.component == component), None)


@dataclass(frozen=True)
class CategoryFact:
    """One category, its candidates in the order of their ranks (withdrawn ones last), and how robust the title is.

    `false_tests`: the smallest number of tests that would have to be false to move the title (None: no test can).
    `clear`: whether the margin between the first two exceeds the noise of the tests (None: not measurable).
    """

    category_id: str
    outcome: str
    candidates: tuple[CandidateFact, ...]
    false_tests: int | None = None
    clear: bool | None = None

    @property
    def ranked(self) -> tuple[CandidateFact, ...]:
        """Candidates that take part."""
        return tuple(c for c in self.candidates if not c.withdrawn)

    @property
    def elected(self) -> tuple[CandidateFact, ...]:
        """Who holds the title: one, several, or nobody."""
        if self.outcome not in ("elected", "joint"):
            return ()
        return tuple(c for c in self.ranked if c.rank == 1 and c.eligible)


@dataclass(frozen=True)
class RecountTable:
    """One table of the second computation: how many values were compared and how many differ."""

    table: str
    rows: int
    values: int
    differences: int


@dataclass(frozen=True)
class RecountDifference:
    """One value on which the two computations disagree."""

    table: str
    key: str
    column: str
    declared: str
    recomputed: str


@dataclass(frozen=True)
class RecountFinal:
    """One candidate's final mark, both ways, in micropoints."""

    candidate_id: str
    declared: int | None
    recomputed: int | None


@dataclass(frozen=True)
class RecountFact:
    """The second computation. An empty one is said to be missing."""

    tables: tuple[RecountTable, ...] = ()
    finals: tuple[RecountFinal, ...] = ()
    differences: tuple[RecountDifference, ...] = ()
