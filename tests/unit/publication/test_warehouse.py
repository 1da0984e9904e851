"""The published warehouse holds the newest release of each edition, in one step."""

import json
import os
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from orchestration.errors import PalmaresError
from orchestration.evidence.log import EvidenceLog
from orchestration.publication import warehouse as published
from orchestration.publication.revocations import notices
from orchestration.publication.warehouse import publish_warehouse
from orchestration.release.catalogue import TABLES, TITLE_HISTORY
from orchestration.release.record import Corrects
from tests.fixtures import children
from tests.fixtures.little_release import NASTY, SEED, House, TwoFirms, bailiff, moved_final, show_in
from tests.fixtures.records import enter
from tests.fixtures.tries import FULL

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("invented")]
PROJECT = Path(__file__).parents[3]
CORRECTION = Corrects(number=1, asked_by="Direction <b>", reason="note de C-4 ressaisie")


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    path = tmp_path / "seed.csv"
    lines = [
        "alpha,Alpha,2019,banks,Banques,,press",
        "zeta,Zêta,2031,banks,Banques,,shown beside a demonstration alone",
    ]
    path.write_text(SEED + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def reader(path: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(str(path), read_only=True)


def test_the_warehouse_has_the_tables_of_the_contract_with_types_and_comments(house: House, seed: Path) -> None:
    house.release()
    con = reader(publish_warehouse(house.settings, seed))
    for table in (*TABLES.values(), TITLE_HISTORY):
        found = con.execute(
            "SELECT column_name, data_type, comment FROM duckdb_columns() "
            "WHERE schema_name = 'main' AND table_name = ? ORDER BY column_index",
            [table.name],
        ).fetchall()
        assert [row[0] for row in found] == list(table.names)
        assert [row[2] for row in found] == [column.comment for column in table.columns]
        assert not {row[1] for row in found} & {"DOUBLE", "FLOAT"}
    assert con.execute("SELECT company FROM laureates").fetchall() == [(NASTY,)]
    assert con.execute("SELECT final_micro, final::VARCHAR FROM laureates").fetchall() == [(16_123_456, "16.12")]


def test_the_file_is_written_in_the_oldest_form_for_drivers_that_lag_behind(house: House) -> None:
    house.release()
    path = publish_warehouse(house.settings)
    con = reader(path)
    assert con.execute("SELECT tags['storage_version'] FROM duckdb_databases() WHERE path IS NOT NULL").fetchall() == [
        ("v1.0.0+",)
    ]
    assert path.read_bytes()[8:12] == b"DUCK"
    assert int.from_bytes(path.read_bytes()[12:20], "little") == 64


def test_parquet_holds_the_same_tables(house: House, seed: Path) -> None:
    house.release()
    con = reader(publish_warehouse(house.settings, seed))
    folder = house.settings.published / "parquet"
    assert sorted(path.stem for path in folder.iterdir()) == sorted([*TABLES, "title_history"])
    for name in (*TABLES, "title_history"):
        rows = [tuple(row.values()) for row in pq.read_table(folder / f"{name}.parquet").to_pylist()]
        assert rows == con.execute(f"SELECT * FROM {name}").fetchall()


def test_a_correction_shows_the_newest_release_and_keeps_all_in_the_archive(house: House) -> None:
    house.release()
    publish_warehouse(house.settings)
    house.marts(moved_final("C-4", 10_500_000))
    house.release(CORRECTION)
    con = reader(publish_warehouse(house.settings))
    mark = "SELECT {} final_micro FROM {}fct_ranking WHERE candidate_id = 'C-4' ORDER BY ALL"
    assert con.execute(mark.format("", "")).fetchall() == [(10_500_000,)]
    assert con.execute(mark.format("release,", "archive.")).fetchall() == [(1, 10_000_000), (2, 10_500_000)]
    assert con.execute("SELECT release FROM dim_edition").fetchall() == [(2,)]
    assert con.execute("SELECT release, corrects, reason, replaced FROM archive.release ORDER BY 1").fetchall() == [
        (1, None, None, True),
        (2, 1, "note de C-4 ressaisie", False),
    ]


def test_a_revoked_release_stays_in_the_archive_and_gives_no_title(house: House, seed: Path) -> None:
    folder = house.release()
    publish_warehouse(house.settings, seed)
    dossier = json.loads((folder / "release.json").read_bytes())["digests"]["dossier_sha256"]
    log = EvidenceLog(house.settings.evidence_log("2031"))
    body = {"dossier_sha256": dossier, "by": "Maître <b>", "reason": "vu & revu"}
    enter(log, "revocation", {**body, "dossier_sha256": "9" * 64})
    con = reader(publish_warehouse(house.settings, seed))
    assert con.execute("SELECT count(*) FROM laureates").fetchall() == [(1,)], "another dossier's revocation"
    enter(log, "revocation", {**body, "release": 1})
    con = reader(publish_warehouse(house.settings, seed))
    for table in TABLES:
        assert con.execute(f"SELECT count(*) FROM {table}").fetchall() == [(0,)], table
    assert con.execute("SELECT count(*) FROM archive.laureates").fetchall() == [(1,)]
    tests = len(house.results()["fct_test_mark"])
    assert tests > 20
    assert con.execute("SELECT count(*) FROM archive.fct_test_mark").fetchall() == [(tests,)]
    assert con.execute("SELECT revoked_by, revocation, replaced FROM archive.release").fetchall() == [
        ("Maître <b>", "vu & revu", False)
    ]
    assert con.execute("SELECT company_id, edition FROM title_history").fetchall() == [("alpha", "2019")]
    assert pq.read_table(house.settings.published / "parquet" / "laureates.parquet").num_rows == 0
    house.marts(moved_final("C-4", 10_500_000))
    house.release(CORRECTION)
    con = reader(publish_warehouse(house.settings, seed))
    assert con.execute("SELECT release FROM dim_edition").fetchall() == [(2,)]


def test_where_the_evidence_is_broken_nothing_is_published_over_it(house: House) -> None:
    house.release()
    log = house.settings.evidence_log("2031")
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_bytes(b"{}\n")
    with pytest.raises(PalmaresError, match="not an evidence record"):
        publish_warehouse(house.settings)
    assert notices(house.settings) == {}
    log.unlink()
    os.mkfifo(log)  # nor does whoever verifies a release hear of it instead of a verdict
    assert notices(house.settings) == {}


def test_every_query_of_the_analyst_s_page_runs_on_the_published_file(tmp_path: Path) -> None:
    house = TwoFirms(tmp_path)
    house.release()
    house.marts(moved_final("C-4", 10_500_000))
    house.release(CORRECTION)
    con = reader(publish_warehouse(house.settings))
    page = (PROJECT / "docs" / "analyst.md").read_text("utf-8").replace("'2026'", "'2031'")
    queries = [one for block in re.findall(r"^```sql\n(.*?)^```", page, re.M | re.S) for one in block.split(";\n")]
    answers = {query.strip().splitlines()[0]: con.execute(query).fetchall() for query in queries if query.strip()}
    assert len(answers) == 14
    changed = next(rows for title, rows in answers.items() if "a correction changed" in title)
    assert [(candidate, str(before), str(after)) for candidate, before, after in changed] == [("C-4", "10.00", "10.50")]
    assert all(answers.values()), answers


def test_the_python_of_the_page_on_tools_reads_the_published_tables(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house.release()
    folder = publish_warehouse(house.settings).parent
    page = (PROJECT / "docs" / "connect.md").read_text("utf-8").replace("'2026'", "'2031'")
    page = page.replace("var/published", str(folder))
    blocks = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    names: dict[str, Any] = {}
    for block in blocks:
        exec(block, names)
    assert len(blocks) == 2
    assert names["ranking"].height == 5
    assert names["shown"].rows() == [("2031", "Banques", NASTY, Decimal("16.12"))]


def test_title_history_joins_releases_and_the_titles_before_them(house: House, seed: Path) -> None:
    house.release()
    con = reader(publish_warehouse(house.settings, seed))
    assert con.execute(
        "SELECT company_id, edition, category, final::VARCHAR, source FROM title_history"
    ).fetchall() == [
        ("alpha", "2019", "Banques", None, "press"),
        ("alpha", "2031", "Banques", "16.12", "release 2031/1"),
    ]
    seed.write_text("company,edition\n", encoding="utf-8")
    with pytest.raises(PalmaresError, match="header"):
        publish_warehouse(house.settings, seed)


def test_real_titles_of_the_year_stand_beside_those_of_a_demonstration(tmp_path: Path, seed: Path) -> None:
    """But for one that the demonstration itself gives: a title stands once."""
    house = House(tmp_path / "demonstration", holder=bailiff("Essai", "Throw-away test key"))
    house.release()
    with seed.open("a", encoding="utf-8") as stream:
        stream.write("alpha,Alpha,2031,banks,Banques,,press\n")
    con = reader(publish_warehouse(house.settings, seed))
    assert con.execute("SELECT company_id, edition, source FROM title_history").fetchall() == [
        ("alpha", "2019", "press"),
        ("alpha", "2031", "release 2031/1 (demonstration)"),
        ("zeta", "2031", "shown beside a demonstration alone"),
    ]
    assert con.execute(
        "SELECT company_id, demonstration, titles FROM analytics.company_title WHERE edition = '2031' ORDER BY 1"
    ).fetchall() == [("alpha", True, 1), ("zeta", False, 1)]


def test_publishing_again_without_change_makes_no_new_version_and_old_ones_are_forgotten(
    house: House, seed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(published, "KEPT", 2)
    house.release()
    versions = house.settings.published / "versions"
    for number in range(1, 4):
        seed.write_text(SEED + f"beta,Béta,2018,c{number},X,,press\n", encoding="utf-8")
        publish_warehouse(house.settings, seed)
        assert (house.settings.published / "current").resolve().name == str(number)
    publish_warehouse(house.settings, seed)
    assert (house.settings.published / "current").resolve().name == "3"
    assert sorted(path.name for path in versions.iterdir()) == ["2", "3"]


def test_a_version_in_the_making_is_swept_away(house: House) -> None:
    house.release()
    stale = house.settings.published / "versions" / ".making-1"
    stale.mkdir(parents=True)
    publish_warehouse(house.settings)
    assert not stale.exists()


def test_nothing_is_published_from_nothing_or_from_an_altered_release(house: House) -> None:
    with pytest.raises(PalmaresError, match="no release"):
        publish_warehouse(house.settings)
    folder = house.release()
    csv = folder / "results" / "laureates.csv"
    csv.chmod(0o644)
    csv.write_bytes(csv.read_bytes().replace(b"16123456", b"19123456"))
    with pytest.raises(PalmaresError, match="was altered"):
        publish_warehouse(house.settings)
    assert not (house.settings.published / "current").exists()


READER = """
import sys, duckdb
old = duckdb.connect(sys.argv[1], read_only=True)
mark = "SELECT final_micro FROM fct_ranking WHERE candidate_id = 'C-4'"
print(old.execute(mark).fetchone()[0], flush=True)
sys.stdin.readline()
print(old.execute(mark).fetchone()[0], old.execute("SELECT count(*) FROM fct_test_mark").fetchone()[0], flush=True)
new = duckdb.connect(sys.argv[1], read_only=True)
print(new.execute(mark).fetchone()[0], old.execute(mark).fetchone()[0], flush=True)
"""


def test_a_reader_keeps_what_it_opened_and_sees_the_new_release_when_it_reopens(house: House) -> None:
    house.release()
    path = publish_warehouse(house.settings)
    with subprocess.Popen(
        [sys.executable, "-c", READER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        assert process.stdout.readline() == "10000000\n"
        house.marts(moved_final("C-4", 10_500_000))
        house.release(CORRECTION)
        publish_warehouse(house.settings)
        process.stdin.write("\n")
        process.stdin.flush()
        tests = len(house.results()["fct_test_mark"])
        assert process.stdout.read() == f"10000000 {tests}\n10500000 10000000\n"


@pytest.mark.slow
@pytest.mark.sampled
def test_a_process_killed_at_any_write_leaves_the_old_version_or_the_new_one(house: House, tmp_path: Path) -> None:
    def run(kill_at: int | None = None) -> children.Ended:
        published = house.settings.published
        return children.run(show_in, house.settings, watched=published, kill_at=kill_at)

    def shown() -> int:
        path = house.settings.published / "palmares.duckdb"
        return int(reader(path).execute("SELECT max(release) FROM dim_edition").fetchall()[0][0])

    house.release()
    whole = run()
    assert whole.code == 0
    writes = whole.touches
    assert writes > 30 and shown() == 1
    house.marts(moved_final("C-4", 10_500_000))
    house.release(CORRECTION)
    killed = []
    for limit in range(1, 10 * writes, 5 if FULL else 20):  # a second version is compared with the first
        killed.append(run(limit).code)
        assert shown() in (1, 2)
        if shown() == 2:
            break
    assert set(killed[:3]) == {children.KILLED} and shown() == 2
    assert run().code == 0
    assert shown() == 2
    assert [path.name for path in (house.settings.published / "versions").glob(".*")] == []
