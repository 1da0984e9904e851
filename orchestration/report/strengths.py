"""Which criteria stand out: the strong and the weak points of a candidate, by one rule that the report prints.

Belongs here: that rule. Integers, and an order in which nothing is left to chance.
"""

from collections.abc import Iterable
from dataclasses import dataclass

LISTED = 5
"""At most so many strong points, and so many weak ones."""

LEAST_RATINGS = 10
"""A criterion rated less often says too little to be called a strong or a weak point."""


@dataclass(frozen=True)
class CriterionStanding:
    """A criterion of a channel: how often it was rated, the share of its points (basis points), the mean of those
    compared (None: not compared)."""

    channel: str
    criterion_id: str
    ratings: int
    share: int
    mean: int | None

    @property
    def difference(self) -> int | None:
        """How far above the mean, in basis points; negative below it."""
        return None if self.mean is None else self.share - self.mean


def strong_and_weak(
    standings: Iterable[CriterionStanding],
) -> tuple[tuple[CriterionStanding, ...], tuple[CriterionStanding, ...]]:
    """The strong points, strongest first, and the weak ones, weakest first.

    Where criteria are compared: the LISTED furthest above the mean, and the LISTED furthest below it. Where none is:
    the LISTED with the largest share of their points, and of the others the LISTED with the smallest. Equal ones stand
    in the order of channel, then criterion.
    """
    rated = sorted(
        (standing for standing in standings if standing.ratings >= LEAST_RATINGS),
        key=lambda standing: (standing.channel, standing.criterion_id),
    )
    compared = [(standing.difference, standing) for standing in rated if standing.difference is not None]
    if compared:
        above = sorted((pair for pair in compared if pair[0] > 0), key=lambda pair: -pair[0])
        below = sorted((pair for pair in compared if pair[0] < 0), key=lambda pair: pair[0])
        return tuple(standing for _, standing in above[:LISTED]), tuple(standing for _, standing in below[:LISTED])
    strong = sorted(rated, key=lambda standing: -standing.share)[:LISTED]
    others = (standing for standing in rated if standing not in strong)
    return tuple(strong), tuple(sorted(others, key=lambda standing: standing.share)[:LISTED])
