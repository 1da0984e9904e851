"""Journeys: the tests that one customer made one after the other, from the web to the phone and to the counter.

Belongs here: which tests are joined, and by whom they are made: one shopper's seats within a few days. Tests are
exchanged between shoppers for it, never changed, so no mark depends on a journey.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orchestration.sample.draws import Draws
from orchestration.sample.plan import Candidate
from orchestration.sample.schedule import Seat
from orchestration.sample.sheets import Sheet

WITHIN_DAYS = 9
"""Working days between a step and the visit."""
JOINED = 85
"""Per cent of the visits that are part of a journey, if its other steps can be found."""
CALLED_BACK = 45
"""Per cent of the journeys in which the customer has to call after the visit."""


@dataclass(frozen=True)
class Errand:
    """A test to be done, before anybody is sent: `key` makes its draws its own."""

    candidate: Candidate
    channel_id: str
    sheet: Sheet
    key: tuple[int, int, int]


@dataclass
class _Round:
    """The errands of a firm in order of their seats; exchanging two errands gives each the other's seat."""

    order: list[Errand]
    seats: Sequence[Seat]
    barred: tuple[int, Candidate]
    used: set[int] = field(default_factory=set)

    def near(self, visit: int, step: int) -> Iterator[int]:
        """Places of the same shopper's other seats before (-1) or after (+1) a visit, the nearest first."""
        at = visit + step
        while 0 <= at < len(self.seats) and abs(self.seats[at].day - self.seats[visit].day) <= WITHIN_DAYS:
            same = self.seats[at].shopper == self.seats[visit].shopper
            if same and at not in self.used and not _starts(self.order[at]):
                yield at
            at += step

    def bring(self, at: int, wanted: list[int]) -> bool:
        """Put one of the wanted errands (places) at `at`, in exchange; says whether one could be."""
        shopper, candidate = self.barred
        for place in wanted:
            free = place not in self.used
            moved = self.order[at].candidate is candidate and self.seats[place].shopper == shopper
            if free and not moved:
                self.order[at], self.order[place] = self.order[place], self.order[at]
                self.used.add(at)
                return True
        return False

    def places(self, like: Errand, channel_id: str) -> list[int]:
        """Where this candidate's tests on a channel stand that the same customer could make."""
        return [
            place
            for place, errand in enumerate(self.order)
            if errand.candidate is like.candidate
            and errand.channel_id == channel_id
            and errand.sheet.outcome != "aborted"
            and errand.sheet.persona == like.sheet.persona
        ]


def join(draws: Draws, order: list[Errand], seats: Sequence[Seat], barred: tuple[int, Candidate]) -> list[list[int]]:
    """Join tests to journeys, in place; returns the places of each journey's tests in order of time.

    `barred` is the shopper and the candidate that must not meet.
    """
    firm = _Round(order, seats, barred)
    journeys = []
    for visit in [place for place, errand in enumerate(order) if _starts(errand)]:
        errand = order[visit]
        before = list(firm.near(visit, -1))[:2]
        wanted = draws.below(100, "journey", *errand.key) < JOINED and errand.candidate is not barred[1]
        if not wanted or len(before) < 2:
            continue
        firm.used.add(visit)
        call, look = before
        steps = [at for at, channel in ((look, "web"), (call, "phone")) if firm.bring(at, firm.places(errand, channel))]
        steps.append(visit)
        after = next(firm.near(visit, +1), None)
        if (
            after is not None
            and draws.below(100, "called back", *errand.key) < CALLED_BACK
            and firm.bring(after, firm.places(errand, "phone"))
        ):
            steps.append(after)
        if len(steps) > 1:
            journeys.append(steps)
    return journeys


def _starts(errand: Errand) -> bool:
    """Whether a journey may be built around this errand."""
    return errand.channel_id == "visit" and errand.candidate.category.has_journeys
