"""How titles are told, and why each category came out as it did."""

from dataclasses import replace
from typing import Any

import pytest

from orchestration.scoring.model import (
    CategoryFact,
    ChannelFact,
    ComponentFact,
)
from orchestration.words.typography import NBSP, THIN
from tests.fixtures.dossier_ground import candidate
from tests.fixtures.dossier_reader import dossier, told, words_of


def _category(outcome: str, *finals: float, **first: Any) -> CategoryFact:
    ranked = [candidate(f"C-{n}", f"Compagnie {n}", final, n) for n, final in enumerate(finals, 1)]
    return CategoryFact("banks", outcome, (replace(ranked[0], **first), *ranked[1:]))


def _marks(name: str, mark: int, observations: int) -> tuple[ComponentFact, ...]:
    kept = (ComponentFact(part, 15_000_000, 5) for part in ("audit", "survey", "vote") if part != name)
    return (*kept, ComponentFact(name, mark, observations))


@pytest.mark.parametrize(
    ("category", "reason"),
    [
        (_category("elected", 15, 14), "Compagnie 1 a la note finale la plus haute, 15,00"),
        (_category("elected", 15, 14), f"Note minimale de 12,50 atteinte{THIN}; candidats en lice{NBSP}: 2"),
        (_category("joint", 15, 15), "le règlement partage alors le titre"),
        (_category("no_award_tie", 15, 15), "le règlement n’attribue alors pas le titre"),
        (_category("no_award_min_mark", 11, 10), "11,00, est inférieure à la note minimale, 12,50"),
        (_category("no_award_too_few_candidates", 15), f"candidats en lice{NBSP}: 1, minimum exigé{NBSP}: 2"),
        (
            _category("elected", 15, 15, components=_marks("audit", 16_000_000, 5)),
            f"devance Compagnie 2 au critère «{NBSP}note d’audit{NBSP}»{NBSP}: 16,00 contre 15,00.",
        ),
        (
            _category("elected", 15, 15, components=_marks("survey", 15_000_001, 5)),
            f"note d’enquête{NBSP}»{NBSP}: 15{THIN}000{THIN}001 millionièmes contre 15{THIN}000{THIN}000 millionièmes.",
        ),
        (
            _category("elected", 15, 15, components=_marks("vote", 15_000_000, 6)),
            f"au critère «{NBSP}nombre de votes comptés{NBSP}»{NBSP}: 6 votes contre 5 votes.",
        ),
        (
            _category("elected", 15, 15, channels=(ChannelFact("phone", 6000, planned=3, counted=3, mark=16_000_000),)),
            "Compagnie 1 est élu à note finale égale, 15,00. "
            f"Compagnie 1 devance Compagnie 2 au critère «{NBSP}canal téléphone{NBSP}»{NBSP}: 16,00 contre 15,00.",
        ),
    ],
)
def test_each_outcome_says_why(category: CategoryFact, reason: str) -> None:
    assert reason in told(dossier(categories=(category,)), "results")


def test_the_criterion_that_separated_the_last_of_several_equals_is_named() -> None:
    first, second, third = _category("elected", 15, 15, 15).candidates
    first = replace(first, components=_marks("vote", 15_000_000, 9))
    second = replace(second, components=_marks("audit", 14_000_000, 5))
    text = told(dossier(categories=(CategoryFact("banks", "elected", (first, second, third)),)), "results")
    assert f"Compagnie 1 devance Compagnie 2 au critère «{NBSP}note d’audit{NBSP}»{NBSP}: 15,00 contre 14,00." in text
    votes = f"nombre de votes comptés{NBSP}»{NBSP}: 9 votes contre 5 votes."
    assert f"Compagnie 1 devance Compagnie 3 au critère «{NBSP}{votes}" in text


def test_titles_show_marks_margin_and_robustness() -> None:
    text = told(dossier(), "results")
    assert "L’écart en tête du classement dépasse l’incertitude due aux tests." in text
    assert f"Retiré{NBSP}: Retirée SA." in text
    assert f"Aucun titre{NBSP}: la note finale la plus haute, 11,00, est inférieure à la note minimale, 12,50." in text
    assert f"non éligible{NBSP}: sous la note minimale" in text
    assert "Aucun nombre de tests faux ne changerait cette issue." in text
    assert "16,12" in text and "2,12" in text


def test_a_close_title_says_that_other_tests_could_give_another_order() -> None:
    close = CategoryFact("banks", "elected", (candidate("A", "A", 16.0, 1, margin=1), candidate("B", "B", 15.9, 2)))
    document = dossier(categories=(close,))
    assert "ne dépasse pas l’incertitude" in told(document, "results")
    assert f"Catégories dont l’écart en tête ne dépasse pas l’incertitude des tests{NBSP}: 1" in "\n".join(
        words_of(document.front)
    )


def test_a_shared_title_names_all_its_holders() -> None:
    tied = tuple(candidate(k, f"Société {k}", 16.0, 1) for k in "AB")
    document = dossier(categories=(CategoryFact("banks", "joint", tied),))
    assert "Société A et Société B ont la même note finale, 16,00" in told(document, "results")
    front = "\n".join(words_of(document.front))
    assert f"Catégories{NBSP}: 1 = 0 à un seul élu + 1 à titre partagé + 0 sans titre" in front
    assert f"élus{NBSP}: 2." in front


def test_a_category_where_nobody_is_left_has_no_table() -> None:
    gone = CategoryFact("banks", "no_award_too_few_candidates", (candidate("A", "A", None, None, withdrawn=True),))
    text = told(dossier(categories=(gone,)), "results")
    assert "Rang" not in text and f"Retiré{NBSP}: A." in text


def test_a_candidate_without_a_mark_is_shown_with_a_dash() -> None:
    nobody = CategoryFact("banks", "no_award_min_mark", (candidate("A", "A", None, None, eligible=False),))
    assert "–" in told(dossier(categories=(nobody,)), "results")
