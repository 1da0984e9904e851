"""What an engineer does in the UI, in a real browser: look at the line, launch a run, read its checks and a failure."""

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.fixtures.ui_server import BROKEN, LONG, WARNED, Ui, wait_for

CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.alone,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("CI") != "true",
        reason="no `chromium` on this machine: what the UI shows was not looked at",
    ),
]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
FLAGS += ["--disable-sync", "--no-first-run"]
GROUPS = ("intake", "scoring", "assurance", "dossier", "publication")
SHOTS = os.environ.get("PALMARES_SHOTS")
"""A folder for pictures of each page, for whoever wants to look."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Headless Chromium."""
    assert CHROMIUM is not None, "CI must have chromium"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def page(browser: Browser, ui: Ui) -> Iterator[Page]:
    """A page that remembers every address it asked for: none may be outside this machine."""
    context = browser.new_context(viewport={"width": 1500, "height": 950}, base_url=ui.url)
    context.set_default_timeout(LONG * 1000)
    expect.set_options(timeout=LONG * 1000)
    asked: list[str] = []
    opened = context.new_page()
    opened.on("request", lambda request: asked.append(request.url))
    yield opened
    context.close()
    outside = [url for url in asked if not re.match(rf"{ui.url}/|ws://127\.0\.0\.1|data:|blob:", url)]
    assert asked and not outside


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png")


def test_the_line_is_shown_in_its_groups(page: Page) -> None:
    page.goto("/asset-groups")
    for group in GROUPS:
        expect(page.get_by_text(group, exact=True).first).to_be_visible()
    _shot(page, "groups")


def test_a_run_launched_from_the_ui_ends_with_a_dossier_and_its_checks_by_edition(page: Page, ui: Ui) -> None:
    page.goto("/locations/palmares/jobs/prepare_edition")
    page.get_by_role("button", name="Materialize all").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Select a partition or create one").click()
    page.get_by_role("menuitem", name=WARNED).click()
    page.keyboard.press("Escape")
    _shot(page, "launch")
    dialog.get_by_role("button", name="Launch 1 run").click()
    run = wait_for("the run that was launched", lambda: _newest_run(ui, WARNED))
    page.goto("about:blank")  # a page that watches a run draws it anew at every moment, on the processor that it needs
    assert ui.ended(run) == "SUCCESS"
    page.goto(f"/runs/{run}")
    expect(page.get_by_text("Success", exact=True).first).to_be_visible()
    page.locator('input[placeholder^="Filter"]').last.fill("Finished execution")  # the list of events is long
    expect(page.get_by_text("Finished execution of run").first).to_be_visible()
    _shot(page, "run")

    page.goto(f"/assets/dossier_document?view=partitions&partition={WARNED}")
    link = page.locator('a[href^="/palmares/dossiers/"][href$="/dossier.pdf"]').first
    expect(link).to_be_visible()
    opened = page.request.get(str(link.get_attribute("href")))
    assert (opened.status, opened.body()[:5]) == (200, b"%PDF-")
    _shot(page, "dossier")

    _check(page, "intake__files_readable", "Passed")
    _shot(page, "check-green")
    _check(page, "intake__columns_known", "Failed")
    expect(page.get_by_text("weather").first).to_be_visible()
    _shot(page, "check-amber")


def _newest_run(ui: Ui, edition: str) -> str | None:
    asked = """query($tags: [ExecutionTag!]) { runsOrError(filter: {tags: $tags}, limit: 1) {
      ... on Runs { results { runId } } } }"""
    found = ui.ask(asked, tags=[{"key": "dagster/partition", "value": edition}])["runsOrError"]["results"]
    return str(found[0]["runId"]) if found else None


def _check(page: Page, check: str, outcome: str) -> None:
    """Open one edition's result of a check."""
    page.goto(f"/assets/assurance_intake?view=checks&checkDetail={check}")
    expect(page.get_by_text("Automation history")).to_be_visible()
    page.get_by_text("Partitions", exact=True).last.click()
    page.get_by_text(WARNED, exact=True).locator("visible=true").last.click()
    expect(page.get_by_text(outcome, exact=True).locator("visible=true").first).to_be_visible()


def test_a_failed_run_says_at_once_what_failed_and_how_to_mend_it(page: Page, ui: Ui) -> None:
    assert ui.ended(ui.runs[BROKEN]) == "FAILURE"
    page.goto(f"/runs/{ui.runs[BROKEN]}")
    expect(page.get_by_text("Failure", exact=True).first).to_be_visible()
    expect(page.get_by_text("'candidates.csv'").first).to_be_visible()
    expect(page.get_by_text("How to mend it").first).to_be_visible()
    _shot(page, "failure")


def test_the_sensors_are_explained_and_only_the_one_that_starts_nothing_is_on(page: Page) -> None:
    page.goto("/automation")
    for sensor in ("new_deposits", "signed_dossier"):
        expect(page.get_by_text(sensor, exact=True)).to_be_visible()
    _shot(page, "automation")
