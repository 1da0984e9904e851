"""Why a candidate was elected or not: the reasons, in the order in which they are told.

Belongs here: reasons as codes, from published facts alone. The words are in `words/`.

Which key of the tie-break decided is not among them: that two candidates are equal in one key and not in the next would
give away a mark of the other one that nobody publishes.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Situation:
    """What decides for one candidate. `title_mark`: the final mark of those elected in its category, None when nobody
    was. Marks in micropoints; `withdrawn` candidates have neither mark nor rank."""

    outcome: str
    withdrawn: bool
    elected: bool
    final: int | None
    rank: int | None
    reason: str | None
    title_mark: int | None


def reasons(situation: Situation) -> tuple[str, ...]:
    """The reasons by code; the first says how it ended, further ones what else stood in the way."""
    if situation.withdrawn:
        return ("withdrawn",)
    if situation.elected:
        return ("joint" if situation.outcome == "joint" else "elected",)
    own = ("below_minimum",) if situation.reason == "below_min_mark" else ()
    if situation.outcome in ("elected", "joint"):
        tied = situation.final is not None and situation.final == situation.title_mark
        return ("tie_broken" if tied else "behind", *own)
    if situation.outcome == "no_award_tie":
        return ("tie_no_award" if situation.rank == 1 else "tie_no_award_behind", *own)
    return ({"no_award_too_few_candidates": "too_few", "no_award_min_mark": "nobody_reached"}[situation.outcome],)
