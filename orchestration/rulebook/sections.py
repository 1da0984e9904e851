"""The sections of a rulebook as frozen models, with the rules that hold within one section (SPEC 4).

Does not belong here: rules between sections (`references.py`), the whole of them (`model.py`).
"""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field, model_validator

from orchestration.rulebook.say import say
from orchestration.rulebook.section import Labels, Section, Window, repeated, type_list
from orchestration.rulebook.types import (
    BasisPoints,
    Count,
    Day,
    Identifier,
    MarkText,
    Moment,
    Name,
    Number,
    Positive,
    RowIdentifier,
    SignerFile,
    ToleranceText,
    WeightText,
    Word,
    one_of,
    whole,
    wrong,
)
from orchestration.units import BASIS_POINTS

COMPONENTS = ("audit", "survey", "vote")
AUDIT_COLUMNS = (
    "test_id", "candidate_id", "channel", "scenario", "language", "shopper_id", "started_at", "ended_at", "outcome",
    "evidence_sha256", "rechecks",
    "site", "city", "persona", "operator", "journey_id", "step",
    "repeated", "redirected", "travelled", "contradicted", "resolved",
)  # fmt: skip
SURVEY_COLUMNS = (
    "respondent_id", "candidate_id", "answered_at", "satisfaction", "recommendation", "effort",
    "contacts", "repeated", "redirected", "travelled", "contradicted", "resolved",
)  # fmt: skip
VOTE_COLUMNS = ("vote_id", "voter_key", "category_id", "candidate_id", "cast_at", "channel", "ip_hash")
ONE_PER = ("voter_key", "category_id", "candidate_id", "channel", "ip_hash")
"""What votes may be limited by: a vote's own id or instant would limit nothing."""


class Components(Section):
    """Weights of the three sources in basis points; together 10 000."""

    audit: BasisPoints
    survey: BasisPoints
    vote: BasisPoints

    @model_validator(mode="after")
    def _complete(self) -> "Components":
        total = self.audit + self.survey + self.vote
        if total != BASIS_POINTS:
            raise wrong(say("section.components", total=total), say("section.components_mend"))
        return self


class Eligibility(Section):
    """Who may be elected, and when a channel counts as tested."""

    min_mark: MarkText
    min_candidates: Annotated[int, whole(1, 10_000)]
    min_completion: BasisPoints


class Quarantine(Section):
    """How much of a source may be set aside before the edition is blocked."""

    max_share: BasisPoints


class Category(Section):
    """A category (univers de consommation)."""

    id: Identifier
    sector: Identifier
    label: Labels


class PlannedBy(Section):
    """How many of a channel's planned tests must bear a value of a column: value to number, column by column."""

    persona: dict[Word, Positive] | None = None
    language: dict[Word, Positive] | None = None
    city: dict[Name, Positive] | None = None
    site: dict[Name, Positive] | None = None

    @property
    def columns(self) -> dict[str, dict[str, int]]:
        """The columns that are planned by, with their values."""
        given = {"persona": self.persona, "language": self.language, "city": self.city, "site": self.site}
        return {column: values for column, values in given.items() if values is not None}


class Channel(Section):
    """A channel on which candidates are tested."""

    weight: Positive
    planned_tests: Positive
    grid: Identifier
    unanswered: Annotated[Literal["zero", "exclude"], one_of("zero", "exclude")]
    planned_by: PlannedBy | None = None


class Band(Section):
    """The points of the values below a bound; the last band has no bound."""

    below: Number | None = None
    points: Annotated[int, whole(0, 1_000)]


class Measured(Section):
    """A criterion whose cell is a number: its rating is the points of the first band that the number stays below."""

    unit: Word
    bands: Annotated[tuple[Band, ...], type_list, Field(min_length=1)]


class Criterion(Section):
    """One line of a grid."""

    id: Identifier
    family: Identifier
    weight: Annotated[int, whole(1, 10_000)]
    max: Annotated[int, whole(1, 1_000)]
    label: Labels
    measured: Measured | None = None


class SurveyWeights(Section):
    """Weights of the three questions, relative to each other."""

    satisfaction: BasisPoints
    recommendation: BasisPoints
    effort: BasisPoints

    @model_validator(mode="after")
    def _something(self) -> "SurveyWeights":
        if not self.satisfaction + self.recommendation + self.effort:
            raise wrong(say("section.questions"), say("section.questions_mend"))
        return self


class Raking(Section):
    """Weights that bring the respondents to the population's margins."""

    variables: Annotated[tuple[Identifier, ...], type_list, Field(min_length=1, max_length=10)]
    max_weight: WeightText
    tolerance: ToleranceText

    @model_validator(mode="after")
    def _columns(self) -> "Raking":
        if twice := repeated(name.casefold() for name in self.variables):
            raise wrong(say("section.variables", names=", ".join(twice)), say("section.variables_mend"))
        if taken := [name for name in self.variables if name.casefold() in SURVEY_COLUMNS]:
            raise wrong(say("section.taken", names=", ".join(taken)), say("section.taken_mend"))
        return self


class Survey(Section):
    """The customer survey."""

    window: Window
    weights: SurveyWeights
    keep: Annotated[Literal["first", "last"], one_of("first", "last")]
    min_respondents: Count
    raking: Raking | None = None


class VoteWindow(Section):
    """Two instants, both included, in UTC."""

    opens: Moment
    closes: Moment

    @model_validator(mode="after")
    def _ordered(self) -> "VoteWindow":
        if self.closes <= self.opens:
            raise wrong(say("section.vote"), say("section.vote_mend"))
        return self


class Burst(Section):
    """The limit of votes by one ip_hash in one clock hour (UTC)."""

    max_per_ip_hour: Positive
    action: Annotated[Literal["exclude", "flag"], one_of("exclude", "flag")]


class Vote(Section):
    """The public vote."""

    window: VoteWindow
    one_per: Annotated[tuple[Annotated[str, one_of(*ONE_PER)], ...], type_list, Field(min_length=1)]
    keep: Annotated[Literal["first", "last"], one_of("first", "last")]
    mark: Annotated[Literal["share_of_leader", "share_of_category"], one_of("share_of_leader", "share_of_category")]
    min_votes: Count
    burst: Burst | None = None

    @model_validator(mode="after")
    def _once(self) -> "Vote":
        if twice := repeated(self.one_per):
            raise wrong(say("section.one_per", names=", ".join(twice)), say("section.one_per_mend"))
        return self


class ContestWindow(Section):
    """Local days on which entrants may contest their tests, both included."""

    opens: Day
    closes: Day

    @model_validator(mode="after")
    def _ordered(self) -> "ContestWindow":
        if self.closes < self.opens:
            raise wrong(say("section.contest", closes=self.closes, opens=self.opens), say("section.contest_mend"))
        return self

    def holds(self, day: date) -> bool:
        """Whether a local day lies within."""
        return self.opens <= day <= self.closes


class Conflict(Section):
    """A shopper whose tests of a company are excluded."""

    shopper_id: RowIdentifier
    company_id: Identifier


class Independence(Section):
    """Rotation and control of the shoppers."""

    max_shopper_share: BasisPoints
    min_recheck_share: BasisPoints
    conflicts: Annotated[tuple[Conflict, ...], type_list] = ()

    @model_validator(mode="after")
    def _once(self) -> "Independence":
        pairs = (f"{conflict.shopper_id} / {conflict.company_id}" for conflict in self.conflicts)
        if twice := repeated(pairs):
            raise wrong(say("section.conflicts", names=", ".join(twice)), say("section.conflicts_mend"))
        return self


class Bailiff(Section):
    """Whose signatures count, and how many are needed."""

    signers: Annotated[tuple[SignerFile, ...], type_list, Field(min_length=1)]
    required: Annotated[int, whole(1, 100)]

    @model_validator(mode="after")
    def _enough(self) -> "Bailiff":
        if twice := repeated(self.signers):
            raise wrong(say("section.signers", names=", ".join(twice)), say("section.signers_mend"))
        if self.required > len(self.signers):
            counted = {"required": self.required, "signers": len(self.signers)}
            raise wrong(say("section.required", **counted), say("section.required_mend"))
        return self
