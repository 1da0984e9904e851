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
    rated = [one for one in standings if one.ratings >= LEAST_RATINGS]
    compared = [(one, one.difference) for one in rated if one.difference is not None]

    def by_id(one: CriterionStanding) -> tuple[str, str]:
        return one.channel, one.criterion_id

    if compared:
        above = sorted((-far, by_id(one), one) for one, far in compared if far > 0)
        below = sorted((far, by_id(one), one) for one, far in compared if far < 0)
        return tuple(one for *_, one in above[:LISTED]), tuple(one for *_, one in below[:LISTED])
    strong = sorted(rated, key=lambda one: (-one.share, by_id(one)))[:LISTED]
    weak = sorted((one for one in rated if one not in strong), key=lambda one: (one.share, by_id(one)))[:LISTED]
    return tuple(strong), tuple(weak)
