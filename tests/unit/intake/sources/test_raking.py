"""Raking reproduces the margins when it can, says so when it cannot, and never depends on the order of its input."""

from collections import defaultdict
from decimal import Decimal
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.intake.sources.raking import Profile, rake

TOLERANCE = Decimal("0.000001")
HALF = Decimal("0.5")
GENDER = {"f": HALF, "m": HALF}


def shares(numbers: list[int], names: str) -> dict[str, Decimal]:
    """Shares in thousandths that add up to 1."""
    total = sum(numbers)
    parts = [Decimal(number * 1000 // total) / 1000 for number in numbers]
    parts[0] += 1 - sum(parts)
    return dict(zip(names, parts, strict=True))


@st.composite
def full_tables(draw: st.DrawFn) -> tuple[dict[Profile, int], dict[str, dict[str, Decimal]]]:
    """Every profile has respondents, every value a fair share: the targets can be reached."""
    counts = st.integers(1, 30)
    cells: dict[Profile, int] = {profile: draw(counts) for profile in product("fm", "abc", "xyz")}
    weights = st.integers(10, 30)
    targets = {
        "gender": shares([draw(weights) for _ in "fm"], "fm"),
        "age": shares([draw(weights) for _ in "abc"], "abc"),
        "region": shares([draw(weights) for _ in "xyz"], "xyz"),
    }
    return cells, targets


def margins(cells: dict[Profile, int], micro: dict[Profile, int], position: int) -> dict[str, Decimal]:
    sums: dict[str, int] = defaultdict(int)
    for profile, count in cells.items():
        sums[profile[position]] += count * micro[profile]
    total = sum(sums.values())
    return {value: Decimal(part) / total for value, part in sums.items()}


@settings(max_examples=60)
@given(full_tables())
def test_stored_weights_reproduce_reachable_targets_within_tolerance(
    table: tuple[dict[Profile, int], dict[str, dict[str, Decimal]]],
) -> None:
    cells, targets = table
    result = rake(cells, targets, Decimal(1000), TOLERANCE)
    assert result.converged
    for position, wanted in enumerate(targets.values()):
        found = margins(cells, result.weights_micro, position)
        assert all(abs(found[value] - share) <= TOLERANCE for value, share in wanted.items())
    assert 0 < result.efficiency_bp <= 10_000


@settings(max_examples=40)
@given(full_tables(), st.randoms(use_true_random=False))
def test_the_order_of_profiles_and_values_changes_nothing(
    table: tuple[dict[Profile, int], dict[str, dict[str, Decimal]]], random: object
) -> None:
    cells, targets = table
    items = list(cells.items())
    random.shuffle(items)  # type: ignore[attr-defined]
    turned = {name: dict(reversed(found.items())) for name, found in targets.items()}
    assert rake(dict(items), turned, Decimal(3), TOLERANCE) == rake(cells, targets, Decimal(3), TOLERANCE)


@settings(max_examples=40)
@given(full_tables(), st.sampled_from(["1", "1.2", "2", "5"]))
def test_no_weight_exceeds_the_limit(
    table: tuple[dict[Profile, int], dict[str, dict[str, Decimal]]], limit: str
) -> None:
    result = rake(*table, Decimal(limit), TOLERANCE)
    assert max(result.weights_micro.values()) <= Decimal(limit) * 1_000_000


def test_independent_margins_give_the_product_of_the_shares() -> None:
    cells: dict[Profile, int] = dict.fromkeys(product("fm", "ns"), 8)
    targets = {
        "gender": {"f": Decimal("0.52"), "m": Decimal("0.48")},
        "region": {"n": Decimal("0.45"), "s": Decimal("0.55")},
    }
    result = rake(cells, targets, Decimal(3), TOLERANCE)
    # 4 x 0.52 x 0.45 = 0.936, and so on
    assert result.weights_micro == {
        ("f", "n"): 936_000,
        ("f", "s"): 1_144_000,
        ("m", "n"): 864_000,
        ("m", "s"): 1_056_000,
    }
    assert (result.converged, result.worst_error_micro, result.efficiency_bp) == (True, 0, 9_885)


def test_respondents_who_match_already_keep_weight_one() -> None:
    result = rake({("f",): 7, ("m",): 7}, {"gender": GENDER}, Decimal(1), TOLERANCE)
    assert set(result.weights_micro.values()) == {1_000_000}
    assert (result.converged, result.iterations, result.efficiency_bp) == (True, 1, 10_000)


def test_a_value_with_no_respondent_is_not_reached() -> None:
    result = rake({("f",): 5}, {"gender": GENDER}, Decimal(5), TOLERANCE)
    assert not result.converged
    assert result.worst_error_micro == 500_000


def test_a_limit_that_forbids_the_targets_is_told_by_the_error() -> None:
    result = rake({("f",): 90, ("m",): 10}, {"gender": GENDER}, Decimal(2), TOLERANCE)
    assert not result.converged
    assert result.weights_micro[("m",)] == 2_000_000
    assert result.worst_error_micro > 100_000


def test_contradicting_margins_end_without_convergence() -> None:
    targets = {"gender": {"f": Decimal("0.52"), "m": Decimal("0.48")}, "region": GENDER}
    result = rake({("f", "f"): 8, ("m", "m"): 8}, targets, Decimal(3), TOLERANCE)
    assert not result.converged and result.iterations < 1000 and result.worst_error_micro == 20_000


def test_a_slow_table_ends_after_the_last_round() -> None:
    targets = {"a": {"0": Decimal("0.5"), "1": Decimal("0.5")}, "b": {"0": Decimal("0.5"), "1": Decimal("0.5")}}
    # An empty corner forces the opposite corner towards 0, ever more slowly.
    result = rake({("0", "0"): 50, ("0", "1"): 1, ("1", "1"): 50}, targets, Decimal(5), Decimal("0.000000000001"))
    assert result.iterations == 1000


def test_a_target_of_zero_gives_weight_zero() -> None:
    targets = {"gender": {"f": Decimal(1), "m": Decimal(0)}}
    result = rake({("f",): 4, ("m",): 4}, targets, Decimal(2), TOLERANCE)
    assert result.converged and result.weights_micro == {("f",): 2_000_000, ("m",): 0}


def test_respondents_who_are_all_of_weight_zero_reach_nothing() -> None:
    targets = {"gender": {"f": Decimal(1), "m": Decimal(0)}}
    result = rake({("m",): 4}, targets, Decimal(2), TOLERANCE)
    assert not result.converged and (result.worst_error_micro, result.efficiency_bp) == (1_000_000, 0)


def test_nobody_reaches_nothing() -> None:
    result = rake({}, {"gender": GENDER}, Decimal(2), TOLERANCE)
    assert result.weights_micro == {} and not result.converged


def test_an_error_that_rounding_alone_makes_counts_against_the_tolerance() -> None:
    targets = {"gender": {"f": Decimal("0.333333333333"), "m": Decimal("0.666666666667")}}
    strict = rake({("f",): 7, ("m",): 7}, targets, Decimal(2), Decimal("0.000000000001"))
    assert not strict.converged and strict.worst_error_micro == 0
    assert rake({("f",): 7, ("m",): 7}, targets, Decimal(2), TOLERANCE).converged


@pytest.mark.parametrize(
    ("cells", "targets", "limit", "wrong"),
    [
        ({("f",): 1}, {}, "2", "needs a variable"),
        ({("f",): 1}, {"gender": GENDER}, "0.5", "a largest weight of 1 or more"),
        ({("f",): 1}, {"gender": {"f": HALF, "m": Decimal("0.4")}}, "2", "shares of gender are not"),
        ({("f",): 1}, {"gender": {"f": Decimal("1.5"), "m": Decimal("-0.5")}}, "2", "shares of gender are not"),
        ({("x",): 1}, {"gender": GENDER}, "2", "a value without a target"),
        ({("f", "f"): 1}, {"gender": GENDER}, "2", "a value without a target"),
        ({("f",): 0}, {"gender": GENDER}, "2", "a profile is empty"),
    ],
    ids=["no variable", "limit under 1", "shares not 1", "negative share", "unknown value", "profile form", "no count"],
)
def test_input_of_another_form_is_refused(
    cells: dict[Profile, int], targets: dict[str, Any], limit: str, wrong: str
) -> None:
    with pytest.raises(ValueError, match=wrong):
        rake(cells, targets, Decimal(limit), TOLERANCE)
