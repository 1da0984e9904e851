"""Units of marks and of bytes, and the one rounding rule.

Belongs here: micropoints, half up, how a mark is shown, and the mebibyte. The recount has its own (it shares no
code with the first computation); dbt has the macro `half_up`.
"""

MICRO = 1_000_000
"""Micropoints in one point; also millionths of a survey weight."""

TOP = 20 * MICRO
"""The best possible mark, 20 out of 20, in micropoints."""

BASIS_POINTS = 10_000

MIB = 1 << 20
"""Bytes in a mebibyte."""


def half_up(numerator: int, denominator: int) -> int:
    """Divide and round half up to a whole number (SPEC 5, ⌊x⌉), exactly, with integers alone.

    Raises ZeroDivisionError for a denominator of 0 and ValueError for a negative one.
    """
    if denominator < 0:
        raise ValueError("half_up needs a positive denominator")
    return (2 * numerator + denominator) // (2 * denominator)


def hundredths(micro: int) -> int:
    """Round micropoints half up to hundredths of a point, the precision in which marks are shown."""
    return half_up(micro, MICRO // 100)


def mark_text(micro: int) -> str:
    """A mark with two decimals and a point, as in the results: "12.50"."""
    sign = "-" if (shown := hundredths(micro)) < 0 else ""
    whole, cents = divmod(abs(shown), 100)
    return f"{sign}{whole}.{cents:02d}"


def thousandths_text(value: int) -> str:
    """A measured value, kept in thousandths of its unit, as a decimal number without useless zeros: 19900 is `19.9`."""
    whole, rest = divmod(value, 1000)
    return f"{whole}.{rest:03d}".rstrip("0").rstrip(".")
