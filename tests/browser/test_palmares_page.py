"""The public palmarès in a real Chromium: on a phone and on a desk, in three languages, with script and without."""

import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from orchestration.publication.warehouse import publish_warehouse
from orchestration.words import LANGUAGES
from tests.fixtures.axe import violations
from tests.fixtures.little_release import NASTY, House, unverified
from tests.fixtures.marts import Category, Entry, Marts

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason="needs chromium"),
]
CATEGORIES = 23
LONG = "Société-anonyme-des-établissements-" + "x" * 40


class Evening(House):
    """As many categories as the real award, two laureates in the first, a hostile and an endless name among them."""

    def marts_now(self) -> Marts:
        keys = [f"cat-{n:02d}" for n in range(CATEGORIES)]
        names = {"cat-01": LONG, "cat-02": NASTY, "cat-03": "شركة دلتا \u202e evil"}
        entries = [
            Entry(f"{key}-{n}", names.get(key, f"Énergie {key}") if n == 0 else f"Autre {key}", key,
                  15_000_000 - n * 1_000_000 * (key != "cat-00"), 1 + n * (key != "cat-00"), company_id=f"co-{key}-{n}")
            for key in keys for n in range(2)
        ]  # fmt: skip
        return replace(
            super().marts_now(),
            entries=tuple(entries),
            categories={
                key: Category(
                    "joint" if key == "cat-00" else "elected",
                    (f"Catégorie {key}", f"Category {key}", f"فئة {key}"),
                    "public" if n > 18 else "private",
                )
                for n, key in enumerate(keys)
            },
            cells={},
            more={},
        )  # fmt: skip


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What readers open."""
    house = Evening(tmp_path_factory.mktemp("evening"))
    house.release()
    with unverified():
        publish_warehouse(house.settings)
    return house.settings.published


@pytest.fixture(scope="module")
def browser(place: Path) -> Iterator[Any]:
    """A headless Chromium; what is published comes first, for signing wants the thread's event loop too."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, place: Path) -> Iterator[Any]:
    """Opens a page at a width; an error, a refusal of the policy or a request to a network fails the test."""
    troubles: list[str] = []
    pages = []

    def page(path: str, width: int = 1280, **options: Any) -> Any:
        new = browser.new_page(viewport={"width": width, "height": 800}, **options)
        new.on("pageerror", lambda error: troubles.append(str(error)))
        new.on("console", lambda message: troubles.append(message.text) if message.type != "log" else None)
        new.on("request", lambda asked: None if asked.url.startswith("file:") else troubles.append(asked.url))
        new.goto((place / path).as_uri())
        pages.append(new)
        return new

    yield page
    for one in pages:
        one.close()
    assert troubles == []


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("width", [320, 768, 1280])
def test_no_page_is_wider_than_its_screen_and_each_reads_in_its_direction(opened: Any, lang: str, width: int) -> None:
    page = opened(f"{lang}/index.html", width)
    assert page.evaluate("[document.documentElement.lang, getComputedStyle(document.body).direction]") == [
        lang, "rtl" if lang == "ar" else "ltr",
    ]  # fmt: skip
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") == width
    outside = page.eval_on_selector_all(
        "main *",
        "all => all.filter(x => { const r = x.getBoundingClientRect();"
        " return r.width && (r.left < -1 || r.right > innerWidth + 1); }).length",
    )
    assert outside == 0
    # A bar grows from where the language begins.
    (bar,) = page.eval_on_selector_all(
        "#cat-04 .bar", "all => all.map(x => [x, x.firstElementChild].map(y => y.getBoundingClientRect().toJSON()))"
    )
    side = "right" if lang == "ar" else "left"
    assert bar[0][side] == pytest.approx(bar[1][side], abs=0.5)
    assert bar[1]["width"] / bar[0]["width"] == pytest.approx(0.75, abs=0.01)


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize(("width", "scheme"), [(360, "light"), (1280, "dark")])
def test_axe_finds_no_barrier(opened: Any, lang: str, width: int, scheme: str) -> None:
    page = opened(f"{lang}/index.html", width, color_scheme=scheme)
    page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
    assert violations(page) == []


def test_the_first_address_leads_to_the_language_of_the_reader(opened: Any) -> None:
    for locale, lang in (("ar-MA", "ar"), ("en-GB", "en"), ("fr-MA", "fr")):
        page = opened("index.html", locale=locale)
        page.wait_for_url(re.compile(f"/{lang}/index.html$"))
    page = opened("index.html", locale="de-DE")
    assert page.locator("a[data-lang]").count() == 3
    page = opened("index.html", 320, locale="ar-MA", java_script_enabled=False)
    assert page.locator("a[data-lang]").count() == 3


def test_a_language_is_changed_without_leaving_the_edition(opened: Any) -> None:
    page = opened("fr/2031.html")
    page.click("nav a[hreflang=ar]")
    page.wait_for_url(re.compile("/ar/2031.html$"))
    assert page.title().startswith("Élu Essai 2031 (ar)")


def test_the_list_is_whole_without_script_and_found_in_with_it(opened: Any) -> None:
    still = opened("fr/index.html", java_script_enabled=False)
    assert still.locator(".card:visible").count() == CATEGORIES + 1 and still.locator("#search:visible").count() == 0
    page = opened("fr/index.html")
    page.fill("#search", "ENERGIE cat-2")
    assert page.locator(".card:visible h3").all_inner_texts() == ["Énergie cat-20", "Énergie cat-21", "Énergie cat-22"]
    assert page.locator(".sector:visible").count() == 1 and "3" in page.inner_text("output[for=search]")
    page.fill("#search", "nobody at all")
    assert page.locator(".card:visible").count() == 0
    page.fill("#search", "")
    assert page.locator(".card:visible").count() == CATEGORIES + 1


def test_a_laureate_has_an_address_and_its_claim_can_be_copied(opened: Any) -> None:
    page = opened("fr/index.html")
    page.click("#cat-04 h3 a")
    assert page.url.endswith("/fr/index.html#cat-04")
    page.click("#cat-04 summary")
    page.click("#cat-04 button")
    page.wait_for_selector("#cat-04 button:has-text('Copié')")
    assert page.evaluate("String(getSelection())").strip() == page.inner_text("#cat-04 blockquote").strip()


def test_the_page_compares_the_file_with_its_fingerprint(opened: Any, place: Path, tmp_path: Path) -> None:
    page = opened("fr/index.html")
    file = place / "editions" / "2031" / "palmares.json"
    page.set_input_files("#file", str(file))
    page.wait_for_selector("output.same")
    other = tmp_path / "palmares.json"
    other.write_bytes(file.read_bytes().replace(b"cat-04", b"cat-40"))
    page.set_input_files("#file", str(other))
    page.wait_for_selector("output.other")


def test_a_hostile_name_stays_a_name(opened: Any) -> None:
    for lang in LANGUAGES:
        page = opened(f"{lang}/index.html", 320)
        assert page.inner_text("#cat-02 h3").replace("\n", " ") == NASTY.replace("\n", " ")
        assert page.locator("main script").count() == 0
        # What turns the direction of a name ends with the name.
        assert page.eval_on_selector("#cat-03 h3 bdi", "x => getComputedStyle(x).unicodeBidi") == "isolate"


@pytest.mark.parametrize("lang", LANGUAGES)
def test_it_prints_on_two_pages_with_every_laureate(opened: Any, tmp_path: Path, lang: str) -> None:
    page = opened(f"{lang}/index.html")
    page.pdf(path=str(tmp_path / "page.pdf"), prefer_css_page_size=True, print_background=False)
    printed = PdfReader(tmp_path / "page.pdf")
    assert len(printed.pages) == 2
    text = "".join(one.extract_text() for one in printed.pages)
    assert all(f"cat-{n:02d}" in text for n in range(CATEGORIES) if n > 3)


def test_the_dark_page_is_dark_and_its_text_can_be_read(opened: Any) -> None:
    page = opened("fr/index.html")
    page.emulate_media(color_scheme="dark")
    channels = "x => getComputedStyle(x).{}.match(/\\d+/g).slice(0, 3).map(Number)"
    paper = page.eval_on_selector("body", channels.format("backgroundColor"))
    ink = page.eval_on_selector("body", channels.format("color"))
    assert max(paper) < 40 and min(ink) > 200
