"""What decided a title: the audit, the survey, the vote, or a criterion of the tie-break with its two values.

Belongs here: reading it off the marks of one category; none of it is part of a mark. Words are the documents'.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from orchestration.rulebook import Rulebook
from orchestration.scoring.model import CandidateFact, CategoryFact


class Decided(StrEnum):
    """By what a title was decided.

    `AUDIT`: its holder is first by the audit alone; `SURVEY`: only with the survey; `VOTE`: only with the public vote;
    `TIE_BREAK`: the final marks are equal; `SHARED`: nothing separates the holders; `ALONE`: nobody else took part.
    """

    AUDIT = "audit"
    SURVEY = "survey"
    VOTE = "vote"
    TIE_BREAK = "tie_break"
    SHARED = "shared"
    ALONE = "alone"


@dataclass(frozen=True)
class Parting:
    """Two candidates with the same final mark, and the criterion that separates them, with the value of each.

    A value is a mark in micropoints or, for `vote`, a number of counted votes; None where there is none.
    """

    first: CandidateFact
    other: CandidateFact
    key: str
    value: int | None
    other_value: int | None


def decided_by(category: CategoryFact, rulebook: Rulebook) -> Decided | None:
    """What decided the title of a category; None where there is no title.

    The components are added in their order, audit first: the one with which the holder comes first, and stays the
    only one to do so, is what decided.
    """
    if not category.elected:
        return None
    if category.outcome == "joint":
        return Decided.SHARED
    first, *others = category.ranked
    if not others:
        return Decided.ALONE
    if any(other.final == first.final for other in others):
        return Decided.TIE_BREAK
    used = rulebook.used
    leads = [_leads(used[: number + 1], first, others, rulebook) for number in range(len(used))]
    behind = [number for number, ahead in enumerate(leads, 1) if not ahead]
    return Decided([*used, used[-1]][max(behind, default=0)])


def _leads(parts: Sequence[str], first: CandidateFact, others: list[CandidateFact], rulebook: Rulebook) -> bool:
    """Whether the first is ahead of all others by these components alone."""

    def total(candidate: CandidateFact) -> int:
        return sum(rulebook.weight_of(part) * (candidate.mark_of(part) or 0) for part in parts)

    return all(total(first) > total(other) for other in others)


def partings(category: CategoryFact, rulebook: Rulebook) -> tuple[Parting, ...]:
    """Who came behind the holder of the title with the same final mark, and what separates each, in order of rank."""
    if not category.elected:
        return ()
    first = category.elected[0]
    behind = [c for c in category.ranked if c.final == first.final and c not in category.elected]
    parted = (_parting(first, other, rulebook) for other in behind)
    return tuple(parting for parting in parted if parting is not None)


def _parting(first: CandidateFact, other: CandidateFact, rulebook: Rulebook) -> Parting | None:
    for key in rulebook.tie_break:
        values = deciding_value(first, key), deciding_value(other, key)
        if values[0] != values[1]:
            return Parting(first, other, key, *values)
    return None


def deciding_value(candidate: CandidateFact, key: str) -> int | None:
    """What a criterion of the tie-break compares: a mark in micropoints, or the number of counted votes."""
    if key.startswith("channel:"):
        return next((c.mark for c in candidate.channels if c.channel == key.removeprefix("channel:")), None)
    if key == "vote":
        return next((c.observations for c in candidate.components if c.component == "vote"), None)
    return candidate.mark_of(key)
