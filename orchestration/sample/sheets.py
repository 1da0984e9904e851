"""What shoppers rated: outcomes and ratings of each planned test, before anybody is sent out.

Belongs here: the marks that a sample will have. Who went when is scheduling (schedule.py); how it is
written down is filing (filing.py).

A twin (plan.py) gets the sheets of its model in another order, so its marks are equal to the micropoint
and tie. In a `channel_tie` category nine points go from its e-mails to its calls (see grids.py), which leaves the audit
mark alone and lets `channel:phone` decide.
"""

from dataclasses import dataclass, replace

from orchestration.sample.grids import Channel
from orchestration.sample.plan import Candidate, Plan

SCENARIOS = ("before_sale", "sale", "after_sale")
MOVED_POINTS = 9
VISITORS = 25
"""Per cent of the tests that are a foreign visitor's, where they are among the customers."""
VISITOR_LOSS = 70
"""By how much (per mille) a visitor finds a full rating less likely than a resident."""


@dataclass(frozen=True)
class Sheet:
    """One filled-in form; `ratings` has None where a criterion does not apply, and is empty unless completed."""

    scenario: str
    outcome: str
    ratings: tuple[int | None, ...] = ()
    persona: str = "resident"


class Sheets:
    """The valid tests of every candidate, channel by channel, in the order of the channels."""

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._draws = plan.draws
        self._kept: dict[tuple[int, str], list[Sheet]] = {}

    def of(self, candidate: Candidate, channel: Channel) -> list[Sheet]:
        """The sheets of one candidate on one channel; as many as planned, a few less for some."""
        if candidate.twin is None:
            sheets = [self._drawn(candidate, channel, item) for item in range(self._number(candidate, channel))]
            if candidate.category.role in ("joint", "channel_tie"):
                self._kept[candidate.place, channel.channel_id] = sheets
            return sheets
        model = self._kept[candidate.twin, channel.channel_id]
        order = self._draws.shuffled(len(model), "twin", candidate.place, self._plan.channels.index(channel))
        sheets = [model[item] for item in order]
        if candidate.category.role == "channel_tie" and channel.channel_id in ("phone", "email"):
            sheets = move_points(sheets, channel, +1 if channel.channel_id == "phone" else -1)
        return sheets

    def _number(self, candidate: Candidate, channel: Channel) -> int:
        """Planned tests, less the few that a firm did not manage for some candidates (above 95 % all the same)."""
        if channel.planned < 30 or candidate.category.role in ("joint", "channel_tie"):
            return channel.planned
        spare = channel.planned // 30
        missing = self._draws.below(4 * spare, "missing", candidate.place, self._plan.channels.index(channel))
        return channel.planned - (missing if missing <= spare else 0)

    def _drawn(self, candidate: Candidate, channel: Channel, item: int) -> Sheet:
        """One sheet, drawn from the candidate's quality on this channel and the mood of the day."""
        where = (candidate.place, self._plan.channels.index(channel), item)
        scenario = SCENARIOS[self._draws.pick((35, 35, 30), "scenario", *where)]
        persona = self._persona(candidate, where)
        quality = candidate.quality - VISITOR_LOSS * (persona == "visitor")
        poor = 700 - candidate.quality
        silence = max(0, channel.silence + (poor // 2 if channel.silence >= 100 else poor // 20))
        if channel.silence and self._draws.below(1000, "silence", *where) < silence:
            return Sheet(scenario, "unanswered", persona=persona)
        lean = self._draws.below(81, "lean", candidate.place, self._plan.channels.index(channel)) - 40
        mood = self._draws.below(161, "mood", *where) - 80
        chances = self._draws.many_below(1000, "rating", *where, range(len(channel.grid)))
        steps = self._draws.many_below(100, "step", *where, range(len(channel.grid)))
        absent = self._draws.many_below(100, "absent", *where, range(len(channel.grid)))
        ratings: list[int | None] = []
        for place, criterion in enumerate(channel.grid):
            if criterion.rarely and absent[place] < 30 and candidate.category.role != "channel_tie":
                ratings.append(None)
                continue
            ease = self._draws.below(121, "ease", self._plan.channels.index(channel), place) - 60
            full = min(980, max(60, quality + lean + mood + ease))
            lost = 1 if steps[place] < 55 else 2 if steps[place] < 85 else 3
            ratings.append(criterion.max if chances[place] < full else max(0, criterion.max - lost))
        return Sheet(scenario, "completed", tuple(ratings), persona)

    def _persona(self, candidate: Candidate, where: tuple[int, int, int]) -> str:
        """Who the shopper is to be at this test."""
        visited = candidate.category.visited and not self._plan.earlier
        return "visitor" if visited and self._draws.below(100, "persona", *where) < VISITORS else "resident"


def move_points(sheets: list[Sheet], channel: Channel, step: int) -> list[Sheet]:
    """Change `completeness` by one point nine times, in completed sheets, one after the other.

    Every criterion applies in the sheets of a `channel_tie`, so one point of a weight-1 criterion is 20/40 of a point
    in that test; nine of them are a whole number of micropoints in both channels' means, so no rounding can separate
    the audit marks.
    """
    place = [criterion.criterion_id for criterion in channel.grid].index("completeness")
    limit = channel.grid[place].max
    changed = list(sheets)
    moved = 0
    while moved < MOVED_POINTS:
        before = moved
        for item, sheet in enumerate(changed):
            value = sheet.ratings[place] if sheet.ratings else None
            if value is not None and moved < MOVED_POINTS and 0 <= value + step <= limit:
                ratings = (*sheet.ratings[:place], value + step, *sheet.ratings[place + 1 :])
                changed[item] = replace(sheet, ratings=ratings)
                moved += 1
        if moved == before:
            raise AssertionError(f"{channel.channel_id}: the sheets cannot take {MOVED_POINTS} points")
    return changed
