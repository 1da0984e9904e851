"""The pictures of README and docs, taken of what `make demo` left: `python -m tests.pictures` (or `make pictures`).

Belongs here: what is shown, and how small it is kept. They are taken anew after a change of what they show; nothing
compares them, for no two machines draw a letter alike.
"""

import io
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from orchestration.release import newest, read_chain, release_dir
from orchestration.settings import PROJECT_DIR, Settings
from tests.fixtures.ui_server import Ui

if TYPE_CHECKING:
    from collections.abc import Callable

FOLDER = PROJECT_DIR / "docs" / "pictures"
COLOURS = 64
DPI = 62
FRAME = 12


def main() -> None:
    """Take all pictures, or those that are named."""
    settings = Settings.from_env()
    line = max(newest(read_chain(settings.releases)), key=lambda one: one.edition)
    release = release_dir(settings.releases, line)
    FOLDER.mkdir(exist_ok=True)
    makers: dict[str, Callable[[Browser], Image.Image]] = {
        "dossier": lambda _: _dossier(release),
        "palmares": lambda browser: _palmares(browser, settings.published / "fr" / f"{line.edition}.html"),
        "verify": lambda browser: _verify(browser, release),
        "assets": lambda browser: _assets(browser, settings),
    }
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name in sys.argv[1:] or makers:
            path = FOLDER / f"{name}.png"
            makers[name](browser).convert("RGB").quantize(COLOURS).save(path, optimize=True)
            print(f"{path.relative_to(PROJECT_DIR)} {path.stat().st_size:,} bytes")
        browser.close()


def _dossier(release: Path) -> Image.Image:
    """The first two pages of the dossier, side by side."""
    with tempfile.TemporaryDirectory() as folder:
        command = ["pdftoppm", "-png", "-r", str(DPI), "-l", "2", str(release / "dossier.pdf"), f"{folder}/page"]
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
        pages = [Image.open(path).convert("RGB") for path in sorted(Path(folder).iterdir())]
    width, height = sum(page.width for page in pages), pages[0].height
    sheet = Image.new("RGB", (width + FRAME * (len(pages) + 1), height + 2 * FRAME), "#c9c9c9")
    left = FRAME
    for page in pages:
        sheet.paste(page, (left, FRAME))
        left += page.width + FRAME
    return sheet


def _opened(browser: Browser, width: int, height: int, sharp: float = 1) -> Page:
    context = browser.new_context(viewport={"width": width, "height": height}, device_scale_factor=sharp, locale="fr")
    return context.new_page()


def _shot(page: Page) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot()))


def _palmares(browser: Browser, address: Path) -> Image.Image:
    """The palmarès on a phone: its head, and the first laureates, side by side."""
    page = _opened(browser, 390, 800)
    page.goto(address.as_uri())
    head = _shot(page)
    page.locator(".sector").first.scroll_into_view_if_needed()
    page.evaluate("document.querySelector('.sector').scrollIntoView()")
    cards = _shot(page)
    both = Image.new("RGB", (head.width * 2 + FRAME, head.height), "#c9c9c9")
    both.paste(head, (0, 0))
    both.paste(cards, (head.width + FRAME, 0))
    return both


def _verify(browser: Browser, release: Path) -> Image.Image:
    """verify.html on a copy of the release in which one bit of the ranking was flipped."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "release"
        shutil.copytree(release, copy)
        ranking = copy / "results" / "fct_ranking.csv"
        ranking.chmod(0o600)
        data = bytearray(ranking.read_bytes())
        data[len(data) // 2] ^= 1
        ranking.write_bytes(data)
        page = _opened(browser, 900, 760)
        page.goto((copy / "verify.html").as_uri())
        page.set_input_files("#folder", str(copy))
        page.wait_for_selector("#verdict")
        page.evaluate("document.querySelector('#verdict').scrollIntoView()")
        return _shot(page)


def _assets(browser: Browser, settings: Settings) -> Image.Image:
    """The assets in Dagster's UI, from whoever delivers to what is published."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "var").symlink_to(settings.home)
        ui = Ui.start(Path(folder), settings.raw)
        try:
            page = _opened(browser, 1500, 480)
            page.goto(f"{ui.url}/asset-groups")
            page.get_by_text("publication", exact=True).first.wait_for(timeout=120_000)
            page.wait_for_timeout(4_000)
            return _shot(page)
        finally:
            ui.stop()


if __name__ == "__main__":
    main()
