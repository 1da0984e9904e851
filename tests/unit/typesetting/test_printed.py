"""The apostrophe of print: everywhere that people read, nowhere that signs are compared."""

import re
import subprocess
from pathlib import Path

import pytest

from orchestration.dossier.build import build_content
from orchestration.dossier.html import render_html
from orchestration.dossier.pdf import render_pdf
from orchestration.typesetting import AsGiven, code, digest, printed, text, web_page
from orchestration.words import apostrophes
from tests.fixtures.dossier_ground import PHONE, inputs, rulebook

STRAIGHT = re.compile(r"\w'\w")
TITLES = {
    "Élu Service Client de l’Année": "Élu Service Client de l'Année",
    "Customer Service of the Year Morocco": "The Year's Customer Service",
    "label: {fr: Attente}": "label: {fr: Temps d'attente, en: The caller's wait}",
    "fr: Hôtels, en: Hotels": "fr: Chaînes d'hôtels, en: Travellers' hotels",
}


def test_an_apostrophe_inside_a_word_is_that_of_print_and_a_quotation_mark_is_left() -> None:
    assert apostrophes("l'année d'Aïn, the bank's 'own' =cmd|' /C") == "l’année d’Aïn, the bank’s 'own' =cmd|' /C"
    assert printed({"rows": [text("l'an"), "qu'un"], "svg": "<a b='c'd>", "n": 3}) == {
        "rows": [text("l’an"), "qu’un"],
        "svg": "<a b='c'd>",
        "n": 3,
    }


def test_what_is_compared_sign_by_sign_stays_as_it_is(tmp_path: Path) -> None:
    given = [code("l'a.csv"), digest("a'b"), AsGiven("T1;d'un")]
    assert printed(given) == given
    (tmp_path / "page.html").write_text("{{ a }} {{ b }} l'x")
    assert web_page(tmp_path / "page.html", a="l'an", b=AsGiven("l'an")) == "l’an l&#39;an l'x"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_no_straight_apostrophe_is_left_in_a_dossier(lang: str, tmp_path: Path) -> None:
    content = build_content(inputs(rulebook=rulebook(**TITLES)))
    page = re.sub(r"(?s)<style>.*?</style>|<meta[^>]*>", "", render_html(content, lang).decode().replace("&#39;", "'"))
    assert STRAIGHT.findall(page) == [] and "’" in page
    (tmp_path / "d.pdf").write_bytes(render_pdf(content, lang))
    command = ["pdftotext", str(tmp_path / "d.pdf"), "-"]
    told = subprocess.run(command, check=True, capture_output=True, encoding="utf-8").stdout
    assert STRAIGHT.findall(told) == []
    assert "\u200b" not in told, "what is copied from the page is what was meant"
    assert PHONE in re.sub(r"\s+", "", told)
    assert {"fr": "Chaînes d’hôtels", "en": "The Year’s"}[lang] in told
