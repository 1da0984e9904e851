"""Who is first (SPEC 5): ranks, margins, eligibility and the outcome of one category.

Belongs here: the order of candidates that have their marks. Does not belong here: how a mark is made.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from orchestration.recount.rules import Rules


@dataclass(frozen=True)
class Contender:
    """One ranked candidate: its final mark and, for each tie-break key in use, the number that separates."""

    candidate_id: str
    final: int | None
    separators: Mapping[str, int | None]


@dataclass(frozen=True)
class Place:
    """Where a contender stands in its category. `margin` is to the next in the order, None for the last."""

    candidate_id: str
    final: int | None
    rank: int
    eligible: bool
    reason: str | None
    margin: int | None


def standing(contender: Contender, tie_break: Sequence[str]) -> tuple[int, ...]:
    """What a contender is compared by, highest first. A missing mark is below every mark (a check blocks it)."""
    values = [contender.final, *(contender.separators[key] for key in tie_break if key in contender.separators)]
    return tuple(-1 if value is None else value for value in values)


def rank(contenders: Sequence[Contender], rules: Rules) -> list[Place]:
    """Rank one category's contenders: equal standings share the rank and the next is left out (1, 1, 3)."""
    # By id first: sorting keeps the order of equals, in reverse too, so that those who tie stand by id, ascending.
    order = sorted(contenders, key=lambda contender: contender.candidate_id)
    order.sort(key=lambda contender: standing(contender, rules.tie_break), reverse=True)
    places: list[Place] = []
    for index, contender in enumerate(order):
        tied = index > 0 and standing(contender, rules.tie_break) == standing(order[index - 1], rules.tie_break)
        following = order[index + 1].final if index + 1 < len(order) else None
        reason = None
        if len(order) < rules.min_candidates:
            reason = "too_few_candidates"
        elif contender.final is None or contender.final < rules.min_mark:
            reason = "below_min_mark"
        places.append(
            Place(
                candidate_id=contender.candidate_id,
                final=contender.final,
                rank=places[-1].rank if tied else index + 1,
                eligible=reason is None,
                reason=reason,
                margin=None if contender.final is None or following is None else contender.final - following,
            )
        )
    return places


def outcome(places: Sequence[Place], rules: Rules) -> str:
    """The outcome of a category, in the order: too few candidates, minimum mark, then elected, joint or no award."""
    if not places or len(places) < rules.min_candidates:
        return "no_award_too_few_candidates"
    first = [place for place in places if place.rank == 1]
    if not first[0].eligible:
        return "no_award_min_mark"
    if len(first) == 1:
        return "elected"
    return "joint" if rules.unresolved_tie == "joint" else "no_award_tie"
