"""The body is done in ten pages, whatever stands in the annexes (SPEC 7); figures that stand twice are the same."""

import re
from dataclasses import replace
from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING, Any

import pytest
from pypdf import PdfReader

from expectations import all_checks
from orchestration.dossier import build_content, render_pdf
from orchestration.dossier.compose import compose
from orchestration.dossier.model import CheckFact, Content
from orchestration.dossier.pdf import part_pages
from orchestration.scoring import CategoryFact
from orchestration.typesetting import Block, Document
from tests.fixtures.dossier_ground import candidate, inputs, rulebook
from tests.fixtures.dossier_reader import part_of, words_of
from tests.fixtures.dossier_states import CONTESTED, large, state_of, states, tied

if TYPE_CHECKING:
    from orchestration.evidence import Outcome, Severity

MOST = 10
LANGUAGES = ("fr", "en", "ar")


def _checks() -> tuple[CheckFact, ...]:
    """Every registered check: four flagged, five noted, the rest in order."""
    found = []
    for n, spec in enumerate(spec for spec in all_checks() if spec.gate != "publication"):
        severity: Severity = "warning" if n % 30 == 1 else "info" if n % 20 == 2 else "blocking"
        outcome: Outcome = "passed" if severity == "blocking" else "failed"
        keys = tuple(f"{spec.id}-{k}" for k in range(40)) if outcome == "failed" else ()
        found.append(
            CheckFact(
                spec.id,
                spec.gate,
                severity,
                spec.fr,
                en=spec.en,
                ar=spec.ar,
                expected=spec.expected,
                observed="7 / 12867",
                outcome=outcome,
                failing_count=len(keys),
                failing_keys=keys,
                component=spec.component,
            )
        )
    return tuple(found)


def _category(number: int) -> CategoryFact:
    if number % 6 == 0:
        return tied(category=f"c{number}")
    names = ("Compagnie marocaine de services et de télécommunications", "Deux", "Trois", "Quatre")
    ranked = [candidate(f"c{number}-{n}", name, 16.0 - n, n + 1, margin=1_000_000) for n, name in enumerate(names)]
    return CategoryFact(f"c{number}", ("elected", "no_award_min_mark")[number % 11 == 10], tuple(ranked))


@cache
def heavy() -> Content:
    """An edition as large as they come: 26 categories, every check, draws, contests, reservations."""
    listed = "".join(
        f"\n  - {{id: c{n}, sector: private, label: {{fr: Services aux particuliers {n}}}}}" for n in range(26)
    )
    book = rulebook(**CONTESTED, **{"categories:\n": f"categories:{listed}\n"})
    return build_content(inputs(categories=tuple(map(_category, range(26))), checks=_checks(), **large(book)))


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_body_of_a_large_edition_is_done_in_ten_pages(lang: str) -> None:
    pdf = render_pdf(heavy(), lang)
    pages = part_pages(pdf)
    assert pages["elected"] == 1, "who is elected stands on page 2"
    assert pages["signature"] + 1 <= MOST
    annexes = [pages[part.key] for part in compose(heavy(), lang).annexes]
    assert annexes == sorted(annexes) and annexes[0] == pages["signature"] + 1
    assert len(PdfReader(BytesIO(pdf)).pages) > MOST


@pytest.mark.parametrize("name", ["usual", "traced with a fault", "many ties", "contests"])
def test_the_body_of_a_little_edition_is_short(name: str) -> None:
    pages = part_pages(render_pdf(state_of(name)))
    assert pages["elected"] == 1 and pages["signature"] < MOST - 2


# --- one figure, one meaning -----------------------------------------------------------------------------------------


def numbers(text: str) -> list[int]:
    """The whole numbers of a French sentence."""
    return [int(re.sub(r"\D", "", found)) for found in re.findall(r"(?<![\d,])\d[\d\u202f]*(?![\d,]*\d)", text)]


def sums(text: str) -> list[tuple[int, list[int]]]:
    """Every sum that a text states: `total = a + b`."""
    stated = re.findall(r": ([\d\u202f]+) = ([^.;(]+)", text.replace("\xa0", " "))
    return [(numbers(total)[0], [numbers(part)[-1] for part in parts.split(" + ")]) for total, parts in stated]


def table_of(document: Document, key: str, number: int = 0) -> Block:
    return [block for block in part_of(document, key).blocks if block["kind"] == "table"][number]


EVERY = [*states(), "heavy"]


def told(name: str) -> tuple[Content, Document]:
    content = heavy() if name == "heavy" else state_of(name)
    return content, compose(content, "fr")


@pytest.mark.parametrize("name", EVERY)
def test_every_sum_that_is_stated_closes(name: str) -> None:
    _, document = told(name)
    stated = [one for text in words_of(document) for one in sums(text)]
    assert len(stated) >= 3
    assert [one for one in stated if one[0] != sum(one[1])] == []


@pytest.mark.parametrize("name", EVERY)
def test_the_first_page_counts_what_the_parts_show(name: str) -> None:
    content, document = told(name)
    front = "\n".join(words_of(document.front)).replace("\xa0", " ")

    def stated(words: str) -> list[int]:
        found = re.search(rf"{words} : [^\n]*", front)
        return numbers(found[0].split(" (")[0]) if found else []

    overview = table_of(document, "elected")["rows"]
    decided = [row[4]["text"] for row in overview]
    assert stated("Catégories")[0] == len(overview)
    assert stated("Catégories")[-1] == sum(len(c.elected) for c in content.categories)
    assert sum(stated("Ce qui a décidé des titres, en nombre de catégories")) == len(decided) - decided.count(
        "sans titre"
    )
    fragile = [row for row in overview if row[5]["text"] == "non"]
    assert (stated("Catégories dont l’écart en tête ne dépasse pas l’incertitude des tests") or [0])[0] == len(fragile)
    received = table_of(document, "rows")["rows"][-1]
    assert stated("Lignes reçues") == [int(re.sub(r"\D", "", cell["text"])) for cell in received[1:5]]
    compared = table_of(document, "recount")["rows"] if content.inputs.recount.tables else []
    columns = [sum(int(re.sub(r"\D", "", row[at]["text"])) for row in compared) for at in (2, 3)]
    assert (stated("Second calcul, indépendant du premier") or [0, 0]) == columns
    assert stated("Corrections apportées aux données reçues")[0] == len(content.inputs.corrections)
    contested = stated("Contestations reçues")
    if content.inputs.contests:
        total = table_of(document, "contests")["rows"][-1]
        assert contested == [int(total[-1]["text"]), *(int(cell["text"]) for cell in total[1:5])]
    chosen = stated("Tests choisis pour être retrouvés à leur source")
    assert sum(chosen) == sum(len(draw.all_tests) for draw in content.inputs.draws)


@pytest.mark.parametrize("name", EVERY)
def test_what_is_signed_counts_what_the_parts_show(name: str) -> None:
    content, document = told(name)
    act = "\n".join(words_of(document.signature)).replace("\xa0", " ")
    counted: dict[str, Any] = {
        r"établi (?:le|les (\d+)) scellés?": content.inputs.seals,
        r"lancé les dés (?:du|des (\d+)) tirages?": [draw for draw in content.inputs.draws if draw.size],
        r"arrêté le résultat (?:du|des (\d+)) tirages?": [draw for draw in content.inputs.draws if draw.traced],
        r"admet (?:le|les (\d+)) points? signalés?": content.flagged,
        r"signe sous (?:la|les (\d+)) réserves?": content.inputs.reservations,
    }
    for words, items in counted.items():
        found = re.search(words, act)
        assert (int(found[1] or 1) if found else 0) == len(items), words


def test_rows_by_reason_and_by_source_are_the_same_rows() -> None:
    content = state_of("bare")
    left = [account.excluded + account.set_aside for account in content.inputs.accounts]
    assert sum(left) > 0
    usual = build_content(replace(inputs()))
    by_reason = table_of(compose(usual, "fr"), "rows", 1)["rows"]
    shown = sum(int(re.sub(r"\D", "", row[3]["text"])) for row in by_reason)
    assert shown == sum(reason.rows for reason in usual.inputs.reasons)
