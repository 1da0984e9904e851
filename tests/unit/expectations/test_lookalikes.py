"""Names that look alike are named with the signs in which they differ; names that do not are left alone."""

import pytest

from expectations.lookalikes import lookalikes, prototype


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("Atlas", "\u0410tlas", "a Atlas (U+0061) = b \u0410tlas (U+0430)"),
        ("Atlas", "Atlas ", "a Atlas = b Atlas  (U+0020)"),
        ("Atlas", " Atlas", "a Atlas = b  Atlas (U+0020)"),
        ("Atlas Bank", "Atlas\u00a0Bank", "a Atlas Bank (U+0020) = b Atlas\u00a0Bank (U+00A0)"),
        ("Caf\u00e9", "Cafe\u0301", "a Caf\u00e9 (U+00E9) = b Cafe\u0301 (U+0065, U+0301)"),
        ("Atlas", "At\u200blas", "a Atlas = b At\u200blas (U+200B)"),
        ("Atlas", "\uff21tlas", "a Atlas (U+0061) = b \uff21tlas (U+FF41)"),
        ("Atlas", "AtIas", "a Atlas (U+006C) = b AtIas (U+0069)"),
        ("ATLAS", "\u0410\u0422LAS", "a ATLAS (U+0061, U+0074) = b \u0410\u0422LAS (U+0430, U+0442)"),
        (
            "\u0628\u0643",
            "\u0628\u0640\u0643",
            "a \u0628\u0643 = b \u0628\u0640\u0643 (U+0640)",
        ),
        ("Omega", "\u039fmega", "a Omega (U+006F) = b \u039fmega (U+03BF)"),
    ],
)
def test_two_names_that_look_alike_are_both_named(one: str, other: str, told: str) -> None:
    assert lookalikes([("a", one), ("b", other), ("c", "Bahia")]) == [told]


def test_other_names_and_one_company_are_left_alone() -> None:
    """A name in another case is the same name, which is another check's; so is one company under two names."""
    assert (
        lookalikes([("a", "Atlas"), ("b", "ATLAS"), ("c", "Atlan"), ("d", "Atlas 2"), ("e", "\u0628\u0646\u0643")])
        == []
    )
    assert lookalikes([("a", "Atlas"), ("a", "\u0410tlas")]) == []


def test_signs_that_look_alike_have_one_prototype() -> None:
    assert {prototype(sign) for sign in "lI1|"} == {"l"}
    assert prototype("m") == "rn" and prototype("\u0416") == prototype("\u0416")
    assert all(prototype(one) == one for sign in "abcXYZ09\u0430\u0410" for one in prototype(sign))


def test_two_signs_that_only_look_like_each_other_meet_in_one() -> None:
    from confusable_homoglyphs.confusables import confusables_data

    mutual = [
        (sign, alike[0]["c"])
        for sign, alike in confusables_data.items()
        if len(alike) == 1 and [one["c"] for one in confusables_data.get(alike[0]["c"], ())] == [sign]
    ]
    assert mutual and all(prototype(one) == prototype(other) for one, other in mutual)
