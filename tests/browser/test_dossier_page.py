"""The dossier's page in a real browser, opened from disk as from a USB key."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

from orchestration.dossier import build_content, render_html  # noqa: E402
from tests.fixtures.axe import violations  # noqa: E402
from tests.fixtures.dossier_ground import HOSTILE, inputs  # noqa: E402

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = Path("/usr/bin/chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason="there is no Chromium at /usr/bin/chromium"),
]


@pytest.fixture(scope="module")
def browser() -> Iterator["Browser"]:
    with playwright.sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(params=["fr", "en", "ar"])
def shown(browser: "Browser", tmp_path: Path, request: pytest.FixtureRequest) -> "Page":
    """The page in each language, with everything that it asked for and said noted on it."""
    path = tmp_path / "dossier.html"
    path.write_bytes(render_html(build_content(inputs()), request.param))
    page = browser.new_page(viewport={"width": 1000, "height": 1200})
    heard: list[str] = []
    page.heard = heard  # type: ignore[attr-defined]
    page.on("request", lambda asked: None if asked.url == path.as_uri() else heard.append(asked.url))
    page.on("console", lambda said: heard.append(said.text))
    page.on("dialog", lambda dialog: heard.append(dialog.message))
    page.goto(path.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(annex => annex.open = true)")
    page.lang = request.param  # type: ignore[attr-defined]
    return page


def test_it_asks_for_nothing_and_complains_of_nothing(shown: "Page") -> None:
    assert shown.heard == []  # type: ignore[attr-defined]


def test_axe_finds_no_barrier(shown: "Page") -> None:
    assert violations(shown) == []


def test_hostile_names_are_read_as_they_are(shown: "Page") -> None:
    text = shown.inner_text("main")
    assert all(name in text for name in HOSTILE[:3])
    assert shown.evaluate("document.scripts.length") == 0


def test_it_is_laid_out_in_the_direction_of_its_language(shown: "Page") -> None:
    heading = shown.locator("h1").bounding_box()
    assert heading is not None
    direction = shown.evaluate("getComputedStyle(document.body).direction")
    assert direction == ("rtl" if shown.lang == "ar" else "ltr")  # type: ignore[attr-defined]


def test_the_keyboard_reaches_the_content_first(shown: "Page") -> None:
    shown.keyboard.press("Tab")
    assert shown.evaluate("document.activeElement.className") == "skip"
    shown.keyboard.press("Enter")
    assert shown.evaluate("location.hash") == "#content"


def test_a_screen_reader_finds_landmarks_headings_and_named_tables(shown: "Page") -> None:
    assert shown.get_by_role("main").count() == 1
    assert shown.get_by_role("navigation").count() == 1
    assert shown.get_by_role("heading", level=1).count() == 1
    tables = shown.get_by_role("table")
    assert tables.count() > 10
    assert shown.get_by_role("columnheader").count() > tables.count()
    assert shown.get_by_role("img").count() == shown.locator("svg").count()


def test_nothing_is_wider_than_a_telephone(shown: "Page") -> None:
    shown.set_viewport_size({"width": 390, "height": 800})
    assert shown.evaluate("document.documentElement.scrollWidth") <= 390


def test_it_prints_on_a4_without_losing_a_table(shown: "Page") -> None:
    from io import BytesIO

    from pypdf import PdfReader

    pages = PdfReader(BytesIO(shown.pdf(format="A4"))).pages
    text = "".join(page.extract_text() for page in pages)
    assert len(pages) >= 5
    assert "C-1" in text or "#panic(1)" in text
