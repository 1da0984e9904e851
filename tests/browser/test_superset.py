"""Superset for real, on a published file: its charts, the ten questions of the documentation, its readers during
publications, what SQL Lab cannot reach."""

import os
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from orchestration.publication.fill import RELEASES
from orchestration.publication.warehouse import publish_warehouse
from orchestration.release import TABLES, TITLE_HISTORY
from orchestration.release.record import Corrects
from tests.fixtures.little_release import SEED, House, TwoFirms, moved_final, unverified
from tests.fixtures.questions import questions
from tests.fixtures.shipped_house import publish_shipped
from tests.fixtures.superset_builder import Builder
from tests.fixtures.superset_server import PYTHON, Account, Superset, running

CHROMIUM = shutil.which("chromium")
PUBLICATIONS = 10
pytestmark = [
    pytest.mark.server,
    pytest.mark.slow,
    pytest.mark.skipif(
        not PYTHON.exists() and not os.environ.get("CI"),
        reason="needs Superset's environment (make deploy/superset/.venv/.ready)",
    ),
]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    """One edition, published, and titles from before it."""
    house = TwoFirms(tmp_path_factory.mktemp("superset"))
    house.release()
    return house


@pytest.fixture(scope="module")
def published(house: House, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The name under which readers find the file."""
    seed = tmp_path_factory.mktemp("seed") / "seed.csv"
    seed.write_text(SEED + "alpha,Alpha,2018,banks,Banques,,press\n", "utf-8")
    with unverified():
        shown = publish_warehouse(house.settings, seed)
    link = tmp_path_factory.mktemp("shown") / "palmares.duckdb"
    link.symlink_to(shown)
    return link


@contextmanager
def instead(link: Path, shown: Path) -> Iterator[None]:
    """Another file under the name for a while."""
    before = link.readlink()
    _point(link, shown)
    try:
        yield
    finally:
        _point(link, before)


def _point(link: Path, shown: Path) -> None:
    following = link.with_suffix(".next")
    following.symlink_to(shown)
    following.replace(link)


@pytest.fixture(scope="module")
def superset(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Superset]:
    with running(published, tmp_path_factory.mktemp("server")) as server:
        yield server


@pytest.fixture(scope="module")
def analyst(superset: Superset) -> Account:
    return superset.account("analyst")


def test_every_chart_answers_with_rows_and_no_error(analyst: Account) -> None:
    _, charts = analyst.ask("/api/v1/chart/?q=(page_size:100,columns:!(id,slice_name))")
    assert charts["count"] == len(charts["result"]) == 82
    empty = []
    for chart in charts["result"]:
        status, answer = analyst.ask(f"/api/v1/chart/{chart['id']}/data/")
        assert status == 200, (chart, answer)
        (result,) = answer["result"]
        assert result["error"] is None and result["rowcount"] > 0, chart
        if not any(value is not None for row in result["data"] for value in row.values()):
            empty.append(chart["slice_name"])
    assert not empty


def test_the_ten_questions_are_answered_without_sql(analyst: Account, published: Path, tmp_path: Path) -> None:
    """By what is imported alone, on the shipped editions: each answer is that of the documentation."""
    with instead(published, publish_shipped(tmp_path / "shipped")):
        builder = Builder(analyst, "en")
        answers = [(one.title, one.answer, builder.ask(one.superset, one.filters)) for one in questions()]
    assert [one for one in answers if not builder.same(*one[1:])] == []


REACHED = [
    "SELECT * FROM read_csv('/etc/passwd')",
    "SELECT * FROM read_text('{raw}/deposits.jsonl')",
    "SELECT * FROM '{raw}/candidates.csv'",
    "SELECT * FROM glob('{raw}/*')",
    "ATTACH '{work}' AS work",
    "COPY fct_ranking TO '{raw}/out.csv'",
    "SET enable_external_access = true",
    "INSTALL httpfs",
    "LOAD '{raw}/some.duckdb_extension'",
    "SELECT getenv('HOME')",
    "CREATE TABLE main.mine AS SELECT 1 AS one",
    "DELETE FROM fct_ranking",
]


@pytest.mark.parametrize("who", ["analyst", "admin"])
def test_sql_lab_reaches_neither_files_nor_settings(superset: Superset, house: House, who: str) -> None:
    account = superset.account(who)
    assert account.sql("SELECT count(*) AS n FROM fct_ranking") == (200, [{"n": 5}])
    for query in REACHED:
        status, answer = account.sql(query.format(raw=house.raw, work=house.warehouse))
        assert status >= 400, (query, answer)
    assert not (house.raw / "out.csv").exists()


def test_sql_lab_shows_published_columns_alone(analyst: Account) -> None:
    """No deposit, no column of the working warehouse: who answered or voted is in no table that is reached."""
    _, rows = analyst.sql(
        "SELECT table_schema AS s, table_name AS t, list(column_name ORDER BY ordinal_position) AS c "
        "FROM information_schema.columns WHERE table_schema IN ('main', 'archive') GROUP BY ALL"
    )
    found = {(row["s"], row["t"]): set(row["c"] if isinstance(row["c"], list) else eval(row["c"])) for row in rows}
    main = {("main", table.name): set(table.names) for table in (*TABLES.values(), TITLE_HISTORY)}
    archive = {("archive", name): {*names, "release"} for (_, name), names in main.items() if name != "title_history"}
    assert found == main | archive | {("archive", "release"): set(RELEASES.names)}
    _, schemas = analyst.sql("SELECT DISTINCT schema_name AS s FROM duckdb_tables() WHERE NOT internal ORDER BY 1")
    assert [row["s"] for row in schemas] == ["analytics", "archive", "main"]


def test_no_other_database_is_opened(superset: Superset, analyst: Account, house: House) -> None:
    """An analyst may enter none; one that the administrator enters is opened as the published file or not at all."""
    entered = {"database_name": "work", "sqlalchemy_uri": f"duckdb:///{house.warehouse}", "expose_in_sqllab": True}
    assert analyst.ask("/api/v1/database/", entered)[0] == 403
    status, answer = superset.account("admin").ask("/api/v1/database/", entered)
    assert status >= 400, answer


def test_readers_are_never_in_the_way_while_releases_are_published(
    superset: Superset, analyst: Account, house: House, published: Path
) -> None:
    """Each answer is of one release whole; the newest is seen as soon as it is published."""
    query = (
        "SELECT edition.release AS n, ranking.final_micro AS mark FROM dim_edition AS edition "
        "JOIN fct_ranking AS ranking USING (edition) WHERE ranking.candidate_id = 'C-4'"
    )
    answers: list[tuple[int, Any]] = []
    over = threading.Event()
    readers = [superset.account("analyst") for _ in range(2)]

    def read(account: Account) -> None:
        while not over.is_set():
            answers.append(account.sql(query))

    threads = [threading.Thread(target=read, args=(account,)) for account in readers]
    for thread in threads:
        thread.start()
    try:
        for number in range(1, PUBLICATIONS + 1):
            house.marts(moved_final("C-4", 10_000_000 + number * 1000))
            house.release(Corrects(number=number, asked_by="Direction", reason="essai"))
            with unverified():
                publish_warehouse(house.settings)
    finally:
        over.set()
        for thread in threads:
            thread.join()
    whole = [(200, [{"n": n, "mark": 10_000_000 + (n - 1) * 1000}]) for n in range(1, PUBLICATIONS + 2)]
    assert [answer for answer in answers if answer not in whole] == []
    assert len({str(answer) for answer in answers}) > 3, "readers read during the publications"
    assert analyst.sql(query) == whole[-1]


@pytest.mark.browser
@pytest.mark.skipif(not CHROMIUM and not os.environ.get("CI"), reason="needs chromium")
def test_dashboards_are_drawn_and_nothing_is_asked_of_a_network(superset: Superset) -> None:
    from playwright.sync_api import TimeoutError, sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1500, "height": 2200})
        answered: list[str] = []
        page.on("response", lambda got: answered.append(got.url))
        for last in (False, True):  # as whoever sees the form again: its script was not there when Enter was pressed
            page.goto(f"{superset.url}/login/")
            page.fill("#username", "analyst", timeout=120_000)
            page.fill("input[type=password]", superset.password("analyst"))
            page.keyboard.press("Enter")
            try:
                page.wait_for_url(lambda url: "login" not in url)
                break
            except TimeoutError:
                if last:
                    raise
        for slug, words in (
            ("palmares-category-fr", ["Classement", "Note par canal", "téléphone", "16,12"]),
            ("palmares-close-en", ["Close titles", "Categories, closest first", "no title: too few candidates"]),
        ):
            page.goto(f"{superset.url}/superset/dashboard/{slug}/")
            for word in words:
                page.get_by_text(word).first.wait_for(timeout=120_000)
            assert page.locator(".ant-alert-error").count() == 0
        browser.close()
    assert [url for url in answered if not url.startswith((superset.url, "data:", "blob:"))] == []
