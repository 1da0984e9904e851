"""What one candidate is told, as plain facts: no words of any language, no layout.

Belongs here: the shapes that `facts.py` fills and `compose/` puts into words. Marks are micropoints, shares basis
points, effort in the units of `figures.py`. Nothing here names another candidate, its tests, a shopper, a respondent.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.report.experience import Experience
from orchestration.report.strengths import CriterionStanding
from orchestration.rulebook import Rulebook


@dataclass(frozen=True)
class ReleaseFact:
    """The published release that everything is taken from, the one that it corrects and the one that replaced it. Who
    asked for a correction, and why, is not told: it may name another candidate."""

    edition: str
    number: int
    published_at: str
    signed_by: str
    signed_at: str
    results_sha256: str
    rulebook_sha256: str
    demonstration: bool
    corrects: int | None
    replaced_by: int | None


@dataclass(frozen=True)
class Compared:
    """With whom the candidate is compared: `category`, `sector` or `edition`, how many they are (itself included)."""

    level: str
    size: int


@dataclass(frozen=True)
class ComponentLine:
    """One component of the final mark."""

    component: str
    weight: int
    observations: int
    mark: int | None
    mean: int | None


@dataclass(frozen=True)
class ChannelLine:
    """One channel."""

    channel: str
    weight: int
    planned: int
    counted: int
    mark: int | None
    mean: int | None


@dataclass(frozen=True)
class FamilyLine:
    """One family of criteria over all channels: the share of its points."""

    family: str
    ratings: int
    share: int
    mean: int | None


@dataclass(frozen=True)
class EffortLine:
    """One fact of customer effort, by its column of fct_effort."""

    fact: str
    value: int
    mean: int | None


@dataclass(frozen=True)
class TestLine:
    """A test that is not counted. `started_at` in UTC; the mark it would have had, where there is one."""

    test_id: str
    channel: str
    started_at: str
    reason: str
    mark: int | None


@dataclass(frozen=True)
class RowLine:
    """A row of the field firms about the candidate that could not be used: its place, its id, why."""

    key: str
    file: str
    line: int
    reason: str


@dataclass(frozen=True)
class RowsLeftOut:
    """Rows left out beside the tests of fct_test_mark. `known` is "listed", or why they are not told: "not_in_release"
    (the release has no annex) or "not_at_hand" (nothing here can be shown to be the release's own). `counts` holds
    (source, outcome, reason, rows) of the survey and the votes."""

    known: str
    tests: tuple[RowLine, ...] = ()
    counts: tuple[tuple[str, str, str, int], ...] = ()


@dataclass(frozen=True)
class Marks:
    """What a ranked candidate has and a withdrawn one has not. `low` and `high`: the 95 % interval of the audit mark,
    in hundredths of a point. `title_mark`: the published final mark of those elected in the category."""

    final: int
    rank: int
    reason: str | None
    title_mark: int | None
    low: int | None
    high: int | None
    components: tuple[ComponentLine, ...]
    channels: tuple[ChannelLine, ...]
    families: tuple[FamilyLine, ...]
    criteria: tuple[CriterionStanding, ...]
    strong: tuple[CriterionStanding, ...]
    weak: tuple[CriterionStanding, ...]
    responses: int
    effort: tuple[EffortLine, ...]
    compared: Compared | None


@dataclass(frozen=True)
class Letter:
    """What the organiser adds when a report is sent, and no release knows: whom to write to and until when, and the
    last day on which a title may be printed. What is None is left to a hand. Local days, 2027-02-28."""

    contact: str | None = None
    until: str | None = None
    title_until: str | None = None


@dataclass(frozen=True)
class TieKey:
    """The criterion of the tie-break that gave or cost a candidate the title, and its own value: a mark in micropoints,
    or a number of votes. The other's is not told."""

    key: str
    value: int | None


@dataclass(frozen=True)
class CandidateReport:
    """One candidate's report. `verdict` holds codes of `verdict.py`; `tests` are its accepted tests by channel; `claim`
    is what it may print in each language, if it is elected."""

    release: ReleaseFact
    rulebook: Rulebook
    candidate_id: str
    company: str
    category: Mapping[str, str]
    sector: str
    ranked: int
    outcome: str
    verdict: tuple[str, ...]
    conflicts: int
    tests: Mapping[str, int]
    not_counted: tuple[TestLine, ...]
    left_out: RowsLeftOut
    marks: Marks | None
    experience: Experience
    tie_key: TieKey | None = None
    claim: Mapping[str, str] | None = None
    letter: Letter = Letter()

    @property
    def withdrawn(self) -> bool:
        """Whether the candidate left the competition: then it has no mark."""
        return self.marks is None
