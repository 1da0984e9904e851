"""The page for suppliers, opened from disk in a real Chromium: what it says of a file is what intake says."""

import gzip
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.drafting import write_contracts
from orchestration.settings import Settings
from orchestration.status import inspect_file
from tests.fixtures.axe import violations
from tests.fixtures.tiny import EDITION, TinyEdition, encode

CHROMIUM = shutil.which("chromium")
HOSTILE = '<img src=x onerror="document.title=1">'
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason="needs chromium"),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Settings, Path, TinyEdition]:
    """An edition in custody, and what its suppliers were given."""
    folder = tmp_path_factory.mktemp("precheck")
    edition = TinyEdition()
    edition.rulebook["title"] = {"fr": f"Titre </script>{HOSTILE}"}
    edition.rulebook["field_firms"] = {"north": "North"}
    edition.write(folder / "raw")
    settings = Settings(home=folder / "var", raw=folder / "raw")
    write_contracts(settings, EDITION, folder / "contracts", "fr")
    return settings, folder, edition


@pytest.fixture(scope="module")
def browser(house: tuple[Settings, Path, TinyEdition]) -> Iterator[Any]:
    """A headless Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def opened(browser: Any, house: tuple[Settings, Path, TinyEdition]) -> Iterator[Any]:
    """Opens a supplier's page; an error of its script or a request to a network fails the test."""
    troubles: list[str] = []
    pages = []

    def page_of(supplier: str) -> Any:
        page = browser.new_page(viewport={"width": 320, "height": 800})
        pages.append(page)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda message: troubles.append(message.text) if message.type == "error" else None)
        page.on("request", lambda request: None if request.url.startswith("file:") else troubles.append(request.url))
        page.goto((house[1] / "contracts" / supplier / "precheck.fr.html").as_uri())
        return page

    yield page_of
    for page in pages:
        page.close()
    assert troubles == []


def shown(page: Any, *, table: str) -> set[tuple[str, str]]:
    """Line and code of each row of a table of the answer."""
    page.wait_for_selector("#verdict")
    rows = page.eval_on_selector_all(
        f"table[aria-labelledby={table}] tbody tr", "all => all.map(x => [x.cells[0].innerText, x.cells[2].innerText])"
    )
    return {(line, code) for line, code in rows}


def test_rows_are_named_as_intake_names_them_and_a_hostile_cell_is_text(
    opened: Any, house: tuple[Settings, Path, TinyEdition], tmp_path: Path
) -> None:
    settings, folder, edition = house
    rows = [dict(row) for row in edition.audits["north/phone"]]
    rows[0]["greeting"], rows[1]["candidate_id"], rows[2]["city"] = "9", "nobody", HOSTILE
    rows[3]["started_at"] = "2025-01-01T10:00:00"
    rows.append(rows[4])
    file = tmp_path / "phone.csv"
    file.write_bytes(encode(rows, "csv") + b"one,field,too\n")
    told = inspect_file(settings, EDITION, file, "audits/north/phone.csv", every_row=True)
    expected = {(str(row["line"]), row["reason"]) for row in told.data["rows"]}
    assert len({code for _, code in expected}) == 5

    page = opened("north")
    page.set_input_files("#file", str(file))
    assert shown(page, table="rows") == {one for one in expected if one[1] != "unknown_candidate"}
    assert "candidates.csv" in page.inner_text("#answer ul")
    page.set_input_files("#candidates", str(folder / "raw" / EDITION / "candidates.csv"))
    page.wait_for_selector("td >> text=unknown_candidate")
    assert shown(page, table="rows") == expected
    assert page.get_attribute("#verdict", "data-verdict") == "rows_aside"
    assert HOSTILE in page.inner_text("table[aria-labelledby=rows]")
    assert page.locator("img").count() == 0
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert "entier de 0 à 4" in page.inner_text("#answer")
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert violations(page) == []


def test_a_packed_file_is_read_and_personal_data_refuses_it(
    opened: Any, house: tuple[Settings, Path, TinyEdition], tmp_path: Path
) -> None:
    votes = [dict(row) for row in house[2].votes or ()]
    page = opened("platform")
    file = tmp_path / "votes.ndjson.gz"
    file.write_bytes(encode(votes, "ndjson.gz"))
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#verdict[data-verdict=usable]")
    assert "40" in page.inner_text("#verdict")
    votes[6]["voter_key"] = "0612345678"
    file = tmp_path / "again.ndjson.gz"
    file.write_bytes(encode(votes, "ndjson.gz"))
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#verdict[data-verdict=refused]")
    assert shown(page, table="problems") == {("7", "personal_data")}
    assert "0612345678" not in page.content()
    file = tmp_path / "cut.csv.gz"
    file.write_bytes(gzip.compress(b"vote_id")[:-4])
    page.set_input_files("#file", str(file))
    page.wait_for_selector("code >> text=unreadable_file")


def aside_alike(opened: Any, settings: Settings, file: Path) -> set[tuple[str, str]]:
    """Lines of a file of votes that intake sets aside, with the reasons: the page says the same."""
    told = inspect_file(settings, EDITION, file, "votes/votes.ndjson", every_row=True)
    expected = {(str(row["line"]), row["reason"]) for row in told.data["rows"]}
    page = opened("platform")
    page.set_input_files("#file", str(file))
    assert shown(page, table="rows") == expected
    return expected


def test_fractions_of_a_second_are_cut_as_intake_cuts_them(
    opened: Any, house: tuple[Settings, Path, TinyEdition], tmp_path: Path
) -> None:
    votes = [row | {"vote_id": f"again-{row['vote_id']}"} for row in house[2].votes or ()]
    digits = ["1234569", "123456", "1234567891", "999999999"]
    late = [{**votes[0], "vote_id": "late", "cast_at": votes[0]["cast_at"].replace("+", f".{one}+")} for one in digits]
    file = tmp_path / "votes.ndjson"
    file.write_bytes(encode([*votes, *late], "ndjson"))
    conflicts = {(line, "conflicting_rows") for line in ("41", "42", "44")}
    assert aside_alike(opened, house[0], file) == {*conflicts, ("43", "malformed_value")}


def test_numbers_are_read_as_intake_reads_them(
    opened: Any, house: tuple[Settings, Path, TinyEdition], tmp_path: Path
) -> None:
    votes = [row | {"vote_id": f"again-{row['vote_id']}"} for row in house[2].votes or ()]
    rows = [json.dumps(row) for row in votes]
    numbers = ["1", "1.0", "10e-1", '"1"', "2e0", "20.00E-1", "1.5e-3", "1e40", "-0.0e999999999999999999999", "-2.50"]
    rows += [rows[0].replace(json.dumps(votes[0]["vote_id"]), number) for number in numbers]
    file = tmp_path / "votes.ndjson"
    file.write_text("\n".join(rows))
    repeats = {(line, "duplicate_row") for line in ("42", "43", "44", "46")}
    assert aside_alike(opened, house[0], file) == {*repeats, ("50", "malformed_value")}


def test_columns_that_nobody_knows_are_named_so_that_nothing_acts_and_refuse_no_file(
    opened: Any, house: tuple[Settings, Path, TinyEdition], tmp_path: Path
) -> None:
    header, *rows = encode(house[2].votes or [], "csv").decode().splitlines()
    names = ["", "", "note", "note", HOSTILE.replace('"', "'"), "\u202eetoile"]
    file = tmp_path / "votes.csv"
    file.write_bytes("\n".join([",".join([header, *names]), *(f"{row},,,a,b,c,d" for row in rows)]).encode())
    told = inspect_file(house[0], EDITION, file, "votes/votes.csv")
    page = opened("platform")
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#verdict[data-verdict=usable]")
    shown = page.eval_on_selector_all("#answer li code", "all => all.map(x => x.innerText)")
    assert shown == ["(column 8)", "(column 9)", "note", names[4], "(column 13)"]
    assert sorted(shown) == sorted(told.data["unknown_columns"]) and told.reasons == []
    assert page.locator("img").count() == 0


def test_what_the_page_does_not_read_it_says_with_the_command(opened: Any, tmp_path: Path) -> None:
    file = tmp_path / "phone.parquet"
    file.write_bytes(b"PAR1")
    page = opened("north")
    page.set_input_files("#file", str(file))
    page.wait_for_selector("#verdict[data-verdict=unread]")
    assert "--file phone.parquet --as audits/north/phone.parquet" in page.inner_text("#answer pre")
    page.keyboard.press("Tab")
    assert page.get_by_label("sous le nom que vous lui donnerez").get_attribute("id") == "file"


def test_the_page_can_open_no_connection(browser: Any, house: tuple[Settings, Path, TinyEdition]) -> None:
    page = browser.new_page()
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto((house[1] / "contracts" / "panel" / "precheck.fr.html").as_uri())
    told = page.evaluate(
        "new Promise((done) => { document.addEventListener('securitypolicyviolation', (event) => "
        "done(event.effectiveDirective)); fetch('http://127.0.0.1:9/').catch(() => 0); })"
    )
    assert told == "connect-src"
    assert all(url.startswith("file:") for url in sent)
    page.close()
