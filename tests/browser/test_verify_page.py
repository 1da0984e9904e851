"""verify.html, opened from disk in a real Chromium, catches the attacks that the command catches."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from orchestration.bailiff.seal_sheet import grouped
from orchestration.storage.files import sha256_file
from tests.fixtures.little_release import TrueHouse, bailiff, writable_copy
from tests.fixtures.release_attacks import ATTACKS, Attack

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason="needs chromium"),
]


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A conform release."""
    return TrueHouse(tmp_path_factory.mktemp("house")).release()


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release signed with a throw-away key."""
    holder = bailiff("Essai", "Throw-away test key")
    return TrueHouse(tmp_path_factory.mktemp("demonstration"), holder=holder).release()


@pytest.fixture(scope="module")
def attacked(release: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A copy of the release for each attack, by the attack's name."""
    root = tmp_path_factory.mktemp("attacked")
    chosen = [one for one in ATTACKS if one.for_page]
    return {one.name: one.made_on(writable_copy(release, root / str(n))) for n, one in enumerate(chosen)}


@pytest.fixture(scope="module")
def browser(release: Path, demonstration: Path, attacked: dict[str, Path]) -> Iterator[Any]:
    """A headless Chromium. The releases come first: signing and Playwright both want the thread's event loop."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@contextmanager
def opened(browser: Any, release: Path) -> Iterator[Any]:
    """The page of the release; an error of its script or any request to a network fails the test."""
    page = browser.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: None if request.url.startswith("file:") else troubles.append(request.url))
    page.goto((release / "verify.html").as_uri())
    yield page
    page.close()
    assert troubles == []


@pytest.fixture
def page(browser: Any, release: Path) -> Iterator[Any]:
    """The page of the release, just opened."""
    with opened(browser, release) as page:
        yield page


@pytest.fixture(scope="module")
def kept_page(browser: Any, release: Path) -> Iterator[Any]:
    """The page of the release, to which one folder after the other is given."""
    with opened(browser, release) as page:
        yield page


VERDICTS = {
    "conform": ("Conforme", "Conform", "مطابق"),
    "altered": ("Altéré", "Altered", "مغيَّر"),
    "incomplete": ("Incomplet", "Incomplete", "ناقص"),
    "coherent-not-anchored": ("Cohérent, non confronté", "Coherent, not anchored", "متّسق دون مقارنة خارجية"),
    "unverifiable": ("Invérifiable", "Unverifiable", "يتعذّر التحقق"),
}
"""The words that a person reads, in French, English and Arabic."""


def judge(page: Any, folder: Path, fingerprint: str | None = None) -> tuple[str, set[tuple[str, str]]]:
    """Give the page a folder; the verdict it shows, and (code, path) of each finding."""
    page.evaluate("document.getElementById('answer').replaceChildren()")
    page.fill("#fingerprint", fingerprint or "")
    page.set_input_files("#folder", str(folder))
    page.wait_for_selector("#verdict")
    findings = page.eval_on_selector_all(
        "#answer li[data-code]", "all => all.map(x => [x.dataset.code, x.dataset.path])"
    )
    return page.get_attribute("#verdict", "data-verdict"), {(code, path) for code, path in findings}


def test_a_whole_release_is_coherent_and_the_fingerprint_on_paper_makes_it_conform(page: Any, release: Path) -> None:
    assert judge(page, release) == ("coherent-not-anchored", set())
    digest = sha256_file(release / "manifest-sha256.txt")
    page.fill("#fingerprint", " ".join(digest[start : start + 4] for start in range(0, 64, 4)).upper())
    page.press("#fingerprint", "Tab")
    page.wait_for_selector("#verdict[data-verdict=conform]")
    page.fill("#fingerprint", "ab" * 32)
    page.press("#fingerprint", "Tab")
    page.wait_for_selector("#verdict[data-verdict=altered]")
    page.fill("#fingerprint", "abc")
    page.press("#fingerprint", "Tab")
    assert "64 caractères" in page.inner_text("#fingerprint-wrong")


def test_the_fingerprint_of_each_seal_is_taken_as_it_is_printed(page: Any, release: Path) -> None:
    """As on the sheet: four lines of four groups. The rulebook's answers for the rulebook alone."""
    judge(page, release)
    digests = json.loads((release / "release.json").read_bytes())["digests"]
    for name, verdict in (
        ("results_sha256", "conform"),
        ("custody_head", "conform"),
        ("rulebook_sha256", "coherent-not-anchored"),
    ):
        page.fill("#fingerprint", "ab" * 32)
        page.press("#fingerprint", "Tab")
        page.wait_for_selector("#verdict[data-verdict=altered]")
        page.fill("#fingerprint", "  ".join(grouped(digests[name])))
        page.press("#fingerprint", "Tab")
        page.wait_for_selector(f"#verdict[data-verdict={verdict}]")
    assert "celle du règlement" in page.inner_text("#answer")


@pytest.mark.parametrize("attack", [one for one in ATTACKS if one.for_page], ids=lambda attack: attack.name)
def test_the_page_names_every_attack_that_it_can_see(kept_page: Any, attacked: dict[str, Path], attack: Attack) -> None:
    page = kept_page
    verdict, findings = judge(page, attacked[attack.name], attack.fingerprint)
    assert (attack.code, attack.shown_path) in findings, findings
    assert verdict == attack.verdict.word
    sentences = []
    for place, lang in enumerate(("fr", "en", "ar")):
        page.click(f"nav [data-lang={lang}]")
        assert page.inner_text("#verdict strong") == VERDICTS[verdict][place]
        item = page.locator(f"#answer li[data-code={attack.code}]").first
        sentences.append(item.inner_text().split(" — ", 1)[1])
        said = sentences[-1].split(" (")[0]  # the id of a check may stand in brackets behind it
        assert said != attack.code and "_" not in said, "a code is no sentence"
    assert len(set(sentences)) == 3 and re.search("[\u0600-\u06ff]", sentences[2]), sentences
    assert not re.search("[\u0600-\u06ff]", "".join(sentences[:2]))


def test_the_page_leaves_out_no_attack_but_those_that_the_document_names() -> None:
    left_out = [one for one in ATTACKS if one.in_content and not one.for_page]
    assert {one.code for one in left_out} >= {"parquet_differs", "not_derived", "signature_content_changed"}
    assert len(left_out) < len([one for one in ATTACKS if one.for_page]) / 4


def chooser_opened_by(page: Any, key: str) -> Any:
    """The dialog that a key opens. On a busy machine Chromium now and then lets a press of it pass, and no dialog ever
    comes: whoever sees none presses again."""
    from playwright.sync_api import TimeoutError as NothingCame

    for patience in (20_000, 20_000, 80_000):
        with suppress(NothingCame):
            with page.expect_file_chooser(timeout=patience) as opened:
                page.keyboard.press(key)
            return opened.value
    raise AssertionError(f"{key} opens no dialog")


def test_it_is_worked_by_keyboard_alone(page: Any, release: Path) -> None:
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "English"
    page.keyboard.press("Enter")
    assert page.evaluate("document.documentElement.lang") == "en"
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "folder"
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    chooser_opened_by(page, "Enter").set_files(str(release))
    page.wait_for_selector("#verdict[data-verdict=coherent-not-anchored]")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "fingerprint"
    page.keyboard.type(sha256_file(release / "manifest-sha256.txt"))
    page.keyboard.press("Enter")
    page.wait_for_selector("#verdict[data-verdict=conform]")


@pytest.mark.parametrize(
    ("lang", "folder", "fingerprint"),
    [
        ("fr", "Choisir le répertoire", "Empreinte gardée sur papier"),
        ("en", "Choose the folder", "Fingerprint kept on paper"),
        ("ar", "اختيار المجلد", "البصمة المحفوظة على الورق"),
    ],
)
def test_a_screen_reader_is_told_what_each_control_is_and_hears_the_answer(
    page: Any, release: Path, lang: str, folder: str, fingerprint: str
) -> None:
    page.click(f"nav [data-lang={lang}]")
    assert page.get_by_label(folder).get_attribute("id") == "folder"
    assert page.get_by_label(fingerprint).get_attribute("id") == "fingerprint"
    assert page.get_by_role("navigation").get_by_role("button").count() == 3
    assert page.get_by_role("button", pressed=True).count() == 1
    assert page.get_by_role("heading", level=1).count() == 1 and page.get_by_role("main").count() == 1
    judge(page, release)
    assert page.locator("[aria-live=polite] #verdict").count() == 1
    page.fill("#fingerprint", "abc")
    page.press("#fingerprint", "Enter")
    assert "64" in page.get_by_role("alert").inner_text()


def test_what_holds_is_listed_with_who_signed_and_when_and_nothing_is_ticked_of_what_does_not(
    page: Any, release: Path, attacked: dict[str, Path]
) -> None:
    judge(page, release)
    signed_at = json.loads((release / "release.json").read_bytes())["signatures"][0]["signed_at"]
    text = page.inner_text("#answer")
    assert "Signé par Maître Essai" in text and f"{signed_at[11:16]} (UTC)" in text
    assert page.locator("#answer .seen li").count() == 6 and f"Fichiers lus\u00a0: {files_in(release)}" in text
    for folder in attacked.values():
        if judge(page, folder)[0] == "altered":
            assert page.locator("#answer .seen").count() == 0


def files_in(folder: Path) -> int:
    return sum(path.is_file() for path in folder.rglob("*"))


def test_a_folder_given_while_another_is_read_takes_its_place(page: Any, release: Path, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    (tmp_path / "none" / "note.txt").write_text("x")
    page.set_input_files("#folder", str(release))
    page.set_input_files("#folder", str(tmp_path / "none"))
    page.wait_for_selector("#verdict")
    page.wait_for_timeout(1500)
    assert page.get_attribute("#verdict", "data-verdict") == "unverifiable"


def test_what_is_no_release_is_unverifiable(page: Any, tmp_path: Path) -> None:
    (tmp_path / "some" / "folder").mkdir(parents=True)
    (tmp_path / "some" / "folder" / "note.txt").write_text("x")
    assert judge(page, tmp_path / "some")[0] == "unverifiable"


@pytest.mark.parametrize(
    ("lang", "direction", "word"), [("fr", "ltr", "Altéré"), ("en", "ltr", "Altered"), ("ar", "rtl", "مغيَّر")]
)
def test_the_answer_is_told_in_three_languages(
    page: Any, release: Path, tmp_path: Path, lang: str, direction: str, word: str
) -> None:
    folder = writable_copy(release, tmp_path / "release")
    (folder / "rulebook.yml").write_bytes(b"<img src=x onerror=alert(1)>")
    judge(page, folder)
    page.click(f"nav [data-lang={lang}]")
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [lang, direction]
    assert page.inner_text("#verdict strong") == word
    assert page.eval_on_selector_all("[data-word]", "all => all.every(x => x.textContent.length > 5)")


def test_every_finding_that_the_verifier_can_make_has_words_in_each_language(page: Any) -> None:
    source = page.evaluate("document.scripts[0].textContent")
    words = page.evaluate("document.scripts[1].textContent")
    codes = set(re.findall(r'(?:altered|incomplete)\("(\w+)"', source)) | {"not_a_release"}
    assert len(codes) > 20
    for code in codes:
        fits = [
            one for one in re.findall(r"^    (\w+): \[\"", words, re.MULTILINE) if code == one or code.startswith(one)
        ]
        assert fits, code


def test_a_demonstration_is_marked(page: Any, demonstration: Path) -> None:
    judge(page, demonstration)
    assert "DÉMONSTRATION" in page.inner_text("#demonstration")


def test_without_webcrypto_the_page_still_hashes_and_says_what_it_cannot_do(browser: Any, release: Path) -> None:
    opened = browser.new_page()
    opened.add_init_script("Object.defineProperty(globalThis, 'crypto', {value: undefined})")
    opened.goto((release / "verify.html").as_uri())
    assert judge(opened, release) == ("coherent-not-anchored", set())
    assert "pdfsig" in opened.inner_text("#answer .quiet")
    opened.close()
