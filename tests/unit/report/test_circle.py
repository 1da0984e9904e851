"""Whom a candidate may be compared with: the rule as a table, and as an attack with linear algebra."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from itertools import combinations, product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.report.circle import Circle, Competitor, Field, circles
from orchestration.report.figures import mean


def field(categories: dict[str, str], published: Collection[str] = (), **more: Collection[str]) -> Field:
    """A field of candidates named by one letter each: `{"banks/private": "abc"}`. A candidate's company is its small
    letter, so that `a` and `A` are two candidates of one company. `more`: who has a number that not everybody has."""
    competitors = {
        key: Competitor(key.lower(), name.split("/")[0], name.split("/")[1])
        for name, keys in categories.items()
        for key in keys
    }
    holders = {"channel:phone": frozenset(competitors), **{name: frozenset(keys) for name, keys in more.items()}}
    return Field(competitors, holders, frozenset(published))


def level(fields: Field | Sequence[Field], candidate: str) -> str | None:
    """The group that a candidate is compared with."""
    circle = circles(candidate.lower(), [fields] if isinstance(fields, Field) else fields)[candidate]
    return circle.level if circle else None


@pytest.mark.parametrize(
    ("categories", "published", "expected"),
    [
        # (the category of r, others of its sector, others of the edition), whose marks are published, what r sees
        (("rabc", "", ""), "", "category"),
        (("rabc", "", ""), "a", "category"),  # two of the three others are unpublished
        (("rabc", "", ""), "r", "category"),  # r's own title hides nothing of the others
        (("rabc", "defg", "hijk"), "ab", "sector"),  # a joint title leaves one unpublished
        (("rab", "d", ""), "", "sector"),
        (("rab", "d", ""), "ab", None),  # three others, one of them unpublished, everywhere
        (("ra", "d", "h"), "", "edition"),
        (("r", "", "hij"), "", "edition"),
        (("r", "ab", ""), "", None),
        (("ra", "", ""), "", None),
        (("r", "", ""), "", None),
    ],
)
def test_the_nearest_group_that_keeps_the_others_marks(
    categories: tuple[str, str, str], published: str, expected: str | None
) -> None:
    own, sector, edition = categories
    assert level(field({"x/private": own, "y/private": sector, "z/public": edition}, published), "r") == expected


def test_a_circle_holds_the_candidate_and_all_of_its_group() -> None:
    found = circles("r", [field({"x/private": "rabc", "y/private": "d"})])
    assert found == {"r": Circle("category", frozenset("rabc"))}


def test_a_candidate_of_the_reader_s_own_company_is_no_other() -> None:
    """R is r's company's: what is left of the category are two others."""
    assert level(field({"x/private": "rRab", "y/private": "defg"}), "r") == "sector"


def test_two_reports_of_one_company_cannot_be_subtracted_from_each_other() -> None:
    """The category of r has three others, its sector one more, d: the difference of their means would be d's mark."""
    both = field({"x/private": "rabc", "y/private": "Rd", "z/public": "hijk"})
    assert {level(both, "r"), level(both, "R")} == {"sector"}
    assert level(field({"x/private": "rabc", "y/private": "d", "z/public": "hijk"}), "r") == "category"
    wide = field({"x/private": "rabc", "y/private": "Rdef"})
    assert {level(wide, "r"), level(wide, "R")} == {"category"}


def test_a_number_that_few_have_counts_by_those_who_have_it() -> None:
    known = {"x/private": "rabc", "y/private": "defg"}
    assert level(field(known, **{"criterion:visit:queue": "ra"}), "r") is None
    assert level(field(known, **{"criterion:visit:queue": "radef"}), "r") == "sector"
    assert level(field(known, **{"criterion:visit:queue": "r"}), "r") == "category"


def test_a_candidate_who_leaves_between_two_releases_cannot_be_found_by_subtraction() -> None:
    before = field({"x/private": "rabcd", "y/private": "efgh"})
    after = field({"x/private": "rabc", "y/private": "efgh"})
    assert level([before], "r") == "category"
    assert level([before, after], "r") is None, "any group that lacks d gives d away to who holds the first report"
    assert level([before, before], "r") == "category"
    four_left = field({"x/private": "ra", "y/private": "efgh"})
    assert level([before, four_left], "r") is None, "the rest of the category is one candidate"


def test_a_mark_published_once_is_known_ever_after() -> None:
    first = field({"x/private": "rabc", "y/private": "defg"}, "ab")
    second = field({"x/private": "rabc", "y/private": "defg"}, "c")
    assert level([second], "r") == "category"
    assert level([first, second], "r") == "sector"


# --- the attack ------------------------------------------------------------------------------------------------------


def rank(rows: list[list[Fraction]]) -> int:
    """The rank of a matrix, by elimination."""
    rows, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((at for at in range(found, len(rows)) if rows[at][column]), None)
        if pivot is None:
            continue
        rows[found], rows[pivot] = rows[pivot], rows[found]
        for at in range(found + 1, len(rows)):
            factor = rows[at][column] / rows[found][column]
            rows[at] = [a - factor * b for a, b in zip(rows[at], rows[found], strict=True)]
        found += 1
    return found


def gives_away(groups: list[frozenset[str]], others: list[str], few: Collection[str]) -> bool:
    """Whether some combination of the groups' sums speaks of nobody but these few: then it says what they add up to."""

    def matrix(columns: list[str]) -> list[list[Fraction]]:
        return [[Fraction(key in group) for key in columns] for group in groups]

    return rank(matrix([key for key in others if key not in few])) < rank(matrix(others))


fields = st.integers(0, 10_000_000).flatmap(
    lambda seed: st.builds(
        lambda sizes, sectors, companies, titles: (seed, sizes, sectors, companies, titles),
        st.lists(st.integers(1, 5), min_size=1, max_size=4),
        st.lists(st.sampled_from(["private", "public"]), min_size=4, max_size=4),
        st.lists(st.integers(0, 14), min_size=20, max_size=20),
        st.lists(st.integers(0, 2), min_size=4, max_size=4),
    )
)


def drawn(sizes: list[int], sectors: list[str], companies: list[int], titles: list[int]) -> Field:
    """A field of these categories; the first candidates of each are elected."""
    competitors, published, number = {}, set(), 0
    for category, size in enumerate(sizes):
        for member in range(size):
            key = f"c{number:02d}"
            competitors[key] = Competitor(f"f{companies[number]}", f"k{category}", sectors[category])
            if member < titles[category]:
                published.add(key)
            number += 1
    return Field(competitors, {"channel:phone": frozenset(competitors)}, frozenset(published))


@settings(max_examples=80)
@given(fields)
def test_no_reader_can_work_out_a_sum_of_fewer_than_three_others_or_of_one_unpublished(
    world: tuple[int, list[int], list[str], list[int], list[int]],
) -> None:
    known = drawn(*world[1:])
    for company in sorted({competitor.company_id for competitor in known.competitors.values()}):
        found = [circle.members for circle in circles(company, [known]).values() if circle]
        others = sorted(key for key, competitor in known.competitors.items() if competitor.company_id != company)
        for few in (*((key,) for key in others), *combinations(others, 2)):
            assert not gives_away(found, others, few), (company, few)
        for one in set(others) - known.published:
            assert not gives_away(found, others, {one, *(known.published & set(others))}), (company, one)


def test_the_attack_finds_what_a_careless_comparison_would_give_away() -> None:
    """The category's mean with one other, and two groups that differ by one."""
    assert gives_away([frozenset("ra")], ["a"], ["a"])
    assert gives_away([frozenset("rabc"), frozenset("rabcd")], list("abcd"), ["d"])
    assert not gives_away([frozenset("rabc")], list("abc"), ["a", "b"])


SCALE = range(4)


def seen(worlds: Field, marks: dict[str, int], careless: bool = False) -> int | None:
    """What the company r is shown of a channel when the marks are these (a scale of four steps)."""
    circle = circles("r", [worlds])["r"]
    members = worlds.group("category", "r") if careless else circle.members if circle else frozenset()
    return mean("channel:phone", members, {key: {"channel:phone": value * 1000} for key, value in marks.items()})


@pytest.mark.parametrize("own", SCALE)
@pytest.mark.parametrize("careless", [False, True])
def test_in_a_category_of_three_every_mark_of_another_stays_possible(own: int, careless: bool) -> None:
    """Brute force over all marks: r and a, b in its category (a elected, its mark published), c and d in its sector.

    For each mean that r may be shown, and each published mark, no other candidate is left with one possible mark,
    unless all of them stand at one end of the scale. A careless mean of the category gives b away.
    """
    worlds = field({"x/private": "rab", "y/private": "cd"}, "a")
    possible: dict[tuple[int | None, int], dict[str, set[int]]] = {}
    for a, b, c, d in product(SCALE, repeat=4):
        shown = seen(worlds, {"r": own, "a": a, "b": b, "c": c, "d": d}, careless)
        for key, value in (("b", b), ("c", c), ("d", d)):
            possible.setdefault((shown, a), {}).setdefault(key, set()).add(value)
    ends = {
        (seen(worlds, {"r": own, "a": a, **dict.fromkeys("bcd", end)}, careless), a)
        for a in SCALE
        for end in (SCALE[0], SCALE[-1])
    }
    found_out = {
        key for told, left in possible.items() if told not in ends for key, values in left.items() if len(values) == 1
    }
    assert found_out == ({"b"} if careless else set())
