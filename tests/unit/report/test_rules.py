"""The small rules of a report as truth tables: which criteria stand out, why an outcome, how numbers are written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.report import figures
from orchestration.report.compose import say
from orchestration.report.strengths import LEAST_RATINGS, LISTED, CriterionStanding, strong_and_weak
from orchestration.report.verdict import Situation, reasons
from orchestration.scoring import Decided
from orchestration.words.catalogue import SHARED_WORDS, Words

NBSP = "\u00a0"


def standing(name: str, share: int, mean: int | None = 5000, ratings: int = LEAST_RATINGS) -> CriterionStanding:
    channel, criterion = name.split(":")
    return CriterionStanding(channel, criterion, ratings, share, mean=mean)


def names(found: tuple[CriterionStanding, ...]) -> list[str]:
    return [f"{one.channel}:{one.criterion_id}" for one in found]


# --- strong and weak points ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("criteria", "strong", "weak"),
    [
        ([], [], []),
        ([standing("a:x", 5001)], ["a:x"], []),
        ([standing("a:x", 4999)], [], ["a:x"]),
        ([standing("a:x", 5000)], [], []),
        ([standing("a:x", 9000, ratings=LEAST_RATINGS - 1)], [], []),
        ([standing("a:x", 6000), standing("a:y", 7000)], ["a:y", "a:x"], []),
        ([standing("a:x", 4000), standing("a:y", 3000)], [], ["a:y", "a:x"]),
        # far above its own mean counts, not a large share
        ([standing("a:x", 9500, 9400), standing("a:y", 3000, 1000)], ["a:y", "a:x"], []),
        # equal differences: channel first, then criterion
        ([standing("b:a", 6000), standing("a:z", 6000), standing("a:b", 6000)], ["a:b", "a:z", "b:a"], []),
        # what has no mean is not compared while others are
        ([standing("a:x", 9900, None), standing("a:y", 6000)], ["a:y"], []),
        # nothing is compared: largest and smallest shares, none on both lists
        ([standing("a:x", 9900, None), standing("a:y", 6000, None)], ["a:x", "a:y"], []),
    ],
)
def test_criteria_that_stand_out(criteria: list[CriterionStanding], strong: list[str], weak: list[str]) -> None:
    found = strong_and_weak(criteria)
    assert (names(found[0]), names(found[1])) == (strong, weak)


def test_without_a_comparison_the_smallest_shares_of_the_rest_are_weak() -> None:
    many = [standing(f"a:c{n}", 1000 * n, None) for n in range(8)]
    strong, weak = strong_and_weak(many)
    assert names(strong) == ["a:c7", "a:c6", "a:c5", "a:c4", "a:c3"]
    assert names(weak) == ["a:c0", "a:c1", "a:c2"]


@given(
    st.lists(
        st.builds(
            CriterionStanding,
            channel=st.sampled_from("abc"),
            criterion_id=st.sampled_from("uvwxyz"),
            ratings=st.integers(0, 20),
            share=st.integers(0, 10_000),
            mean=st.one_of(st.none(), st.integers(0, 10_000)),
        ),
        unique_by=lambda one: (one.channel, one.criterion_id),
    ),
    st.randoms(),
)
def test_the_lists_do_not_depend_on_the_order_and_hold_what_they_promise(
    criteria: list[CriterionStanding], random: object
) -> None:
    shuffled = list(criteria)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    strong, weak = strong_and_weak(criteria)
    assert (strong, weak) == strong_and_weak(shuffled)
    assert len(strong) <= LISTED and len(weak) <= LISTED and not set(strong) & set(weak)
    assert all(one.ratings >= LEAST_RATINGS for one in (*strong, *weak))
    if any(one.difference is not None for one in (*strong, *weak)):
        assert all((one.difference or 0) > 0 for one in strong) and all((one.difference or 0) < 0 for one in weak)


# --- why -------------------------------------------------------------------------------------------------------------


def situation(outcome: str, **changes: object) -> Situation:
    given: dict[str, object] = {
        "withdrawn": False, "elected": False, "final": 14_000_000, "rank": 2, "reason": None, "title_mark": None,
        "decided": None,
    }  # fmt: skip
    return Situation(outcome, **{**given, **changes})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (situation("elected", elected=True, decided=Decided.AUDIT), ("elected", "won_audit")),
        (situation("elected", elected=True, decided=Decided.SURVEY), ("elected", "won_survey")),
        (situation("elected", elected=True, decided=Decided.VOTE), ("elected", "won_vote")),
        (situation("elected", elected=True, decided=Decided.ALONE), ("elected", "won_alone")),
        (situation("elected", elected=True, decided=Decided.TIE_BREAK), ("elected", "won_tie_break")),
        (situation("joint", elected=True, decided=Decided.SHARED), ("joint",)),
        (situation("elected", title_mark=15_000_000), ("behind",)),
        (situation("joint", title_mark=15_000_000, rank=3), ("behind",)),
        (situation("elected", title_mark=14_000_001), ("behind",)),
        (situation("elected", title_mark=14_000_000), ("tie_broken",)),
        (situation("elected", title_mark=15_000_000, reason="below_min_mark"), ("behind", "below_minimum")),
        (situation("no_award_min_mark", rank=1, reason="below_min_mark"), ("nobody_reached",)),
        (situation("no_award_too_few_candidates", rank=1, reason="too_few_candidates"), ("too_few",)),
        (situation("no_award_tie", rank=1), ("tie_no_award",)),
        (situation("no_award_tie", rank=3), ("tie_no_award_behind",)),
        (situation("no_award_tie", rank=3, reason="below_min_mark"), ("tie_no_award_behind", "below_minimum")),
        (situation("elected", withdrawn=True, final=None, rank=None, title_mark=15_000_000), ("withdrawn",)),
    ],
)
def test_why_a_candidate_was_elected_or_not(given: Situation, expected: tuple[str, ...]) -> None:
    assert reasons(given) == expected


# --- numbers ---------------------------------------------------------------------------------------------------------


def test_a_difference_is_that_of_the_numbers_shown() -> None:
    assert say.mark_difference(15_284_999, 14_155_000, "fr") == "+1,12"  # 15,28 and 14,16, not 1,13
    assert say.mark_difference(14_000_000, 14_004_999, "fr") == "0,00"
    assert say.mark_difference(12_500_000, 13_750_000, "fr") == "−1,25"
    assert say.mark_difference(None, 1, "fr") == say.mark_difference(1, None, "fr") == "–"
    assert say.share(7875, "fr") == f"78,8{NBSP}%" and say.share(7875, "en") == "78.8%" and say.share(None, "en") == "–"
    assert say.share_difference(7875, 8000, "en") == "−1.2"
    assert say.share_difference(5, None, "en") == "–"


def test_a_sign_stays_before_its_number_in_arabic() -> None:
    assert say.mark_difference(12_500_000, 13_750_000, "ar") == "\u2066−1,25\u2069"
    assert say.share_difference(8000, 7900, "ar") == "\u2066+1,0\u2069"


def test_a_gap_too_small_for_two_decimals_is_told_in_words() -> None:
    words = Words("fr", folders=(SHARED_WORDS, say.OWN))
    assert say.gap(15_000_000, 14_995_001, words) == "moins d’un centième de point"
    assert say.gap(15_790_000, 14_030_000, words) == "1,76"


@given(st.lists(st.integers(0, 20_000_000), min_size=2, max_size=12))
def test_a_mean_counts_each_candidate_once_and_stays_between_the_smallest_and_the_largest(values: list[int]) -> None:
    known = {f"c{at}": {"channel:phone": value} for at, value in enumerate(values)}
    found = figures.mean("channel:phone", known, {**known, "x": {}})
    assert found is not None and min(values) <= found <= max(values)
    assert abs(found * len(values) - sum(values)) * 2 <= len(values)


def test_there_is_no_mean_of_one() -> None:
    assert figures.mean("channel:phone", ["a", "b"], {"a": {"channel:phone": 5}, "b": {}}) is None
