"""What decided a title, read off hand-made categories in each of its cases."""

from dataclasses import replace

import pytest

from orchestration.scoring.deciding import Decided, Parting, decided_by, deciding_value, partings
from orchestration.scoring.model import CandidateFact, CategoryFact, ChannelFact, ComponentFact
from orchestration.units import MICRO, half_up
from tests.fixtures.dossier_ground import candidate, rulebook

BOOK = rulebook()
WEIGHTS = {"audit": 7000, "survey": 2000, "vote": 1000}


def scored(key: str, audit: float, survey: float, vote: float, votes: int = 5) -> CandidateFact:
    """A candidate whose final mark follows from its three components."""
    marks = {"audit": audit, "survey": survey, "vote": vote}
    micro = {name: round(mark * MICRO) for name, mark in marks.items()}
    parts = tuple(ComponentFact(name, micro[name], votes if name == "vote" else 5) for name in marks)
    final = half_up(sum(WEIGHTS[name] * micro[name] for name in marks), 10_000)
    return replace(candidate(key, key, 0.0, None), components=parts, final=final)


def category(outcome: str, *candidates: CandidateFact, ranks: tuple[int, ...] = ()) -> CategoryFact:
    given = ranks or tuple(range(1, len(candidates) + 1))
    return CategoryFact("c", outcome, tuple(replace(c, rank=r) for c, r in zip(candidates, given, strict=True)))


@pytest.mark.parametrize(
    ("first", "second", "decided"),
    [
        (scored("A", 16, 10, 10), scored("B", 15, 11, 11), Decided.AUDIT),
        (scored("A", 15, 16, 10), scored("B", 15.5, 10, 10), Decided.SURVEY),
        (scored("A", 15, 15, 20), scored("B", 15.2, 15, 10), Decided.VOTE),
        (scored("A", 15, 15, 20), scored("B", 15, 15, 10), Decided.VOTE),
        (scored("A", 16, 10, 20), scored("B", 15, 15, 10), Decided.VOTE),
        (scored("A", 16, 14, 12), scored("B", 16, 14, 12), Decided.TIE_BREAK),
    ],
)
def test_the_component_with_which_the_holder_comes_first_decided(
    first: CandidateFact, second: CandidateFact, decided: Decided
) -> None:
    assert decided_by(category("elected", first, second), BOOK) is decided


def test_shared_alone_and_no_title_are_cases_of_their_own() -> None:
    one, other = scored("A", 15, 15, 15), scored("B", 15, 15, 15)
    assert decided_by(category("joint", one, other, ranks=(1, 1)), BOOK) is Decided.SHARED
    assert decided_by(category("elected", one), BOOK) is Decided.ALONE
    assert decided_by(category("no_award_tie", one, other, ranks=(1, 1)), BOOK) is None


def test_a_rulebook_without_audit_is_decided_by_what_it_has() -> None:
    book = rulebook(**{"{audit: 7000, survey: 2000, vote: 1000}": "{audit: 0, survey: 9000, vote: 1000}"})
    found = category("elected", scored("A", 10, 16, 10), scored("B", 19, 15, 10))
    assert decided_by(found, book) is Decided.SURVEY


def test_facts_that_contradict_their_final_marks_name_the_last_component() -> None:
    one, other = scored("A", 15, 15, 15), scored("B", 15, 15, 15)
    assert decided_by(category("elected", replace(one, final=16 * MICRO), other), BOOK) is Decided.VOTE


def test_each_who_came_behind_on_equal_marks_is_parted_by_the_first_key_that_differs() -> None:
    first = replace(
        scored("A", 15, 15, 15, votes=9), channels=(ChannelFact("phone", 6000, planned=3, counted=3, mark=17 * MICRO),)
    )
    second = replace(
        scored("B", 15, 15, 15, votes=9), channels=(ChannelFact("phone", 6000, planned=3, counted=3, mark=16 * MICRO),)
    )
    third = replace(scored("C", 15, 15, 15, votes=7), channels=first.channels)
    fourth = scored("D", 14, 15, 15)
    found = category("elected", first, second, third, fourth)
    ranked = found.ranked
    assert partings(found, BOOK) == (
        Parting(ranked[0], ranked[1], key="channel:phone", value=17 * MICRO, other_value=16 * MICRO),
        Parting(ranked[0], ranked[2], key="vote", value=9, other_value=7),
    )


def test_equals_that_no_key_separates_and_categories_without_a_title_have_no_parting() -> None:
    one, other = scored("A", 15, 15, 15), scored("B", 15, 15, 15)
    assert partings(category("elected", one, other), BOOK) == ()
    assert partings(category("no_award_min_mark", one, other), BOOK) == ()
    assert partings(category("joint", one, other, ranks=(1, 1)), BOOK) == ()


def test_a_channel_or_component_that_a_candidate_has_not_has_no_value() -> None:
    bare = replace(scored("A", 15, 15, 15), components=(), channels=())
    assert [deciding_value(bare, key) for key in ("channel:phone", "vote", "audit")] == [None, None, None]
