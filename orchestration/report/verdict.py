"""Why a candidate was elected or not: the reasons, in the order in which they are told.

Belongs here: reasons as codes, from published facts alone. The words are in `words/`.
Which key of a tie-break decided is found in `deciding.py`.
"""

from dataclasses import dataclass

from orchestration.scoring import Decided


@dataclass(frozen=True)
class Situation:
    """What decides for one candidate. `title_mark`: the final mark of those elected in its category, None when nobody
    was; `decided`: by what the title was. Marks in micropoints; `withdrawn` candidates have neither mark nor rank."""

    outcome: str
    withdrawn: bool
    elected: bool
    final: int | None
    rank: int | None
    reason: str | None
    title_mark: int | None
    decided: Decided | None


def reasons(situation: Situation) -> tuple[str, ...]:
    """The reasons by code; the first says how it ended, further ones what decided, or what else
    stood in the way."""
    if situation.withdrawn:
        return ("withdrawn",)
    if situation.elected:
        return ("joint",) if situation.decided is Decided.SHARED else ("elected", f"won_{situation.decided}")
    own = ("below_minimum",) if situation.reason == "below_min_mark" else ()
    if situation.outcome in ("elected", "joint"):
        tied = situation.final is not None and situation.final == situation.title_mark
        return ("tie_broken" if tied else "behind", *own)
    if situation.outcome == "no_award_tie":
        return ("tie_no_award" if situation.rank == 1 else "tie_no_award_behind", *own)
    return ({"no_award_too_few_candidates": "too_few", "no_award_min_mark": "nobody_reached"}[situation.outcome],)
