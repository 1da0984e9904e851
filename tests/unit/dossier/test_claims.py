"""The dossier prints each claim that the bailiff signs for, word for word, in every language of its own."""

import html
from dataclasses import astuple

import duckdb
import pytest

from orchestration.dossier.build import build_content
from orchestration.dossier.claims import ClaimFact, read_claims
from orchestration.dossier.compose import compose
from orchestration.dossier.html import render_html
from orchestration.dossier.pdf import render_pdf
from orchestration.typesetting.blocks import Section
from orchestration.words import LANGUAGES
from tests.fixtures.dossier_ground import HOSTILE, inputs
from tests.unit.dossier.test_content import words_of

BANKS = ClaimFact("banks", "C-1", HOSTILE[0], ("Élu 2031, 1 test, #panic(1).", "Winner 2031 <b>", "الفائز 2031، 1."))
HOTELS = ClaimFact("hotels", "C-5", "Hôtel", ("Élu, ex æquo", "Winner, joint", "الفائز، مناصفة"))


def section(lang: str, *claims: ClaimFact) -> Section:
    document = compose(build_content(inputs(claims=claims)), lang)
    return next(one for one in document.annexes if one.key == "claims")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_claim_stands_word_for_word_in_three_languages(lang: str) -> None:
    texts = words_of(section(lang, HOTELS, BANKS))
    told = [texts.index(sentence) for claim in (BANKS, HOTELS) for sentence in claim.sentences]
    assert told == sorted(told), "categories stand in the rulebook's order, languages in one"
    headings = [block["text"] for block in section(lang, HOTELS, BANKS).blocks if block["kind"] == "heading"]
    assert [BANKS.company in headings[0], HOTELS.company in headings[1]] == [True, True]


@pytest.mark.parametrize("lang", LANGUAGES)
def test_without_a_title_it_says_that_no_claim_is_published(lang: str) -> None:
    assert len(words_of(section(lang).blocks)) == 1


def test_page_and_pdf_print_them() -> None:
    content = build_content(inputs(claims=(BANKS, HOTELS)))
    page = html.unescape(render_html(content).decode())
    assert all(sentence in page for claim in (BANKS, HOTELS) for sentence in claim.sentences)
    arabic = HOTELS.sentences[-1]
    assert f'<span lang="ar" dir="rtl">{arabic}</span>' in page, "an Arabic sentence is read in its own direction"
    assert render_pdf(content, "fr") != render_pdf(build_content(inputs()), "fr")


def test_claims_are_read_as_they_would_be_published() -> None:
    with duckdb.connect() as con:
        con.execute(
            "CREATE SCHEMA marts; CREATE TABLE marts.laureates (category_id VARCHAR, candidate_id VARCHAR,"
            " company VARCHAR, claim_fr VARCHAR, claim_en VARCHAR, claim_ar VARCHAR)"
        )
        assert read_claims(con) == ()
        rows = [[*astuple(claim)[:3], *claim.sentences] for claim in (HOTELS, BANKS)]
        con.executemany("INSERT INTO marts.laureates VALUES (?, ?, ?, ?, ?, ?)", rows)
        assert read_claims(con) == (BANKS, HOTELS)
