"""The one rounding rule, and how a mark is shown."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.units import half_up, mark_text, thousandths_text


@given(st.integers(), st.integers(min_value=1))
def test_half_up_is_the_nearest_whole_number_and_the_higher_of_two_equally_near(n: int, d: int) -> None:
    rounded = half_up(n, d)
    assert 2 * (d * rounded - n) <= d and 2 * (n - d * rounded) < d


def test_a_denominator_that_is_no_number_of_parts_is_refused() -> None:
    with pytest.raises(ValueError, match="positive denominator"):
        half_up(1, -2)
    with pytest.raises(ZeroDivisionError):
        half_up(1, 0)


@pytest.mark.parametrize(
    ("micro", "shown"), [(12_495_000, "12.50"), (12_494_999, "12.49"), (-5_000, "0.00"), (-15_000, "-0.01")]
)
def test_a_mark_is_shown_rounded_half_up(micro: int, shown: str) -> None:
    assert mark_text(micro) == shown


@pytest.mark.parametrize(
    ("value", "told"), [(0, "0"), (35_000, "35"), (19_900, "19.9"), (1, "0.001"), (10_010, "10.01")]
)
def test_a_measured_value_is_told_without_useless_zeros(value: int, told: str) -> None:
    assert thousandths_text(value) == told
