"""Raking: one weight a profile, so that the respondents match the population's margins (SPEC 4 and 5).

Belongs here: iterative proportional fitting with trimming, on counts, in decimal arithmetic. Pure: no files, no
tables. Who has which profile is known by `intake/`; that stored weights reproduce the targets is checked again by the
recount.

The method is Deming and Stephan's (1940), with trimming after each round as survey software does it:

1. every profile begins with weight 1;
2. variable by variable, the weights of a value are multiplied by (target share x n) / (their weighted number);
3. a weight above `max_weight` times the mean (which is 1) is cut to that;
4. steps 2 and 3 are repeated until no margin is off by more than a thousandth of the tolerance, or nothing moves.

Decimal arithmetic of 40 digits in a fixed order makes the weights the same on every machine. They are then rounded
half up to whole millionths, and errors and efficiency are those of the rounded weights, the ones that are stored.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal, localcontext

from orchestration.units import BASIS_POINTS, MICRO, half_up

Profile = tuple[str, ...]
Targets = Mapping[str, Mapping[str, Decimal]]

PRECISION = Context(prec=40, rounding=ROUND_HALF_EVEN)
MAX_ROUNDS = 1000
STILL = Decimal("1e-18")
"""Below this change of every weight in a round, further rounds are pointless."""

CLOSER = 1000
"""How much closer than the tolerance the rounds go, so that rounding the weights stays within it."""


@dataclass(frozen=True)
class RakingResult:
    """Weights and how well they do.

    `weights_micro`: for each profile, in millionths. `worst_error_micro`: the largest distance of a weighted share from
    its target, in millionths, rounded half up. `converged`: that distance, unrounded, is within the tolerance.
    `efficiency_bp`: Kish's (sum of w)^2 / (n x sum of w^2) in basis points; 10 000 when all weights are equal.
    """

    weights_micro: dict[Profile, int]
    converged: bool
    iterations: int
    worst_error_micro: int
    efficiency_bp: int


def rake(cells: Mapping[Profile, int], targets: Targets, max_weight: Decimal, tolerance: Decimal) -> RakingResult:
    """Weight the profiles in `cells` (profile to number of respondents, all above 0) to the targets.

    A profile has one value for each variable, in the order of `targets`; the shares of a variable add up to 1. Targets
    that cannot be reached are no error: the result did then not converge.
    Raises ValueError for input of another form: intake lets none through.
    """
    _check(cells, targets, max_weight)
    if not cells:
        return RakingResult({}, False, iterations=0, worst_error_micro=_worst(cells, {}, targets)[0], efficiency_bp=0)
    with localcontext(PRECISION):
        weights, rounds = _fit(dict(sorted(cells.items())), targets, max_weight, tolerance / CLOSER)
        micro = {profile: int((weight * MICRO).to_integral_value(ROUND_HALF_UP)) for profile, weight in weights.items()}
    error_micro, within = _worst(cells, micro, targets, tolerance)
    efficiency_bp = _efficiency(cells, micro)
    return RakingResult(micro, within, iterations=rounds, worst_error_micro=error_micro, efficiency_bp=efficiency_bp)


def _check(cells: Mapping[Profile, int], targets: Targets, max_weight: Decimal) -> None:
    if not targets or max_weight < 1:
        raise ValueError("raking needs a variable, and a largest weight of 1 or more")
    for variable, shares in targets.items():
        if sum(shares.values()) != 1 or min(shares.values()) < 0:
            raise ValueError(f"the shares of {variable} are not shares of one whole")
    for profile, count in cells.items():
        known = len(profile) == len(targets) and all(
            value in shares for value, shares in zip(profile, targets.values(), strict=True)
        )
        if not known or count < 1:
            raise ValueError("a profile is empty, or has a value without a target")


def _fit(
    cells: dict[Profile, int], targets: Targets, max_weight: Decimal, goal: Decimal
) -> tuple[dict[Profile, Decimal], int]:
    """The weights and the number of rounds made."""
    weights = dict.fromkeys(cells, Decimal(1))
    whole = sum(cells.values())
    rounds, moving = 0, True
    while moving and rounds < MAX_ROUNDS:
        rounds += 1
        before = weights
        for position, shares in enumerate(targets.values()):
            sums = _margins(cells, weights, position)
            weights = {
                profile: weight * shares[profile[position]] * whole / sums[profile[position]] if weight else weight
                for profile, weight in weights.items()
            }
        weights = {profile: min(weight, max_weight) for profile, weight in weights.items()}
        moving = _off(cells, weights, targets) > goal and _moved(before, weights) > STILL
    return weights, rounds


def _margins(cells: Mapping[Profile, int], weights: Mapping[Profile, Decimal], position: int) -> dict[str, Decimal]:
    """The weighted number of respondents of each value of one variable."""
    sums: dict[str, Decimal] = {}
    for profile, count in cells.items():
        sums[profile[position]] = sums.get(profile[position], Decimal(0)) + count * weights[profile]
    return sums


def _off(cells: Mapping[Profile, int], weights: Mapping[Profile, Decimal], targets: Targets) -> Decimal:
    """The largest distance of a weighted share from its target."""
    total = sum((count * weights[profile] for profile, count in cells.items()), Decimal(0))
    if not total:  # every respondent has a value whose target is 0
        return Decimal(1)
    return max(
        abs(sums.get(value, Decimal(0)) / total - share)
        for position, shares in enumerate(targets.values())
        for sums in [_margins(cells, weights, position)]
        for value, share in shares.items()
    )


def _moved(before: Mapping[Profile, Decimal], after: Mapping[Profile, Decimal]) -> Decimal:
    return max(abs(after[profile] - before[profile]) for profile in after)


def _worst(
    cells: Mapping[Profile, int], micro: Mapping[Profile, int], targets: Targets, tolerance: Decimal = Decimal(0)
) -> tuple[int, bool]:
    """The largest error of the rounded weights, in millionths, and whether it is within the tolerance; exact."""
    total = sum(count * micro[profile] for profile, count in cells.items())
    if total == 0:
        return MICRO, False
    worst, scale = 0, 10**24
    for position, shares in enumerate(targets.values()):
        for value, share in shares.items():
            weighted = sum(count * micro[profile] for profile, count in cells.items() if profile[position] == value)
            # weighted/total - share, over the common denominator total x 10^24 (shares have 12 decimals at most)
            worst = max(worst, abs(weighted * scale - _scaled(share, scale) * total))
    return half_up(worst * MICRO, total * scale), worst <= _scaled(tolerance, scale) * total


def _scaled(number: Decimal, scale: int) -> int:
    with localcontext(Context(prec=60)):
        return int(number * scale)


def _efficiency(cells: Mapping[Profile, int], micro: Mapping[Profile, int]) -> int:
    total = sum(count * micro[profile] for profile, count in cells.items())
    squares = sum(count * micro[profile] ** 2 for profile, count in cells.items())
    return half_up(total * total * BASIS_POINTS, sum(cells.values()) * squares) if squares else 0
