"""The dossier as a web page: one file, no script, no network, everything escaped, readable by machine and ear."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest

from orchestration.dossier import build_content, render_html
from orchestration.dossier.compose import compose
from tests.fixtures.dossier_ground import HOSTILE, inputs

VOID = {"meta", "br", "rect", "line", "circle", "link", "img", "input"}
ALLOWED = {
    "html", "head", "meta", "title", "style", "body", "a", "header", "h1", "h2", "h3", "h4", "p", "main", "nav", "ol",
    "ul", "li", "section", "dl", "div", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "code",
    "strong", "span", "details", "summary", "svg", "defs", "pattern", "rect", "line", "circle", "footer",
}  # fmt: skip


class Page(HTMLParser):
    """Every tag with its attributes, the text, and whether tags close in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(data.decode())
        assert not self.open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag]


def page(lang: str = "fr", **changed: Any) -> Page:
    return Page(render_html(build_content(inputs(**changed)), lang))


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_it_holds_only_the_tags_that_it_needs(lang: str) -> None:
    assert {tag for tag, _ in page(lang).tags} <= ALLOWED


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_hostile_names_are_text(lang: str) -> None:
    shown = page(lang)
    text = "".join(shown.texts)
    assert all(name in text for name in HOSTILE)
    assert not shown.of("script") and not shown.of("b") and not shown.of("i")


def test_it_fetches_nothing_and_runs_nothing() -> None:
    shown = page()
    for tag, attrs in shown.tags:
        assert not set(attrs) & {"src", "srcset", "action", "onclick", "onload", "style"}, tag
        assert str(attrs.get("href", "#")).startswith("#")
    css = re.search(r"<style>(.*?)</style>", render_html(build_content(inputs())).decode(), re.S)
    assert css and "url(" not in css[1] and "@import" not in css[1]
    assert "default-src 'none'" in str(shown.of("meta")[2]["content"])


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render_html(build_content(inputs())) == render_html(build_content(inputs()))


@pytest.mark.parametrize(("lang", "direction"), [("fr", "ltr"), ("en", "ltr"), ("ar", "rtl")])
def test_it_names_its_language_and_direction(lang: str, direction: str) -> None:
    assert page(lang).of("html") == [{"lang": lang, "dir": direction}]


def test_it_says_everything_that_the_pdf_says() -> None:
    content = build_content(inputs(annex_sha256="ee" * 32))
    document = compose(content, "fr")
    text = "".join(Page(render_html(content)).texts)
    for section in (*document.sections, document.signature, *document.annexes):
        assert section.title in text
        for block in section.blocks:
            for row in block.get("rows", []):
                cells = [row["cell"]] if isinstance(row, dict) else row
                assert all(cell["text"] in text for cell in cells if cell["kind"] != "picture")


def test_every_anchor_is_there_once() -> None:
    shown = page()
    ids = [attrs["id"] for _, attrs in shown.tags if "id" in attrs]
    assert len(ids) == len(set(ids))
    assert {str(a["href"])[1:] for a in shown.of("a")} <= {str(i) for i in ids}


def test_tables_have_captions_and_headers_for_a_screen_reader() -> None:
    shown = page()
    assert len(shown.of("caption")) == len(shown.of("table"))
    assert all(attrs.get("scope") == "col" for attrs in shown.of("th"))
    regions = [attrs for attrs in shown.of("div") if attrs.get("role") == "region"]
    assert all(attrs["aria-label"] and attrs["tabindex"] == "0" for attrs in regions)
    assert all(attrs["role"] == "img" and attrs["aria-label"] for attrs in shown.of("svg"))


def test_a_demonstration_is_marked_at_the_top_and_stays_in_sight() -> None:
    demonstration = (replace(inputs().signers[0], demonstration=True),)
    assert {"class": "demonstration"} in page(signers=demonstration).of("p")
    assert {"class": "demonstration"} not in page().of("p")


def test_it_bears_the_digests_for_machines() -> None:
    keywords = next(attrs["content"] for attrs in page().of("meta") if attrs.get("name") == "keywords")
    assert f"results-sha256={inputs().digests.results}" in str(keywords)
