"""A whole rulebook as one frozen model, and what is asked of it.

Does not belong here: its sections (`sections.py`), rules between them (`references.py`), reading files (`loading.py`).
"""

from functools import cached_property
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import Field

from orchestration.rulebook.section import Labels, Section, Window, type_list
from orchestration.rulebook.sections import (
    COMPONENTS,
    Bailiff,
    Category,
    Channel,
    Components,
    ContestWindow,
    Criterion,
    Eligibility,
    Independence,
    Quarantine,
    Survey,
    Vote,
)
from orchestration.rulebook.types import EditionId, Identifier, Line, Timezone, one_of, zone_named
from orchestration.units import MICRO


class Rulebook(Section):
    """A whole rulebook. Sections of a component with weight 0 may be absent."""

    edition: EditionId
    title: Labels
    organiser: Line
    timezone: Timezone
    fieldwork: Window
    components: Components
    eligibility: Eligibility
    tie_break: Annotated[tuple[Line, ...], type_list]
    unresolved_tie: Annotated[Literal["joint", "no_award"], one_of("joint", "no_award")]
    quarantine: Quarantine
    categories: Annotated[tuple[Category, ...], type_list, Field(min_length=1)]
    channels: dict[Identifier, Channel] = Field(default={})
    grids: dict[Identifier, Annotated[tuple[Criterion, ...], type_list, Field(min_length=1)]] = Field(default={})
    survey: Survey | None = None
    vote: Vote | None = None
    contest: ContestWindow | None = None
    field_firms: dict[Identifier, Line] = Field(default={})
    independence: Independence | None = None
    bailiff: Bailiff

    def uses(self, component: str) -> bool:
        """Whether `audit`, `survey` or `vote` enters the final mark (weight above 0)."""
        return self.weight_of(component) > 0

    @property
    def used(self) -> tuple[str, ...]:
        """The components with a weight, audit first."""
        return tuple(name for name in COMPONENTS if self.uses(name))

    @property
    def sources(self) -> tuple[str, ...]:
        """What is read of the deposits beside the rulebook and its corrections: what the parts with a weight need."""
        raking = self.survey.raking if self.survey else None
        needed = {
            "candidates": True,
            "audits": self.uses("audit"),
            "survey": self.uses("survey"),
            "targets": self.uses("survey") and raking is not None and bool(raking.variables),
            "votes": self.uses("vote"),
            "contests": self.contest is not None,
        }
        return tuple(source for source, is_needed in needed.items() if is_needed)

    def weight_of(self, component: str) -> int:
        """The weight of `audit`, `survey` or `vote` in basis points."""
        return {"audit": self.components.audit, "survey": self.components.survey, "vote": self.components.vote}[
            component
        ]

    def grid_of(self, channel: str) -> tuple[Criterion, ...]:
        """The criteria of a channel's grid, in the rulebook's order. KeyError for an unknown channel."""
        return self.grids[self.channels[channel].grid]

    @property
    def min_mark_micro(self) -> int:
        """The minimum mark in micropoints."""
        return int(self.eligibility.min_mark * MICRO)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone of local times."""
        return zone_named(self.timezone)
