"""Rows left out in a candidate's report: told only when the working warehouse is shown to be that of the release."""

import shutil
from pathlib import Path

import pytest

from benchmarks.compiled import Compiled
from orchestration.errors import PalmaresError
from orchestration.intake import load_edition
from orchestration.intake.left_out import write_annex
from orchestration.release import ANNEX_CSV
from orchestration.release.manifest import MANIFEST, format_manifest
from orchestration.release.reading import Release
from orchestration.report.left_out import rows_left_out
from orchestration.report.model import RowLine, RowsLeftOut
from orchestration.settings import Settings
from orchestration.storage.files import sha256_file
from orchestration.storage.warehouse import connect
from tests.fixtures.tiny import TinyEdition
from tests.integration.conftest import Scored

NOT_AT_HAND = RowsLeftOut("not_at_hand")


@pytest.fixture(scope="module")
def work(scored_tiny: Scored, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scored edition in which rows of two candidates cannot be used, or are not counted."""
    edition = TinyEdition()
    phone = edition.test("T001")
    twin = {**edition.test("T002"), "test_id": "T900", "greeting": "99"}
    twin["candidate_id"] = phone["candidate_id"]
    edition.audits[edition.file_of("T002")].append(twin)
    assert edition.survey and edition.votes
    edition.survey.append({**edition.survey[0], "satisfaction": "11", "respondent_id": "R900"})
    edition.votes.append({**edition.votes[0], "vote_id": "V900"})
    folder = tmp_path_factory.mktemp("rows")
    settings = Settings(folder / "home", folder / "raw")
    edition.write(settings.raw)
    assert load_edition(settings, "2026").problems == ()
    with connect(settings.work_db("2026"), threads=1) as con:
        Compiled.from_manifest(scored_tiny.manifest).run(con)
    return settings.work_db("2026")


@pytest.fixture
def release(work: Path, tmp_path: Path) -> Release:
    """As much of a release as is looked at: its manifest and its annex."""
    with connect(work, read_only=True) as con:
        digest = write_annex(con, tmp_path / ANNEX_CSV)
    (tmp_path / MANIFEST).write_bytes(format_manifest({ANNEX_CSV: digest}))
    return Release(tmp_path)


def test_a_candidate_is_told_its_own_rows_and_nobody_else_s(work: Path, release: Release) -> None:
    rows = rows_left_out(release, work)
    candidate = TinyEdition().test("T001")["candidate_id"]
    told = rows(candidate)
    assert told.known == "listed"
    assert [(row.key, row.reason) for row in told.tests] == [("T900", "malformed_value")]
    assert told.tests == (RowLine("T900", told.tests[0].file, told.tests[0].line, "malformed_value"),)
    by_source = {(source, outcome, reason): count for source, outcome, reason, count in told.counts}
    first_vote, first_answer = (TinyEdition().votes or [{}])[0], (TinyEdition().survey or [{}])[0]
    every = {
        (key, *row): n for key in {c["candidate_id"] for c in TinyEdition().candidates} for *row, n in rows(key).counts
    }
    assert every == {
        (first_answer["candidate_id"], "survey", "quarantined", "malformed_value"): 1,
        (first_vote["candidate_id"], "votes", "excluded", "repeated_vote"): 1,
    }
    assert len(by_source) == sum(key[0] == candidate for key in every)
    assert rows("nobody") == RowsLeftOut("listed")


def test_a_release_without_an_annex_says_so(work: Path, tmp_path: Path) -> None:
    (tmp_path / MANIFEST).write_bytes(format_manifest({"rulebook.yml": "0" * 64}))
    assert rows_left_out(Release(tmp_path), work)("atlas-hotels") == RowsLeftOut("not_in_release")


def test_a_working_warehouse_that_is_not_the_release_s_tells_nothing(
    work: Path, release: Release, tmp_path: Path
) -> None:
    other = tmp_path / "other.duckdb"
    shutil.copy(work, other)
    with connect(other) as con:
        con.execute("UPDATE intake.quarantine SET reason = 'outside_window' WHERE key = 'T900'")
    assert rows_left_out(release, other)("atlas-hotels") == NOT_AT_HAND
    assert rows_left_out(release, tmp_path / "nowhere.duckdb")("atlas-hotels") == NOT_AT_HAND
    with connect(tmp_path / "empty.duckdb") as con:
        con.execute("CREATE SCHEMA intake")
    assert rows_left_out(release, tmp_path / "empty.duckdb")("atlas-hotels") == NOT_AT_HAND


def test_an_altered_annex_is_an_error(work: Path, release: Release) -> None:
    path = release.folder / ANNEX_CSV
    path.write_bytes(path.read_bytes().replace(b"T900", b"T901"))
    assert sha256_file(path) != release.manifest[ANNEX_CSV]
    with pytest.raises(PalmaresError, match=r"annex\.csv was altered"):
        rows_left_out(release, work)
